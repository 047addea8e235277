"""The SQL that counts events into tiles. There is no second formula for a measure anywhere.

It is written for DuckDB and kept to what other engines share: integers, CASE, SUM, MIN, MAX and
BIT_OR; no fractional seconds, no time zones (the local clock comes as an offset with each event).
"""

import hashlib

from data.tables import BASE_SUFFIX
from features.measure import Measure
from features.measures import MEASURES
from features.money_sql import moved, staked, won

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

LEVEL_US: dict[str, int] = {"5min": 5 * MINUTE_US, "hour": HOUR_US, "day": DAY_US}
"""Level of a tile → its length in µs."""

NIGHT_STARTS_US = 23 * HOUR_US
NIGHT_ENDS_US = 6 * HOUR_US
"""Local night, 23:00 to 06:00: the widest of the published definitions."""

EVENT_COLUMNS = """
    player_id, event_type, state, status, action, exclusion_kind, topic, purpose, method, product,
    game_type, live, affiliate_ref, is_activity, utc_offset_minutes,
    amount_base, stake_real_base, stake_bonus_base, win_real_base, payout_base, turned_real_base,
    buy_in_base, deposit_amount_base, withdrawal_amount_base,
    bets AS daily_bets, deposits AS daily_deposits, withdrawals AS daily_withdrawals,
    declined_deposits, balance_after_base,
    epoch_us(occurred_at) AS occurred_us, epoch_us(known_at) AS known_us
"""
"""What tiles read of the event log."""


def _payments(kind: str, status: str) -> str:
    return f"""CASE
        WHEN event_type = '{kind}' AND status = '{status}' THEN 1
        WHEN event_type = 'payments.daily' THEN daily_{kind}s
    END"""


_PREPARED_COLUMNS = f"""
    {staked(BASE_SUFFIX)} AS stake,
    {won(BASE_SUFFIX)} AS winnings,
    CASE WHEN (event_type = 'casino.round' AND state = 'settled')
           OR (event_type = 'sports.bet' AND state = 'placed')
         THEN stake_bonus_base
         WHEN (event_type = 'casino.round' AND state = 'rolled_back')
           OR (event_type = 'sports.bet' AND state = 'voided')
         THEN -stake_bonus_base
         WHEN event_type = 'play.daily' THEN stake_bonus_base END AS bonus_stake,
    CASE WHEN event_type = 'casino.round' AND state = 'settled' THEN 1
         WHEN event_type = 'casino.round' AND state = 'rolled_back' THEN -1
         WHEN event_type = 'sports.bet' AND state = 'placed' THEN 1
         WHEN event_type = 'sports.bet' AND state = 'voided' THEN -1
         WHEN event_type IN ('bingo.ticket', 'poker.play') THEN 1
         WHEN event_type = 'play.daily' THEN daily_bets
    END AS bets,
    CASE WHEN event_type = 'casino.round' THEN game_type
         WHEN event_type = 'sports.bet' AND live THEN 'inplay'
         WHEN event_type = 'sports.bet' THEN 'prematch'
         WHEN event_type = 'poker.play' THEN 'poker'
         WHEN event_type = 'bingo.ticket' THEN 'bingo'
    END AS product_played,
    {moved("deposit", "approved", BASE_SUFFIX)} AS deposit,
    {_payments("deposit", "approved")} AS deposits,
    {moved("withdrawal", "paid", BASE_SUFFIX)} AS withdrawal,
    {_payments("withdrawal", "paid")} AS withdrawals,
    occurred_us + utc_offset_minutes * {MINUTE_US} AS local_us
"""

_LOCAL_COLUMNS = f"""
    CASE WHEN event_type <> 'play.daily' AND bets > 0 THEN stake END AS bet_stake,
    CASE WHEN bets = 1 AND winnings > 0 AND event_type <> 'play.daily' THEN 1
         WHEN bets = -1 AND winnings < 0 THEN -1
         WHEN event_type = 'sports.bet' AND winnings > 0 THEN 1 END AS winning_bets,
    (event_type = 'casino.round' AND state = 'settled' AND winnings < stake)
        OR (event_type = 'sports.bet' AND state = 'settled' AND winnings = 0)
        OR (event_type IN ('bingo.ticket', 'poker.play') AND winnings < stake) AS is_losing_bet,
    local_us % {DAY_US} >= {NIGHT_STARTS_US} OR local_us % {DAY_US} < {NIGHT_ENDS_US} AS is_night,
    (local_us + {3 * DAY_US}) % {7 * DAY_US} >= {5 * DAY_US} AS is_weekend,
    CASE WHEN occurred_us % {HOUR_US} < {30 * MINUTE_US} THEN 0 ELSE 1 END AS half_hour,
    CAST(1 AS BIGINT) << CAST(
        (occurred_us % {30 * MINUTE_US} - occurred_us % {MINUTE_US}) / {MINUTE_US} AS BIGINT
    ) AS minute_bit
"""
# The epoch began on a Thursday, three days into a week that starts on Monday.


def prepared(relation: str) -> str:
    """SELECT over raw log rows with the columns that measures speak of, one row an event.

    Parameters
    ----------
    relation
        Name of a relation with ``EVENT_COLUMNS``; further columns pass through.
    """
    counted = f"SELECT *, {_PREPARED_COLUMNS} FROM {relation}"
    return f"SELECT *, {_LOCAL_COLUMNS} FROM ({counted}) AS counted"


def count_events(source: str, keys: str, measures: tuple[Measure, ...] = MEASURES) -> str:
    """SELECT that merges prepared events into tiles, one row for each value of ``keys``."""
    return f"SELECT {keys}, {_aggregates(measures, raw=True)} FROM ({source}) AS e GROUP BY {keys}"


def merge_tiles(source: str, keys: str) -> str:
    """SELECT that merges tiles of a finer level or of several known days into coarser ones."""
    return f"SELECT {keys}, {_aggregates(MEASURES, raw=False)} FROM {source} AS t GROUP BY {keys}"


def _aggregates(measures: tuple[Measure, ...], *, raw: bool) -> str:
    return ", ".join(
        f"{_AGGREGATE[m.merge].format(m.sql if raw else m.name)} AS {m.name}" for m in measures
    )


_AGGREGATE = {
    "sum": "CAST(SUM({}) AS BIGINT)",
    "max": "MAX({})",
    "min": "MIN({})",
    "or": "BIT_OR(CAST({} AS BIGINT))",
}

LAYOUT_VERSION = hashlib.sha256(
    repr((MEASURES, EVENT_COLUMNS, LEVEL_US, count_events(prepared("e"), "k"))).encode()
).hexdigest()[:12]
"""Names what a tile's columns mean: a digest of all SQL that fills them. Tiles of another version
are built again, never misread."""
