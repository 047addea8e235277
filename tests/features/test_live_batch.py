"""What a batch of live events is read by: of each type only the measures that it can tell."""

from datetime import UTC, datetime
from itertools import product
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from data.contract import Field, fields_of
from data.events import EVENT_TYPES
from data.tables import BASE_SUFFIX, event_schema
from features.measures import MEASURES
from features.tile_sql import EVENT_COLUMNS, count_events, prepared

MOMENT = datetime(2026, 1, 10, 23, 30, tzinfo=UTC)
AMOUNT_MINOR = 50


def _values(field: Field) -> list[Any]:
    """Every choice of a field, both truths, and a number that every measure counts."""
    if field.choices:
        return list(field.choices)
    if field.arrow_type == pa.bool_():
        return [True, False]
    return [AMOUNT_MINOR] if field.arrow_type == pa.int64() else [None]


def _events(event_type: str) -> list[dict[str, Any]]:
    """Events of one type in every state they can be in."""
    told = {
        name: _values(field)
        for name, field in fields_of(event_type).items()
        if field.money or field.choices or field.arrow_type in (pa.bool_(), pa.int64())
    }
    told |= {"utc_offset_minutes": [0], "is_activity": [True]}
    base = [name for name, field in fields_of(event_type).items() if field.money]
    return [
        dict(zip(told, values, strict=True))
        | {name + BASE_SUFFIX: AMOUNT_MINOR for name in base}
        | {"event_type": event_type, "player_id": "p", "occurred_at": MOMENT, "known_at": MOMENT}
        for values in product(*told.values())
    ]


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_an_event_adds_nothing_to_measures_that_its_type_cannot_tell(event_type: str) -> None:
    events = pa.Table.from_pylist(_events(event_type), schema=event_schema())
    with duckdb.connect() as con:
        con.register("event", events)
        tile = con.sql(
            count_events(prepared(f"(SELECT {EVENT_COLUMNS} FROM event)"), "player_id")
        ).to_arrow_table()
    filled = {name for name in tile.column_names if tile[name].null_count == 0} - {"player_id"}
    can_tell = {measure.name for measure in MEASURES if measure.can_tell(event_type)}
    assert filled <= can_tell
    assert filled >= {"activity_count", "activity_last", "activity_first"}
