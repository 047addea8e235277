"""Import an operator's files into the event log, by a mapping file."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from data.column_check import check_columns
from data.conversion.draft import REJECTED
from data.convert import Converted, convert
from data.coverage import coverage
from data.errors import DataError, told_plainly
from data.event_log import Commit, EventLog, Source
from data.import_preview import print_preview
from data.import_report import ImportReport, measure, print_report
from data.mapping import Mapping
from data.mapping_file import read_mapping
from data.quarantine import write_quarantine
from data.readers import read_batches
from data.reading.batch import Batch
from data.reading.parts import InputError, Part, digest_of, find_parts, passed_over
from data.restated import set_aside_restated
from data.staging import Stage, staging_folder
from data.workspace import NotAFolder

app = typer.Typer(add_completion=False)


class NothingConverted(DataError):
    """Not one row of an input became an event."""


@dataclass
class Tally:
    """What was counted while reading."""

    rows: int = 0
    ignored: int = 0
    columns: set[str] = field(default_factory=set)


@app.command()
def main(
    mapping: Annotated[Path, typer.Option(help="Mapping file (see data/README.md).")],
    input: Annotated[Path, typer.Option(help="CSV, Parquet, JSON lines, zip, or a folder.")],
    out: Annotated[Path, typer.Option(help="Operator's folder, which holds the event log.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what the first rows become; write nothing.")
    ] = False,
) -> None:
    """Import an operator's files into the event log, by a mapping file.

    Rows that don't fit go to OUT/quarantine with field, value, reason and remedy. The same import
    again adds nothing. A killed import leaves the log as it was; the same command completes it.
    """
    with told_plainly():
        if dry_run:
            _preview(mapping, input, out)
            return
        report = ingest(mapping, input, out)
        print_report(report, Console())
        if report.events_converted == 0 and report.rows_quarantined:
            raise NothingConverted(
                f"no row of {input} became an event: {report.quarantine_file} says why"
            )


def ingest(mapping_file: Path, input_path: Path, out: Path) -> ImportReport:
    """Import files; write the report under ``out`` and return it.

    Raises
    ------
    DataError
        If mapping, files or folder can't be used; nothing has been appended then.
    """
    started = time.monotonic()
    mapping, parts = _opened(mapping_file, input_path)
    present = _log_files(out, mapping)
    run = sha256(mapping_file.read_bytes() + digest_of(parts).encode()).hexdigest()[:16]
    with staging_folder(out) as folder:
        stage = Stage(folder)
        tally = _convert_all(parts, mapping, stage)
        if tally.rows == 0:
            raise InputError(f"{input_path} holds no rows: check the export")
        set_aside_restated(stage, present)
        staged = measure(stage.events, mapping.timezone)
        quarantined = write_quarantine(stage.rejected, out, run)
        commit = _append(stage, mapping, out) if staged.events else None
    report = ImportReport.of(
        run=run,
        names=(str(mapping_file), str(input_path), mapping.source),
        read=(tally.rows, tally.ignored),
        staged=staged,
        quarantined=quarantined,
        events_new=commit.rows if commit else 0,
        columns_never_seen=sorted({name for name, _ in mapping.uses()} - tally.columns),
        seconds=time.monotonic() - started,
    )
    report.write(out)
    return report


def _log_files(out: Path, mapping: Mapping) -> list[str]:
    """Files of the log that takes the events; none if it is still to be created."""
    if out.exists() and not out.is_dir():
        raise NotAFolder(f"{out} is a file: name a folder")
    if not (out / "log.json").exists():
        return []
    return EventLog.create(out, mapping.settings).files()


def _opened(mapping_file: Path, input_path: Path) -> tuple[Mapping, list[Part]]:
    mapping, parts = read_mapping(mapping_file), find_parts(input_path)
    if others := passed_over(input_path, parts):
        Console(stderr=True).print(f"not read: {', '.join(others)}", highlight=False)
    check_columns(parts, mapping)
    return mapping, parts


def _convert_all(parts: Sequence[Part], mapping: Mapping, stage: Stage) -> Tally:
    tally, now = Tally(), datetime.now(UTC)
    with _progress() as progress:
        task = progress.add_task("", rows=0)
        for part in parts:
            progress.update(task, description=part.name)
            for batch in read_batches(part, mapping.input):
                converted = convert(batch.rows, mapping, now)
                stage.add(
                    converted.events,
                    origins_of(part, batch, converted),
                    rejected_of(part, batch, converted),
                )
                tally.rows += batch.rows.height + batch.broken.height
                tally.ignored += converted.ignored
                tally.columns.update(converted.columns)
                progress.update(task, rows=f"{tally.rows:,}")
    stage.close()
    return tally


def origins_of(part: Part, batch: Batch, converted: Converted) -> pl.DataFrame:
    """File and row of each event of a batch."""
    rows = batch.numbers.gather(converted.rows).alias("row")
    return rows.to_frame().select(pl.lit(part.name).alias("file"), "row")


def rejected_of(part: Part, batch: Batch, converted: Converted) -> pl.DataFrame:
    """Faults of a batch by the numbers of its file's rows, broken rows among them."""
    faults = converted.rejected.with_columns(
        batch.numbers.gather(converted.rejected["row"]).alias("row")
    )
    broken = batch.broken.select(
        pl.col("number").alias("row"),
        pl.lit(None, dtype=pl.String).alias("event_id"),
        pl.lit("row").alias("field"),
        pl.lit(None, dtype=pl.String).alias("column"),
        "value",
        "reason",
        pl.lit("repair the row in the source").alias("remedy"),
    )
    both = pl.concat([faults.select(REJECTED.names()), broken])
    return both.with_columns(pl.lit(part.name).alias("file"))


def _append(stage: Stage, mapping: Mapping, out: Path) -> Commit | None:
    source = Source(
        name=mapping.source,
        coverage=coverage(mapping),
        activity=", ".join(mapping.activity) or "none",
    )
    return EventLog.create(out, mapping.settings).append([stage.events], source)


def _preview(mapping_file: Path, input_path: Path, out: Path) -> None:
    mapping, parts = _opened(mapping_file, input_path)
    _log_files(out, mapping)
    part, batch = _first_batch(parts, mapping, input_path)
    converted = convert(batch.rows, mapping, datetime.now(UTC))
    rejected = rejected_of(part, batch, converted)
    print_preview(batch, converted, rejected.sort("row"), mapping, Console())
    place = part.name if len(parts) == 1 else f"{part.name}, the first of {len(parts)} files"
    Console().print(f"These are of {place}. Nothing was written.", highlight=False)


def _first_batch(parts: Sequence[Part], mapping: Mapping, input_path: Path) -> tuple[Part, Batch]:
    for part in parts:
        # One more is read than is shown: only the end of a file tells some of its faults.
        found = list(islice(read_batches(part, mapping.input), 2))
        if found:
            return part, found[0]
    raise InputError(f"{input_path} holds no rows: check the export")


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[rows]} rows"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


if __name__ == "__main__":
    app()
