"""Check a whole event log against its contract."""

from pathlib import Path
from typing import Annotated

import duckdb
import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from data.errors import DataError, told_plainly
from data.event_log import EventLog
from data.log_checks import Breach, breaches_of

app = typer.Typer(add_completion=False)


class LogBroken(DataError):
    """A log breaks its contract; every breach has been listed."""


@app.command()
def main(
    data: Annotated[Path, typer.Option(help="Operator's folder, which holds the event log.")],
) -> None:
    """Check a whole event log against its contract, and list every breach.

    Checked are the files that commits name, the uniqueness of (source, event_id), the order of
    moments, the partition of each row, bounds, base amounts, and the fields of each event type.
    """
    console = Console()
    with told_plainly():
        log = EventLog(data)
        with console.status("checking the log"):
            breaches = _breaches(log)
        if breaches:
            console.print(_table(breaches))
            raise LogBroken(
                f"{data} breaks {len(breaches)} rules of its contract: restore it from a copy, or "
                "import the corrected sources into a new folder"
            )
        commits = log.commits()
        if not commits:
            raise LogBroken(f"{data} has no commit, so nothing in it counts: restore it or ingest")
        rows = sum(commit.rows for commit in commits)
        console.print(f"{rows:,} events in {len(commits):,} commit(s): all sound", soft_wrap=True)


def _breaches(log: EventLog) -> list[Breach]:
    try:
        return list(breaches_of(log))
    except (pl.exceptions.PolarsError, duckdb.Error) as fault:
        raise LogBroken(
            f"{log.root} can't be read ({str(fault).splitlines()[0]}): restore it from a copy"
        ) from None


def _table(breaches: list[Breach]) -> Table:
    table = Table("rule", "broken by", "for example", title="Breaches")
    for breach in breaches:
        table.add_row(breach.rule, f"{breach.found:,}", breach.example)
    return table


if __name__ == "__main__":
    app()
