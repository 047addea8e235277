"""A platform's webhook by value: amounts in minor units, moments in UTC."""

from datetime import UTC, date, datetime

from tests.data.mappings.samples import moments, reasons, told

V = "webhook"


def test_exclusions_and_the_return_from_one() -> None:
    fields = ("player_id", "exclusion_kind", "register", "effective_from", "until")
    assert told(V, "exclusion", *fields) == [
        ("w-7", "self_exclusion", None, None, datetime(2024, 9, 29, 1, 30, tzinfo=UTC)),
        ("w-8", "register", "SPELPAUS", None, None),
        ("w-9", "self_exclusion", None, None, None),  # of a kind that isn't listed
        ("w-7", "reinstatement", None, datetime(2024, 10, 30, 9, tzinfo=UTC), None),
    ]
    assert moments(V, "exclusion")[:2] == ["2024-03-31T01:30:00+00:00", "2024-03-31T02:30:00+00:00"]


def test_limits_of_money_and_of_time() -> None:
    assert told(V, "limit", "action", "limit_kind", "period", "amount", "seconds") == [
        ("decrease", "loss", "7d", 4_000, None), ("set", "time", "24h", None, 3_600),
    ]  # fmt: skip


def test_each_consent_of_an_event_is_an_act_of_its_own() -> None:
    fields = ("channel", "granted", "product", "text_version")
    assert sorted(told(V, "consent", *fields), key=str) == [
        ("email", False, None, "v4"), ("sms", True, "casino", "v4"),
    ]  # fmt: skip
    (email, sms) = told(V, "consent", "event_id")
    assert email != sms


def test_a_restricted_account() -> None:
    assert told(V, "player.status_changed", "status", "initiator", "reason_code") == [
        ("restricted", "operator", "rg")
    ]


def test_an_account_is_opened() -> None:
    fields = ("birth_date", "country", "account_currency", "utc_offset_minutes")
    assert told(V, "player.registered", *fields) == [(date(1990, 12, 1), "MT", "EUR", 60)]


def test_payments_as_decimal_texts() -> None:
    fields = ("payment_id", "status", "amount", "currency", "amount_base", "known_at_assumed")
    assert told(V, "deposit", *fields) == [
        ("p-0", "declined", 50_000, "EUR", 50_000, False),
        ("p-1", "approved", 5_000, "EUR", 5_000, False),
        ("p-2", "approved", 25_050, "SEK", 2_204, False),
    ]
    assert told(V, "withdrawal", "payment_id", "status") == [("p-3", "cancelled_by_player")]


def test_play() -> None:
    assert told(V, "casino.round", "round_id", "stake_real", "win_real") == [("r-1", 20, 100)]
    assert told(V, "sports.bet", "bet_id", "state", "stake_real", "payout", "live") == [
        ("b-1", "placed", 500, 0, True), ("b-1", "settled", 0, 975, None),
    ]  # fmt: skip


def test_what_cant_be_told_is_set_aside_with_why() -> None:
    assert reasons(V) == [
        (12, "channel", "not a value of the contract"),
        (17, "amount", "not an amount within ±2^53 and 18 decimals"),
        (20, "event_type", "no rule matches"),
    ]
