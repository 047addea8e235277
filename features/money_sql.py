"""What an event moves, as SQL: one definition for tiles and for the money ledger.

A suffix chooses the columns: none for the account's own currency, ``BASE_SUFFIX`` for the base
currency. DuckDB and SQLite both run it.
"""

from data.tables import BASE_SUFFIX


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


MOVED = ("deposits", "withdrawals", "stakes", "winnings")
"""What is kept of a movement, in the account's currency; with ``BASE_SUFFIX`` in the base one."""

MOVED_COLUMNS = tuple(name + suffix for suffix in ("", BASE_SUFFIX) for name in MOVED)


LEDGER_DAYS = 100
"""Days that exact movements are kept for: the longest legal window is 90, a month 31."""


def _moved_by_event(suffix: str) -> str:
    return f"""
        {moved("deposit", "approved", suffix)} AS deposits{suffix},
        {moved("withdrawal", "paid", suffix)} AS withdrawals{suffix},
        {staked(suffix)} AS stakes{suffix},
        {won(suffix)} AS winnings{suffix}"""


def movements(relation: str) -> str:
    """SELECT of what moved money in a relation of the event log, one row an account and moment.

    Columns ``player_id``, ``occurred_us``, ``currency`` and ``MOVED_COLUMNS``, minor units; 0 where
    nothing moved of it.
    """
    sums = ", ".join(
        f"CAST(coalesce(sum({name}), 0) AS BIGINT) AS {name}" for name in MOVED_COLUMNS
    )
    some = " OR ".join(f"moved.{name} <> 0" for name in MOVED_COLUMNS)
    return f"""
        SELECT player_id, epoch_us(occurred_at) AS occurred_us, currency, {sums}
        FROM (
            SELECT player_id, occurred_at, currency, {_moved_by_event("")},
                {_moved_by_event(BASE_SUFFIX)}
            FROM {relation}
        ) AS moved
        WHERE {some}
        GROUP BY player_id, occurred_at, currency
    """
