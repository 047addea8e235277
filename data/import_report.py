"""What an import did: counted, printed and kept as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from data.drafts import write_atomically
from data.quarantine import Quarantined

FOLDER = "imports"


@dataclass(frozen=True)
class StagedEvents:
    """The converted events of a run.

    ``first_day`` and ``last_day`` are days of ``occurred_at`` in the operator's timezone.
    """

    events: int
    distinct: int
    assumed: int
    first_day: str | None
    last_day: str | None


@dataclass(frozen=True)
class ImportReport:
    """One import.

    Attributes
    ----------
    run
        Name of mapping and input together: the same import has the same name.
    rows_read, events_converted
        Rows of the input, and events made of them; a row may give several, or none.
    events_new, events_present
        Events appended, and those that the log had already.
    duplicates
        Rows and events of the input that repeat an event id of the input.
    rows_quarantined, faults, unmatched
        Rows set aside; rows by ``field: reason``; texts that no rule matches, with their rows.
    rows_ignored
        Rows that an ignore rule left out.
    known_at_assumed_share
        Share of distinct events whose ``known_at`` the source doesn't tell.
    columns_never_seen
        Mapped columns that no row of JSON lines had.
    """

    run: str
    mapping: str
    input: str
    source: str
    rows_read: int
    events_converted: int
    events_new: int
    events_present: int
    duplicates: int
    rows_quarantined: int
    quarantine_file: str | None
    faults: dict[str, int]
    unmatched: dict[str, int]
    rows_ignored: int
    known_at_assumed_share: float | None
    first_day: str | None
    last_day: str | None
    columns_never_seen: tuple[str, ...]
    seconds: float

    @classmethod
    def of(
        cls,
        *,
        run: str,
        names: tuple[str, str, str],
        read: tuple[int, int],
        staged: StagedEvents,
        quarantined: Quarantined,
        events_new: int,
        columns_never_seen: Sequence[str],
        seconds: float,
    ) -> "ImportReport":
        """Put the counts of an import together.

        ``names`` are those of mapping, input and source; ``read`` the rows read and ignored.
        """
        return cls(
            run=run,
            mapping=names[0],
            input=names[1],
            source=names[2],
            rows_read=read[0],
            events_converted=staged.events,
            events_new=events_new,
            events_present=staged.distinct - events_new,
            duplicates=staged.events - staged.distinct + quarantined.duplicates,
            rows_quarantined=quarantined.rows,
            quarantine_file=str(quarantined.file) if quarantined.file else None,
            faults={f"{fault.field}: {fault.reason}": fault.rows for fault in quarantined.faults},
            unmatched=dict(quarantined.unmatched),
            rows_ignored=read[1],
            known_at_assumed_share=staged.assumed / staged.distinct if staged.distinct else None,
            first_day=staged.first_day,
            last_day=staged.last_day,
            columns_never_seen=tuple(columns_never_seen),
            seconds=seconds,
        )

    def write(self, root: Path) -> None:
        """Keep the report; a run that added nothing leaves an earlier report as it is."""
        folder = root / FOLDER
        folder.mkdir(exist_ok=True)
        target = folder / f"{self.run}.json"
        if self.events_new or not target.exists():
            write_atomically(target, json.dumps(asdict(self), indent=2))


def measure(staged: Path, timezone: str) -> StagedEvents:
    """Count the staged events of a run."""
    with duckdb.connect(config={"temp_directory": str(staged.parent / "spill")}) as con:
        con.execute("SET enable_progress_bar = false")
        con.execute("SET TimeZone = 'UTC'")
        con.read_parquet(str(staged)).create_view("staged")
        found = con.execute(_MEASURE, [timezone, timezone]).fetchall()[0]
    return StagedEvents(*found)


_MEASURE = """
WITH once AS (
    SELECT event_id, count(*) AS times, any_value(known_at_assumed) AS assumed,
        min(occurred_at) AS first, max(occurred_at) AS last
    FROM staged GROUP BY event_id
)
SELECT coalesce(sum(times), 0)::BIGINT, count(*), count(*) FILTER (assumed),
    strftime(timezone(?, min(first)), '%Y-%m-%d'), strftime(timezone(?, max(last)), '%Y-%m-%d')
FROM once
"""


def print_report(report: ImportReport, console: Console) -> None:
    """Print a table of the counts, and beside it what was set aside and why."""
    console.print(f"{report.input} by {report.mapping}", highlight=False, soft_wrap=True)
    console.print(_counts(report))
    if report.rows_quarantined:
        console.print(_faults(report))
        console.print(f"Rows set aside stand in {report.quarantine_file}", highlight=False)
    for column in report.columns_never_seen:
        console.print(f"No row has the mapped column {column!r}: check its spelling")
    if report.events_new == 0 and report.events_converted:
        console.print("Nothing new: the log has every event that this input gave already.")


def _counts(report: ImportReport) -> Table:
    table = Table(report.source, "count")
    table.columns[1].justify = "right"
    rate = report.rows_read / report.seconds if report.seconds else 0
    share = report.known_at_assumed_share
    for name, value in {
        "rows read": report.rows_read,
        "events converted": report.events_converted,
        "  new in the log": report.events_new,
        "  in the log already": report.events_present,
        "duplicates within the input": report.duplicates,
        "rows quarantined": report.rows_quarantined,
        "rows ignored": report.rows_ignored,
        "rows a second": round(rate),
    }.items():
        table.add_row(name, f"{value:,}")
    table.add_row("known_at assumed", "" if share is None else f"{share:.1%}")
    table.add_row("first day", report.first_day or "")
    table.add_row("last day", report.last_day or "")
    return table


def _faults(report: ImportReport) -> Table:
    table = Table("fault", "rows", title="Quarantined")
    table.columns[1].justify = "right"
    for fault, rows in report.faults.items():
        table.add_row(fault, f"{rows:,}")
    for value, rows in report.unmatched.items():
        table.add_row(f"  no rule: {value}", f"{rows:,}")
    return table
