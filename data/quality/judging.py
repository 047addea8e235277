"""A log's latest days beside its usual ones: every finding of every measure."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime, timedelta

import polars as pl

from data.event_log import EventLog
from data.quality.counting import cells_of, events_of, levels_of, rates_of
from data.quality.duplicates import duplicate_findings
from data.quality.findings import Finding
from data.quality.freshness import freshness_findings
from data.quality.levels import amount_findings, rate_findings
from data.quality.shares import share_findings
from data.quality.thresholds import WINDOW_DAYS
from data.quality.volume import volume_findings

_COLUMNS = [field.name for field in fields(Finding)]


def findings_of(log: EventLog, days: int, clock: datetime) -> list[Finding]:
    """What the latest days show, by source, type, measure, field and day.

    Parameters
    ----------
    days
        How many UTC days to judge, one at least and the clock's day the last. Volume is judged on
        as many that are over.
    clock
        Now, in UTC; an old log is judged as of when its last event occurred. What became known
        later is left out.

    Raises
    ------
    NothingToJudge
        If nothing became known in the days that are looked at.
    """
    log = log.pinned()
    today = clock.date()
    judged = [today - timedelta(days=number) for number in reversed(range(days))]
    over = [day - timedelta(days=1) for day in judged]
    first = over[0] - timedelta(days=int(WINDOW_DAYS.value))
    with events_of(log, first, clock) as con:
        cells = cells_of(con)
        frames = [
            volume_findings(cells, over),
            freshness_findings(cells, clock),
            share_findings(cells, judged),
            amount_findings(levels_of(con), judged),
            rate_findings(rates_of(con), judged),
        ]
    found = [finding for frame in frames for finding in _as_findings(frame)]
    found += duplicate_findings(log.commits(), frozenset(judged))
    return sorted(found, key=_order)


def _as_findings(frame: pl.DataFrame) -> Iterator[Finding]:
    for row in frame.select(_COLUMNS).iter_rows(named=True):
        yield Finding(**row)


def _order(finding: Finding) -> tuple[str, str, str, str, date]:
    return (finding.source, finding.event_type, finding.measure, finding.field, finding.day)
