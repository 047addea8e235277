"""What an import would make of the first rows, without writing anything."""

import polars as pl
from rich.console import Console
from rich.table import Table

from data.mapping import Mapping

SHOWN_ROWS = 20

_HEAD = ("occurred_at", "event_type", "player_id")
_SAME_FOR_ALL = ("source", "ingested_at", "schema_version", "brand_id", "jurisdiction")


def print_preview(
    rows: pl.DataFrame,
    events: pl.DataFrame,
    rejected: pl.DataFrame,
    mapping: Mapping,
    console: Console,
) -> None:
    """Print the first events, the columns that no rule reads and the first rejected rows."""
    console.print(_events(events.head(SHOWN_ROWS)))
    used = {name for name, _ in mapping.uses()}
    unmapped = [name for name in rows.columns if name not in used]
    console.print(f"Columns not mapped: {', '.join(unmapped) or 'none'}", highlight=False)
    unseen = sorted(used - set(rows.columns))
    if unseen:
        console.print(f"Mapped columns not seen: {', '.join(unseen)}", highlight=False)
    if not rejected.is_empty():
        console.print(_rejected(rejected.head(SHOWN_ROWS)))
    found = rejected.select(pl.struct("file", "row").n_unique()).item() if rejected.height else 0
    console.print(
        f"Of the first {rows.height:,} rows: {events.height:,} events, {found:,} rows rejected. "
        "Nothing was written."
    )


def _events(events: pl.DataFrame) -> Table:
    table = Table(*_HEAD, "fields", title=f"First {events.height} converted rows")
    for event in events.iter_rows(named=True):
        rest = {
            name: value
            for name, value in event.items()
            if value is not None and name not in (*_HEAD, *_SAME_FOR_ALL)
        }
        fields = " ".join(f"{name}={value}" for name, value in rest.items())
        table.add_row(*(str(event[name]) for name in _HEAD), fields)
    return table


def _rejected(rejected: pl.DataFrame) -> Table:
    names = ("row", "field", "value", "reason", "remedy")
    table = Table(*names, title="First rejected rows")
    for row in rejected.select(names).iter_rows():
        table.add_row(*("" if value is None else str(value) for value in row))
    return table
