"""How much of a commit the log had already: an export sent again beside something new.

The same import twice makes no commit and is no fault; what alarms is a file that is mostly old.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from statistics import median

from data.event_log import Commit
from data.instants import instant_of
from data.quality.findings import Finding, State
from data.quality.thresholds import COMMITS, DUPLICATE_STEP


def duplicate_findings(commits: Sequence[Commit], judged: Collection[date]) -> Iterator[Finding]:
    """Share of duplicates of the commits whose newest event is of a judged day.

    Usual is the median of the source's earlier commits, ``COMMITS`` at least; an alarm needs
    ``DUPLICATE_STEP`` more.
    """
    earlier: dict[str, list[float]] = {}
    for commit in commits:
        before = earlier.setdefault(commit.source.name, [])
        share = commit.duplicates / max(1, commit.rows + commit.duplicates)
        day = instant_of(commit.last_known_us).date()
        if day in judged:
            usual = median(before) if before else None
            yield Finding(
                source=commit.source.name,
                event_type="all",
                measure="duplicates",
                field=f"commit {commit.number}",
                day=day,
                value=share,
                usual=usual,
                history=len(before),
                state=_state(share, usual, len(before)),
            )
        before.append(share)


def _state(share: float, usual: float | None, history: int) -> State:
    if usual is None or history < COMMITS.value:
        return "untold"
    return "alarm" if share - usual > DUPLICATE_STEP.value else "usual"
