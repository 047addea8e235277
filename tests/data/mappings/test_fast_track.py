"""Fast Track's events by value: amounts in minor units, moments in UTC."""

from tests.data.mappings.samples import PLAYED, imported, moments, reasons, told

V = "fast_track"


def test_blocks_exclude_and_block_and_what_is_not_active_lifts_nothing() -> None:
    assert told(V, "exclusion", "player_id", "jurisdiction", "exclusion_kind", "until") == [
        ("510077", "MT", "self_exclusion", None),
        ("510090", "GB", "self_exclusion", None),
    ]
    assert moments(V, "exclusion") == [
        "2024-01-09T20:15:00.250000+00:00", "2024-01-09T22:30:00+00:00",
    ]  # fmt: skip
    assert told(V, "player.status_changed", "player_id", "status") == [("510078", "blocked")]


def test_each_consent_of_a_message_is_an_act_of_its_own() -> None:
    assert sorted(told(V, "consent", "player_id", "channel", "granted", "purpose")) == [
        ("510077", "email", False, "marketing"),
        ("510077", "phone", True, "marketing"),
    ]


def test_payments_are_told_apart_by_their_status_and_counted_once() -> None:
    fields = ("payment_id", "status", "amount", "currency", "amount_base")
    assert sorted(told(V, "deposit", *fields)) == [
        ("p-1", "approved", 3_276, "EUR", 3_276),
        ("p-1", "attempted", 3_276, "EUR", 3_276),
        ("p-2", "declined", 10_000, "EUR", 10_000),
        ("p-3", "approved", 150_000, "SEK", 13_200),
    ]
    assert told(V, "withdrawal", *fields) == [("p-4", "paid", 2_050, "EUR", 2_050)]
    assert imported(V)[0].duplicates == 1


def test_a_moment_with_an_offset_is_read_in_utc_and_known_a_second_later() -> None:
    found = told(V, "deposit", "payment_id", "occurred_at", "known_at", "known_at_assumed")
    ((_, occurred_at, known_at, assumed),) = [row for row in found if row[0] == "p-2"]
    assert occurred_at.isoformat() == "2024-01-05T08:02:10+00:00"
    assert ((known_at - occurred_at).total_seconds(), assumed) == (1, True)


def test_bets_and_wins_and_rounds_keep_real_and_bonus_money_apart() -> None:
    assert told(V, "casino.round", *PLAYED) == [
        ("r-880", "settled", "slot", 200, 50, 0, 0),
        ("r-880", "settled", "slot", 0, 0, 400, 0),
        ("r-881", "settled", "slot", 100, 0, 0, 0),
        ("r-881", "rolled_back", "slot", 100, 0, 0, 0),
        ("r-900", "settled", "live", 1_000, 0, 500, 0),
    ]


def test_a_settlement_names_the_bet_that_it_settles() -> None:
    fields = ("bet_id", "state", "stake_real", "payout", "currency", "stake_real_base")
    assert told(V, "sports.bet", *fields) == [
        ("s-1", "placed", 800, 0, "GBP", 936),
        ("s-3", "placed", 500, 0, "GBP", 585),
        ("s-3", "cashed_out", 0, 320, "GBP", 0),
        ("s-1", "settled", 0, 2_000, "GBP", 0),
    ]


def test_a_support_agents_log_in_is_not_the_players() -> None:
    assert moments(V, "session.started") == ["2024-01-05T08:01:30.500000+00:00"]
    assert moments(V, "player.registered") == ["2024-01-05T08:00:00+00:00"]


def test_a_claimed_bonus() -> None:
    fields = ("user_bonus_id", "state", "amount", "product", "bonus_type")
    assert told(V, "bonus", *fields) == [("ub-1", "claimed", 1_030, "casino", "WelcomeBonus")]


def test_what_cant_be_told_is_set_aside_with_why() -> None:
    no_meaning = "no meaning in the value map"
    assert reasons(V) == [
        (10, "event_type", "it doesn't say whether the player cancelled the withdrawal"),
        (
            11,
            "event_type",
            "an approved payment was rolled back, and a payment can't be taken back",
        ),
        (16, "event_type", "how much of the locked wallet is real money isn't told"),
        (17, "event_type", "the amount isn't told as real and bonus money"),
        (24, "state", no_meaning),
        (25, "channel", no_meaning),
        (26, "event_type", "it doesn't say which consents the player gave"),
        (29, "event_type", "it doesn't say which blocks the player has"),
        (32, "brand_id", no_meaning),
        (32, "jurisdiction", no_meaning),
        (33, "event_type", "no rule matches"),
    ]
