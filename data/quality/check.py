"""Command: judge the latest days of every feed before a model sees them."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import duckdb
import polars as pl
import typer
from rich.console import Console

from data.drafts import prepare_place, write_atomically
from data.errors import DataError, told_plainly
from data.event_log import EventLog
from data.quality.counting import last_occurred
from data.quality.judging import findings_of
from data.quality.metrics import write_metrics
from data.quality.report import QualityReport

app = typer.Typer(add_completion=False)


class Clock(StrEnum):
    """As of when a log is judged."""

    NOW = "now"
    LAST_EVENT = "last_event"


class BadFeed(DataError):
    """A feed isn't as usual; the message names source, measure, value, usual and remedy."""


class UnreadableFeed(DataError):
    """Files of the log can't be read."""


@app.command()
def check(
    data: Annotated[Path, typer.Option(help="Operator's folder, which holds the event log.")],
    days: Annotated[
        int, typer.Option(min=1, max=60, help="How many latest UTC days to judge.")
    ] = 7,
    clock: Annotated[
        Clock, typer.Option(help="Judge as of now, or as of when the newest event occurred.")
    ] = Clock.NOW,
    out: Annotated[Path | None, typer.Option(help="HTML page to write.")] = None,
    json: Annotated[Path | None, typer.Option(help="JSON file to write.")] = None,
    metrics: Annotated[
        Path | None, typer.Option(help="Prometheus text file to write (name it *.prom).")
    ] = None,
) -> None:
    """Hold the latest days of each source beside its usual, and end with 1 if a feed alarms.

    Judged are volume, freshness, missing fields, odd values, levels of amounts and rates, unknown
    players, clocks and duplicates. data.validate checks the contract.
    """
    console = Console()
    with told_plainly():
        for path in (out, json, metrics):
            if path is not None:
                prepare_place(path)
        with console.status("counting"):
            report = _report(EventLog(data), days, clock)
        console.print(report.as_table())
        if out is not None:
            write_atomically(out, report.as_page())
        if json is not None:
            write_atomically(json, report.as_json())
        if metrics is not None:
            write_metrics(report, metrics)
        _raise_alarms(report)


def _report(log: EventLog, days: int, clock: Clock) -> QualityReport:
    try:
        moment = last_occurred(log) if clock is Clock.LAST_EVENT else datetime.now(UTC)
        return QualityReport(moment, days, tuple(findings_of(log, days, moment)))
    except (pl.exceptions.PolarsError, duckdb.Error) as fault:
        raise UnreadableFeed(
            f"{log.root} can't be read ({str(fault).splitlines()[0]}): run data.validate"
        ) from None


def _raise_alarms(report: QualityReport) -> None:
    if report.alarms:
        sentences = "\n".join(f"- {finding.sentence()}" for finding in report.alarms)
        raise BadFeed(
            f"{len(report.alarms)} of {len(report.findings):,} figures alarm, so nothing should be "
            f"trained on these days yet:\n{sentences}"
        )


if __name__ == "__main__":
    app()
