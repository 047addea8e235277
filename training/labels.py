"""What happened after each cutoff, read from events alone: what every model's labels share.

An exclusion acts on every account of the person. A protected exit that happened before the cutoff
and became known after it was in force from the cutoff on.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from data.event_log import EventLog
from training.cutoffs import day_at, shifted
from training.errors import TrainingError
from training.history import known_span, open_history

ALL_KNOWN = datetime(9999, 12, 31, tzinfo=UTC)
"""As known before this moment: everything that the log has."""

LABEL_SCHEMA = pa.schema(
    [
        pa.field("player_id", pa.string(), nullable=False),
        pa.field("cutoff", pa.timestamp("us", "UTC"), nullable=False),
        pa.field("outcome", pa.string(), nullable=False),
        pa.field("cause", pa.string()),
    ]
)
"""``cause`` names the protected exit: an exclusion kind, an account status, ``limit_decrease``."""


class HorizonNotObserved(TrainingError):
    """A label would need days that the log doesn't know yet."""


FIRST_EXITS = """
own_exits AS (
    SELECT player_id, greatest(occurred_at, $cutoff) AS exited_at, cause, is_exclusion
    FROM protective_steps
    WHERE protects AND ($causes IS NULL OR list_contains($causes, cause))
    AND occurred_at < $ending AND greatest(occurred_at, known_at) >= $cutoff
    AND known_at < $known_before
),
all_exits AS (
    SELECT player_id, exited_at, cause, is_exclusion FROM own_exits
    UNION
    SELECT sister.player_id, exited_at, cause, is_exclusion
    FROM all_exits
    JOIN account_links AS own USING (player_id)
    JOIN account_links AS sister USING (person_id)
    WHERE is_exclusion
),
exits AS (
    SELECT player_id, min(exited_at) AS exited_at,
        arg_min(cause, (exited_at, cause)) AS cause,
        arg_min(is_exclusion, (exited_at, cause)) AS is_exclusion
    FROM all_exits GROUP BY player_id
)
"""
"""Part of a ``WITH RECURSIVE``: ``exits``, each player's first protected exit in the horizon."""


def outcomes_after(
    query: str,
    causes: Sequence[str] | None,
    log: EventLog,
    cohort: pa.Table,
    horizon_days: int,
    known_before: datetime,
) -> pa.Table:
    """Outcome of each player of a cohort in ``[cutoff, cutoff + horizon)``.

    Parameters
    ----------
    query
        SQL over ``open_history``'s views and ``cohort``, with the parameters ``$cutoff``,
        ``$ending``, ``$known_before`` and ``$causes``.
    causes
        Protected exits that count: exclusion kinds, account statuses, ``limit_decrease``; None
        for every one, those of kinds to come too.
    cohort
        Table of ``cohort.ENTITY_SCHEMA``.
    horizon_days
        Calendar days in the log's timezone.
    known_before
        Outcomes are as they were known before this moment; what to learn from must not know what
        became known after the test began.

    Returns
    -------
    Table of ``LABEL_SCHEMA``, sorted by cutoff and player.

    Raises
    ------
    HorizonNotObserved
        If the log ends before a horizon does.
    """
    cutoffs = sorted(pc.unique(cohort["cutoff"]).to_pylist())
    require_observed(log, cutoffs, horizon_days)
    with open_history(log) as history:
        history.register("cohort", cohort)
        parts = []
        for cutoff in cutoffs:
            bounds = {
                "cutoff": cutoff,
                "ending": shifted(cutoff, horizon_days, log.settings.timezone),
                "known_before": known_before,
                "causes": None if causes is None else list(causes),
            }
            found = history.query(query, params=bounds).to_arrow_table()
            parts.append(found.cast(LABEL_SCHEMA))
    return pa.concat_tables(parts)


def require_observed(log: EventLog, cutoffs: Sequence[datetime], horizon_days: int) -> None:
    """Refuse cutoffs whose horizon ends after the last moment that the log knows of."""
    _, last_known = known_span(log)
    timezone = log.settings.timezone
    late = [cutoff for cutoff in cutoffs if shifted(cutoff, horizon_days, timezone) > last_known]
    if late:
        raise HorizonNotObserved(
            f"cutoff {late[0].isoformat()} plus {horizon_days} days ends after the log's last "
            f"event, known at {last_known.isoformat()}: the last usable cutoff is "
            f"{last_usable_cutoff(log, horizon_days).isoformat()}"
        )


def last_usable_cutoff(log: EventLog, horizon_days: int) -> date:
    """Latest cutoff date whose whole horizon the log has seen."""
    _, last_known = known_span(log)
    return day_at(last_known, log.settings.timezone) - timedelta(days=horizon_days)
