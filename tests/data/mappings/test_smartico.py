"""Smartico's events by value: amounts in minor units, moments in UTC."""

from tests.data.mappings.samples import PLAYED, moments, reasons, told

V = "smartico"


def test_a_profiles_state_excludes_and_blocks_and_never_lifts() -> None:
    fields = ("player_id", "event_id", "exclusion_kind")
    assert told(V, "exclusion", *fields) == [("884", "e-16:exclusion", "self_exclusion")]
    assert moments(V, "exclusion") == ["2024-03-01T10:06:40+00:00"]
    assert told(V, "player.status_changed", "player_id", "status") == [("885", "blocked")]


def test_a_disabled_channel_withdraws_consent_and_an_enabled_one_gives_none() -> None:
    assert sorted(told(V, "consent", "player_id", "channel", "granted")) == [
        ("884", "email", False), ("884", "phone", False), ("886", "sms", False),
    ]  # fmt: skip


def test_a_registration_has_its_own_moment() -> None:
    assert moments(V, "player.registered") == ["2024-03-01T09:59:55+00:00"]
    assert moments(V, "session.started") == ["2024-03-01T10:00:01.250000+00:00"]


def test_payments_by_the_name_of_their_event() -> None:
    fields = ("event_id", "payment_id", "status", "amount", "currency", "amount_base")
    assert told(V, "deposit", *fields) == [
        ("e-3", "t-1", "approved", 5_025, "EUR", 5_025),
        ("e-4", "t-2", "declined", 50_000, "EUR", 50_000),
    ]
    assert told(V, "withdrawal", *fields) == [
        ("e-6", "t-4", "requested", 2_000, "EUR", 2_000),
        ("e-7", "t-4", "paid", 2_000, "EUR", 2_000),
    ]


def test_play_keeps_real_and_bonus_money_apart() -> None:
    assert told(V, "casino.round", *PLAYED) == [
        ("r-1", "settled", "slot", 100, 50, 330, 0),
        ("r-2", "settled", "table", 200, 0, 0, 0),
        ("r-2", "rolled_back", "table", 200, 0, 0, 0),
        ("r-3", "settled", "live", 0, 0, 750, 0),
    ]
    assert told(V, "sports.bet", "bet_id", "state", "stake_real", "payout") == [
        ("sb-1", "placed", 400, 0), ("sb-1", "settled", 0, 920),
    ]  # fmt: skip


def test_what_cant_be_told_is_set_aside_with_why() -> None:
    assert reasons(V) == [
        (5, "fx_to_base", "missing for a currency other than EUR"),
        (8, "event_type", "it doesn't say whether the player cancelled the withdrawal"),
        (13, "stake_real", "required but missing"),
        (18, "event_type", "what this status of an account means isn't documented"),
        (20, "event_type", "no rule matches"),
    ]
