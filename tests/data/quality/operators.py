"""A small simulated operator, and ways to make its feeds go wrong."""

import os
import shutil
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import Progress

from data.event_log import EventLog, LogSettings, Source
from data.quality.counting import last_occurred
from data.quality.findings import Finding
from data.quality.judging import findings_of
from data.simulator.run import Run, simulate
from data.tables import KNOWN_DAY, event_schema

Fault = Callable[[pl.DataFrame], pl.DataFrame]
"""From the events of a day to what a broken feed makes of them."""

PLAYERS, DAYS = 300, 80
END = date(2026, 1, 1) + timedelta(days=DAYS)
"""The day after the last one that was lived."""

DAY = END - timedelta(days=2)
"""The newest day that is over whichever events are taken away: faults happen on it."""

COMMIT_DAYS = 10


def lived(folder: Path) -> pl.DataFrame:
    """Every event of the simulated operator."""
    simulate(folder, Run(PLAYERS, DAYS, 3, date(2026, 1, 1)), Progress(console=Console(quiet=True)))
    return pl.read_parquet(EventLog(folder).files(), hive_partitioning=False)


def written(root: Path, events: pl.DataFrame) -> EventLog:
    """A log of events, with a commit every ten days known."""
    ages = events.with_columns(
        (pl.lit(END) - pl.col("known_at").dt.date())
        .dt.total_days()
        .floordiv(COMMIT_DAYS)
        .alias("age")
    )
    parts = ages.partition_by("age", as_dict=True, include_key=False)
    return appended(root, (parts[age] for age in sorted(parts, reverse=True)))


def appended(root: Path, commits: Iterable[pl.DataFrame]) -> EventLog:
    """A log with these commits."""
    log = EventLog.create(root, LogSettings("EUR", "Europe/London"))
    for events in commits:
        table = events.to_arrow().cast(event_schema())
        log.append_table(table, Source("simulator", frozenset(), "none"))
    return log


def tampered(healthy: EventLog, root: Path, fault: Fault) -> EventLog:
    """A copy of a log in which the files of the newest days hold other rows."""
    shutil.copytree(healthy.root, root, copy_function=os.link)
    log = EventLog(root)
    for path in map(Path, log.files()):
        if path.parent.name >= f"{KNOWN_DAY}={DAY - timedelta(days=1)}":
            broken = fault(pl.read_parquet(path, hive_partitioning=False))
            path.unlink()  # a second name of the healthy log's file, which stays as it is
            pq.write_table(broken.to_arrow().cast(event_schema()), path)
    return log


def on_day(event_type: str) -> pl.Expr:
    """Whether a row is of a type and became known on the day of the fault."""
    return (pl.col("event_type") == event_type) & (pl.col("known_at").dt.date() == DAY)


def changed(events: pl.DataFrame, event_type: str, **columns: pl.Expr) -> pl.DataFrame:
    """The events with other values in a type's rows of the day of the fault."""
    return events.with_columns(
        pl.when(on_day(event_type)).then(new).otherwise(pl.col(name)).alias(name)
        for name, new in columns.items()
    )


def alarms_of(log: EventLog, days: int = 3) -> list[Finding]:
    """What alarms in a log's latest days, as of its last event."""
    found = findings_of(log, days, last_occurred(log))
    return [finding for finding in found if finding.state == "alarm"]
