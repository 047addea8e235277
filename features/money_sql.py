"""What an event moves, as SQL: one definition for tiles and for the money ledger.

A suffix chooses the columns: none for the account's own currency, ``BASE_SUFFIX`` for the base
currency.
"""


def staked(suffix: str) -> str:
    """Stake of an event, counted once and taken back by a roll-back or void."""
    return f"""CASE
        WHEN event_type = 'casino.round' AND state = 'settled' THEN stake_real{suffix}
        WHEN event_type = 'casino.round' AND state = 'rolled_back' THEN -stake_real{suffix}
        WHEN event_type = 'sports.bet' AND state = 'placed' THEN stake_real{suffix}
        WHEN event_type = 'sports.bet' AND state = 'voided' THEN -stake_real{suffix}
        WHEN event_type IN ('bingo.ticket', 'play.daily') THEN stake_real{suffix}
        WHEN event_type = 'poker.play' THEN buy_in{suffix}
    END"""


def won(suffix: str) -> str:
    """Real winnings of an event, taken back by a roll-back or void."""
    return f"""CASE
        WHEN event_type = 'casino.round' AND state = 'settled' THEN win_real{suffix}
        WHEN event_type = 'casino.round' AND state = 'rolled_back' THEN -win_real{suffix}
        WHEN event_type = 'sports.bet' AND state IN ('settled', 'cashed_out') THEN payout{suffix}
        WHEN event_type = 'sports.bet' AND state = 'voided' THEN -payout{suffix}
        WHEN event_type IN ('bingo.ticket', 'play.daily', 'poker.play') THEN win_real{suffix}
    END"""


def moved(kind: str, status: str, suffix: str) -> str:
    """Money that a payment moved: of a single payment, or of a day's total."""
    return f"""CASE
        WHEN event_type = '{kind}' AND status = '{status}' THEN amount{suffix}
        WHEN event_type = 'payments.daily' THEN {kind}_amount{suffix}
    END"""


def movements(relation: str, suffix: str) -> str:
    """SELECT of what moved money in a relation of the event log, one row an event.

    Columns ``player_id``, ``person_id``, ``occurred_at``, ``known_at`` and, in minor units,
    ``deposited``, ``withdrawn``, ``staked``, ``won``; 0 where an event moves nothing of it.
    """
    return f"""
        SELECT player_id, person_id, occurred_at, known_at,
            coalesce({moved("deposit", "approved", suffix)}, 0) AS deposited,
            coalesce({moved("withdrawal", "paid", suffix)}, 0) AS withdrawn,
            coalesce({staked(suffix)}, 0) AS staked,
            coalesce({won(suffix)}, 0) AS won
        FROM {relation}
        WHERE deposited <> 0 OR withdrawn <> 0 OR staked <> 0 OR won <> 0
    """
