"""Command: tile what is new in an event log, and build feature rows for given entity rows."""

import re
from itertools import chain
from pathlib import Path
from typing import Annotated

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from data.drafts import draft_of
from data.errors import told_plainly
from data.event_log import EventLog
from features.row_reuse import Built, schema_of
from features.rows import EntityError, iterate_rows, players_and_cutoffs
from features.tiles import tile_commits, untiled

app = typer.Typer(add_completion=False)


def _memory(text: str) -> str:
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?[KMGT]i?B", text) is None:
        raise typer.BadParameter(f"{text!r} is no amount of memory: write one such as 4GB")
    return text


@app.command()
def build(
    data: Annotated[Path, typer.Option(help="Operator folder: the event log that ingest made.")],
    entities: Annotated[
        Path | None,
        typer.Option(help="Parquet with player_id and cutoff. Without it only tiles are made."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Parquet file for the feature rows.")] = None,
    memory_limit: Annotated[
        str, typer.Option(help="Memory that DuckDB may use.", callback=_memory)
    ] = "4GB",
) -> None:
    """Tile the log's new commits, then build one feature row for each entity row.

    Incremental: a commit is tiled once, and rows that stand at --out already are built again only
    if features, or what was known at their cutoff, changed. A killed run is repeated by the same
    command; the output file appears whole or not at all.
    """
    if (entities is None) != (out is None):
        raise typer.BadParameter("--entities and --out go together")
    with told_plainly():
        log = EventLog(data)
        tile_new_commits(log, memory_limit)
        if entities is not None and out is not None:
            write_rows(log, entities, out, memory_limit)


def tile_new_commits(log: EventLog, memory_limit: str = "4GB") -> None:
    """Tile what is not tiled yet, with a progress bar."""
    todo = untiled(log)
    if not todo:
        return
    with progress_bar() as progress:
        task = progress.add_task("tiling commits", total=len(todo))
        for _ in tile_commits(log, memory_limit):
            progress.advance(task)


def write_rows(log: EventLog, entities: Path, out: Path, memory_limit: str = "4GB") -> None:
    """Build the feature rows of the entity rows in a Parquet file, into another.

    Rows that an earlier build left there are taken over if they still hold.
    """
    if not entities.is_file():
        raise EntityError(f"{entities} does not exist: make it with training.cohort")
    log = log.pinned()
    wanted = pl.DataFrame(players_and_cutoffs(_read_entities(entities)))
    built = Built.found(out, log)
    holding = built.holding(wanted)
    new = wanted.join(holding, on=wanted.columns, how="anti").to_arrow()
    with (
        draft_of(out) as draft,
        pq.ParquetWriter(draft, schema_of(log)) as writer,
        progress_bar() as progress,
    ):
        task = progress.add_task("feature rows", total=len(wanted))
        for rows in chain(built.rows(holding), iterate_rows(log, new, memory_limit)):
            writer.write_table(rows)
            progress.advance(task, rows.num_rows)


def _read_entities(path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as fault:
        raise EntityError(
            f"{path} can't be read as Parquet ({fault}): make it with training.cohort"
        ) from None


def progress_bar(*, shown: bool = True) -> Progress:
    """Progress on standard error, so that output can be piped."""
    return Progress(
        *Progress.get_default_columns(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not shown,
    )


if __name__ == "__main__":
    app()
