"""The Parquet layout of the event log: one wide table, a column for each field of the contract."""

from functools import cache

import pyarrow as pa

from data.contract import Field, envelope_fields, fields_of
from data.events import EVENT_TYPES

BASE_SUFFIX = "_base"
"""An amount stands twice: in the account's currency, and with this suffix in the base currency."""

KNOWN_DAY = "known_day"
"""Partition column: the UTC day of ``known_at``."""


@cache
def payload_fields() -> dict[str, tuple[Field, ...]]:
    """Payload column → its definition in every event type that has it.

    Raises
    ------
    TypeError
        If two event types give one field name two column types.
    """
    found: dict[str, tuple[Field, ...]] = {}
    for event_type in EVENT_TYPES:
        for name, field in fields_of(event_type).items():
            if name not in envelope_fields():
                found[name] = (*found.get(name, ()), field)
    for name, fields in found.items():
        if len({(field.arrow_type, field.money) for field in fields}) > 1:
            raise TypeError(f"field {name!r} has different types in different event types")
    return found


@cache
def event_schema() -> pa.Schema:
    """Arrow schema of the log: ``event_type``, the envelope, every payload field, base amounts."""
    columns = [pa.field("event_type", pa.string(), nullable=False)]
    columns += [
        pa.field(field.name, field.arrow_type, nullable=not field.required)
        for field in envelope_fields().values()
    ]
    for name, fields in payload_fields().items():
        columns.append(pa.field(name, fields[0].arrow_type))
        if fields[0].money:
            columns.append(pa.field(name + BASE_SUFFIX, pa.int64()))
    return pa.schema(columns)
