"""Optimove's standard events by value: amounts in minor units, moments in UTC."""

from datetime import UTC, date, datetime

from tests.data.mappings.samples import moments, reasons, told

V = "optimove"


def test_exclusions_are_of_the_kind_told_or_the_stricter_and_their_end_lifts_nothing() -> None:
    assert told(V, "exclusion", "player_id", "exclusion_kind", "effective_from", "until") == [
        ("c-21", "timeout", datetime(2024, 2, 6, 22, 10, tzinfo=UTC),
         datetime(2024, 3, 8, 22, 10, tzinfo=UTC)),
        ("c-22", "self_exclusion", datetime(2024, 2, 6, 23, tzinfo=UTC),
         datetime(2025, 2, 6, 23, tzinfo=UTC)),
    ]  # fmt: skip


def test_a_deposit_limit_is_one_for_each_period_and_of_a_lifetime_none() -> None:
    fields = ("player_id", "action", "limit_kind", "period", "amount", "currency")
    assert sorted(told(V, "limit", *fields), key=str) == [
        ("c-21", "reached", "deposit_gross", "24h", None, None),
        ("c-21", "set", "deposit_gross", "24h", 10_000, "EUR"),
        ("c-21", "set", "deposit_gross", "month", 50_050, "EUR"),
    ]


def test_consents_stand_in_registrations_and_changed_details() -> None:
    assert sorted(told(V, "consent", "player_id", "channel", "granted")) == [
        ("c-21", "email", True), ("c-21", "sms", False), ("c-22", "email", False),
    ]  # fmt: skip


def test_an_account_told_as_blocked_is_blocked() -> None:
    found = told(V, "player.status_changed", "player_id", "jurisdiction", "status")
    assert found == [("c-22", "GB", "blocked")]


def test_a_completed_registration() -> None:
    fields = ("player_id", "brand_id", "jurisdiction", "birth_date", "account_currency", "is_test")
    assert told(V, "player.registered", *fields) == [
        ("c-21", "north", "MT", date(1988, 4, 30), "EUR", False)
    ]
    assert moments(V, "session.started") == ["2024-02-01T09:00:05.250000+00:00"]


def test_payments_in_the_stated_currency() -> None:
    fields = ("payment_id", "status", "amount", "currency", "method", "is_activity")
    assert told(V, "deposit", *fields) == [
        ("t-1", "attempted", 5_000, "EUR", "card", False),
        ("t-1", "approved", 5_000, "EUR", "card", True),
    ]
    assert told(V, "withdrawal", *fields) == [
        ("t-2", "requested", 2_000, "EUR", "bank_transfer", False),
        (None, "cancelled_by_player", 2_000, "EUR", "bank_transfer", False),
    ]


def test_a_bet_is_placed_and_settled_and_a_game_launched() -> None:
    assert told(V, "sports.bet", "bet_id", "state", "stake_real", "payout") == [
        ("bet-1", "placed", 1_250, 0), ("bet-1", "settled", 0, 3_750),
    ]  # fmt: skip
    assert told(V, "game.launched", "game_id", "location", "position") == [("g-5", "lobby", 3)]


def test_what_cant_be_told_is_set_aside_with_why() -> None:
    no_meaning = "no meaning in the value map"
    assert reasons(V) == [
        (5, "fx_to_base", "missing for a currency other than EUR"),
        (8, "status", no_meaning),
        (11, "event_type", "whether the stake includes the bonus isn't told"),
        (13, "event_type", "totals of a session are neither a round nor a day"),
        (14, "event_type", "there is no limit for a lifetime here"),
        (20, "brand_id", no_meaning),
        (20, "jurisdiction", no_meaning),
    ]
