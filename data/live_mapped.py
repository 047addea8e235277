"""A vendor's own JSON, sent live, → rows of the log, by the mapping that its imports use."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl

from data.convert import convert
from data.instants import instant_of, microseconds
from data.live_checks import wrong_effect, wrong_text
from data.live_event import rate_text
from data.live_items import Item, decoded
from data.live_row import Refused
from data.mapping import Mapping
from data.reading.json_rows import frame_of
from data.schema_faults import is_deep

_NO_OBJECT = Refused(
    "", None, "not a JSON object, or too deep a one", "send UTF-8 JSON, one object for each event"
)


def read_mapped_items(sent: Sequence[bytes], mapping: Mapping, now_us: int) -> list[list[Item]]:
    """Read a vendor's items by a mapping: for each its events, or why it is none.

    An item that an ignore rule leaves out gives nothing; one with a fault keeps its sound events.
    """
    objects = [(place, one) for place, text in enumerate(sent) if (one := _object(text))]
    found: list[list[Item]] = [[] for _ in sent]
    for place in set(range(len(sent))) - {place for place, _ in objects}:
        found[place] = [Item(sent[place], _NO_OBJECT)]
    if objects:
        places = [place for place, _ in objects]
        converted = convert(frame_of([one for _, one in objects]), mapping, instant_of(now_us))
        for row, event in zip(converted.rows, converted.events.iter_rows(named=True), strict=True):
            place = places[row]
            filled = dict(_filled(event))
            wrong = wrong_text(filled) or wrong_effect(filled, now_us)
            itself = ((filled["player_id"], filled["event_type"]),)
            found[place].append(Item(sent[place], wrong or filled, itself))
        for row, refused in _first_faults(converted.rejected):
            unread = converted.unread.filter(pl.col("row") == row)
            meant = tuple(unread.select("player_id", "event_type").iter_rows())
            found[places[row]].append(Item(sent[places[row]], refused, meant))
    return found


def _object(text: bytes) -> dict[str, Any] | None:
    found = decoded(text)
    return found if isinstance(found, dict) and found and not is_deep(found) else None


def _filled(event: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What is filled of a converted event, as a row of the live log holds it."""
    for name, value in event.items():
        if isinstance(value, datetime):
            yield name, microseconds(value)
        elif isinstance(value, Decimal):
            yield name, rate_text(value)
        elif hasattr(value, "isoformat"):
            yield name, value.isoformat()
        elif value is not None:
            yield name, value


def _first_faults(rejected: pl.DataFrame) -> Iterator[tuple[int, Refused]]:
    for row in rejected.unique("row", keep="first", maintain_order=True).iter_rows(named=True):
        yield (
            row["row"],
            Refused(row["column"] or row["field"], row["value"], row["reason"], row["remedy"]),
        )
