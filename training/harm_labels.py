"""The player excluded themselves or was excluded, left otherwise, or neither.

The label is an act, by the player or by the operator, not a state: most harm never leads to an
exclusion, and some exclusions come without harm. An exclusion on a national register is dated when
the operator saw it: at a later log-in, before promotion, or never. Interventions are not
considered: whom one kept from an exclusion counts as unharmed. Exclusions with the operator and on
a register are one outcome; what holds for one of them alone is not told. Time-outs and tightened
limits are use of tools, not harm. An account that closes first is a competing event: what would
have become of it isn't known.
"""

from datetime import datetime

import pyarrow as pa

from data.event_log import EventLog
from training.labels import ALL_KNOWN, FIRST_EXITS, outcomes_after

EXCLUSIONS = ("self_exclusion", "register", "operator")
"""Exclusion kinds that count as harm: by the player with us, on a register, by the operator."""

_LEAVING = ("blocked", "restricted", "closed")

_OUTCOMES = f"""
WITH RECURSIVE {FIRST_EXITS}
SELECT player_id, cutoff,
    CASE
        WHEN cause IS NULL THEN 'unharmed'
        WHEN is_exclusion THEN 'harmed'
        ELSE 'left'
    END AS outcome,
    cause
FROM cohort
LEFT JOIN exits USING (player_id)
WHERE cutoff = $cutoff
ORDER BY player_id
"""


def harm_outcomes(
    log: EventLog, cohort: pa.Table, horizon_days: int, known_before: datetime = ALL_KNOWN
) -> pa.Table:
    """``harmed`` (an exclusion within the horizon), ``left`` or ``unharmed``.

    Parameters, result and errors are those of ``outcomes_after``.
    """
    causes = EXCLUSIONS + _LEAVING
    return outcomes_after(_OUTCOMES, causes, log, cohort, horizon_days, known_before)
