"""Shares that a log tells beyond payments: inactivity, self-exclusion, what licences forbid."""

from collections.abc import Iterable

import duckdb
import numpy as np

from data.event_log import EventLog
from data.simulator.comparison.margin import share
from data.simulator.comparison.payments import DAY_US
from data.simulator.comparison.reading import opened

RETURN_DAYS = 30
"""Days before the log's end at which inactivity is looked at, and in which players may return."""

_SPAN = """
SELECT min(epoch_us(occurred_at)), max(epoch_us(occurred_at))
FROM events ANTI JOIN test_players USING (player_id) WHERE is_activity
"""

_LAST_ACTIVITY = """
SELECT
    max(epoch_us(occurred_at)) FILTER (epoch_us(occurred_at) < $moment_us) AS last_us,
    bool_or(epoch_us(occurred_at) >= $moment_us) AS returned
FROM events ANTI JOIN test_players USING (player_id)
WHERE is_activity
GROUP BY player_id
HAVING last_us IS NOT NULL
"""

_SELF_EXCLUDED = """
SELECT avg(excluded::INT) FROM (
    SELECT coalesce(bool_or(exclusion_kind IN ('self_exclusion', 'register')), false) AS excluded
    FROM events ANTI JOIN test_players USING (player_id)
    WHERE is_activity OR event_type = 'exclusion'
    GROUP BY player_id
    HAVING bool_or(is_activity)
)
"""

_CANCELLED = """
SELECT avg((status = 'cancelled_by_player')::INT)
FROM events ANTI JOIN test_players USING (player_id)
WHERE event_type = 'withdrawal' AND status IN ('paid', 'cancelled_by_player')
    AND jurisdiction IN ('GB', 'SE')
"""

_SLOT_ROUNDS = """
WITH rounds AS (
    SELECT
        stake_real + stake_bonus > $most AS too_high,
        epoch_us(occurred_at) - lag(epoch_us(occurred_at)) OVER (
            PARTITION BY player_id ORDER BY occurred_at
        ) < $least_us AS too_fast
    FROM events ANTI JOIN test_players USING (player_id)
    WHERE event_type = 'casino.round' AND state = 'settled' AND game_type = 'slot'
        AND jurisdiction = $licence AND currency = $currency
)
SELECT avg(too_high::INT), avg(too_fast::INT) FROM rounds
"""


SELF_EXCLUDED = "players who self-exclude"
CANCELLED = "withdrawals taken back, GB and SE"
HIGH_GB, FAST_GB = "slot stakes above £5, GB", "slot rounds within 2.5 s, GB"
HIGH_DE, FAST_DE = "slot stakes above €1, DE", "slot rounds within 5 s, DE"

_SLOT_RULES = {
    (HIGH_GB, FAST_GB): {
        "licence": "GB", "currency": "GBP", "most": 500, "least_us": 2_500_000
    },
    (HIGH_DE, FAST_DE): {
        "licence": "DE", "currency": "EUR", "most": 100, "least_us": 5_000_000
    },
}  # fmt: skip

Shares = dict[str, float | None]
"""Name → share; None where the log's events don't tell it."""


def inactive_for(days: int) -> str:
    """Name of the share of players, of all who ever were active, who weren't in the last days."""
    return f"inactive for {days} days"


def returned_after(days: int) -> str:
    """Name of the share of these who are active again soon after."""
    return f"of {inactive_for(days)}: back in {RETURN_DAYS}"


def log_shares(log: EventLog, inactive_days: Iterable[int]) -> Shares:
    """What a log tells over its whole length, by the name of the share.

    Raises
    ------
    NothingToCompare
        If the log is empty or can't be read.
    """
    coverage = log.coverage()
    with opened(log) as con:
        found = _inactivity(con, inactive_days)
        found[SELF_EXCLUDED] = _single(con, _SELF_EXCLUDED) if "exclusion" in coverage else None
        tells = "withdrawal:cancelled_by_player" in coverage
        found[CANCELLED] = _single(con, _CANCELLED) if tells else None
        for names, rule in _SLOT_RULES.items():
            found |= zip(names, con.execute(_SLOT_ROUNDS, rule).fetchall()[0], strict=True)
    return found


def _single(con: duckdb.DuckDBPyConnection, query: str) -> float | None:
    ((value,),) = con.execute(query).fetchall()
    return None if value is None else float(value)


def _inactivity(con: duckdb.DuckDBPyConnection, inactive_days: Iterable[int]) -> Shares:
    """Shares as of ``RETURN_DAYS`` before the end, None where the log begins too late for one."""
    ((first_us, end_us),) = con.execute(_SPAN).fetchall()
    found: Shares = {}
    moment_us = (end_us or 0) - RETURN_DAYS * DAY_US
    rows = con.execute(_LAST_ACTIVITY, {"moment_us": moment_us}).fetchnumpy()
    quiet_us = moment_us - np.asarray(rows["last_us"], dtype=np.int64)
    returned = np.asarray(rows["returned"], dtype=bool)
    for days in inactive_days:
        inactive = quiet_us >= days * DAY_US
        told = first_us is not None and moment_us - first_us >= days * DAY_US
        count = int(inactive.sum())
        found[inactive_for(days)] = share(count, len(inactive)) if told else None
        found[returned_after(days)] = share(int(returned[inactive].sum()), count) if told else None
    return found
