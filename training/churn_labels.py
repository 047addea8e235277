"""The player returned, churned, or left under protection.

A protected exit (exclusion, block, restriction, closure, tightened limit) before any activity is a
competing event: such a player did not choose to stay away, so the row is neither a positive nor a
negative. Every kind of protection counts, one that is new to the contract too. What comes first in
the horizon decides; at the same microsecond the exit does.
"""

from datetime import datetime

import pyarrow as pa

from data.event_log import EventLog
from training.labels import ALL_KNOWN, FIRST_EXITS, outcomes_after

_OUTCOMES = f"""
WITH RECURSIVE activity AS (
    SELECT player_id, min(occurred_at) AS returned_at FROM events
    WHERE is_activity AND occurred_at >= $cutoff AND occurred_at < $ending
    AND known_day >= CAST($cutoff AT TIME ZONE 'UTC' AS DATE) AND known_at < $known_before
    GROUP BY player_id
),
{FIRST_EXITS}
SELECT player_id, cutoff,
    CASE
        WHEN returned_at < exited_at OR (returned_at IS NOT NULL AND exited_at IS NULL)
            THEN 'returned'
        WHEN exited_at IS NOT NULL THEN 'protected_exit'
        ELSE 'churned'
    END AS outcome,
    CASE WHEN outcome = 'protected_exit' THEN cause END AS cause
FROM cohort
LEFT JOIN activity USING (player_id)
LEFT JOIN exits USING (player_id)
WHERE cutoff = $cutoff
ORDER BY player_id
"""


def churn_outcomes(
    log: EventLog, cohort: pa.Table, horizon_days: int, known_before: datetime = ALL_KNOWN
) -> pa.Table:
    """``churned`` (no activity within the horizon), ``returned`` or ``protected_exit``.

    Parameters, result and errors are those of ``outcomes_after``.
    """
    return outcomes_after(_OUTCOMES, None, log, cohort, horizon_days, known_before)
