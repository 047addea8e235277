"""What the simulator can tell, found by looking at what it produced."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from data.contract import fields_of
from data.coverage import state_field
from data.tables import payload_fields


def tokens(columns: dict[str, pa.Array]) -> frozenset[str]:
    """Tokens for ``Source.coverage`` that one table of events of one type gives.

    Parameters
    ----------
    columns
        Columns of ``event_schema()``, at least one row.
    """
    return frozenset(_tokens(columns))


def _tokens(columns: dict[str, pa.Array]) -> Iterator[str]:
    event_type = columns["event_type"][0].as_py()
    yield event_type
    if "utc_offset_minutes" in columns:
        yield f"{event_type}.utc_offset_minutes"
    for name in fields_of(event_type):
        filled = name in columns and columns[name].null_count < len(columns[name])
        if filled and name in payload_fields():
            yield f"{event_type}.{name}"
            yield from _states(event_type, name, columns[name])


def _states(event_type: str, name: str, column: pa.Array) -> Iterator[str]:
    if name == state_field(event_type):
        yield from (f"{event_type}:{state}" for state in pc.unique(column).drop_null().to_pylist())
