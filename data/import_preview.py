"""What an import would make of the first rows, without writing anything."""

from typing import Any

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data.contract import envelope_fields, fields_of
from data.convert import Converted
from data.mapping import Mapping
from data.reading.batch import Batch

SHOWN_ROWS = 20


def print_preview(
    batch: Batch,
    converted: Converted,
    rejected: pl.DataFrame,
    mapping: Mapping,
    console: Console,
) -> None:
    """Print the first events, the columns that no rule reads, the first rejected rows, counts.

    Parameters
    ----------
    rejected
        Faults of the batch by file and row, as they would stand in the quarantine.
    """
    console.print(_events(converted.events.head(SHOWN_ROWS)))
    used = {name for name, _ in mapping.uses()}
    unmapped = [name for name in converted.columns if name not in used]
    console.print(f"Columns not mapped: {', '.join(unmapped) or 'none'}", highlight=False)
    unseen = sorted(used - set(converted.columns))
    if unseen:
        console.print(f"Mapped columns not seen: {', '.join(unseen)}", highlight=False)
    for fault in rejected.head(SHOWN_ROWS).iter_rows(named=True):
        console.print(_told_fault(fault), highlight=False)
    console.print(_counts(batch, converted, rejected), highlight=False)


def _counts(batch: Batch, converted: Converted, rejected: pl.DataFrame) -> str:
    rows = batch.rows.height + batch.broken.height
    events = converted.events["event_id"].n_unique()
    twice = converted.events.height - events
    found = rejected["row"].n_unique()
    return (
        f"Of the first {rows:,} rows: {events:,} events, {twice:,} duplicates, "
        f"{converted.ignored:,} rows ignored, {found:,} rejected."
    )


def _events(events: pl.DataFrame) -> Table:
    table = Table("occurred at (UTC)", "event", "player", "fields")
    table.title = f"First {events.height} events"
    for event in events.iter_rows(named=True):
        moment = f"{event['occurred_at']:%Y-%m-%d %H:%M:%S}"
        table.add_row(moment, event["event_type"], event["player_id"], _told_fields(event))
    return table


def _told_fields(event: dict[str, Any]) -> str:
    """Fields of the event's own type that say something, its amounts' currency among them."""
    own = [
        (name, event[name])
        for name, field in fields_of(event["event_type"]).items()
        if name not in envelope_fields() and event[name] not in (None, field.default)
    ]
    shown = [*own, ("currency", event["currency"])] if event["currency"] else own
    return " ".join(f"{name}={value}" for name, value in shown)


def _told_fault(fault: dict[str, Any]) -> str:
    value = "nothing" if fault["value"] is None else repr(fault["value"])
    return escape(
        f"Rejected row {fault['row']}: {fault['field']} is {value}: {fault['reason']}; "
        f"{fault['remedy']}"
    )
