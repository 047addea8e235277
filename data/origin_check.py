"""Hold one field's origin against the contract's definition of the field."""

from collections.abc import Iterator

import polars as pl
import pyarrow as pa

from data.contract import Field
from data.contract_checks import value_checks
from data.conversion.amounts import read_exactly, read_fx
from data.conversion.cells import number_text, read_plain
from data.conversion.fields import MOMENT, RATE
from data.conversion.moments import read_moments
from data.currency import UnknownCurrency, minor_unit_digits
from data.mapping import Mapping
from data.mapping_cells import Origin

_OWN_KINDS = {"key": "event_id", "delay": "known_at"}


def origin_faults(field: Field, origin: Origin, mapping: Mapping) -> Iterator[str]:
    """Faults of where a field comes from: its kind, its options, the values written down."""
    for kind, owner in _OWN_KINDS.items():
        if getattr(origin, kind) not in (None, ()) and field.name != owner:
            yield f"{kind} is for {owner} alone: give column or constant"
    if origin.day is not None and field.arrow_type != MOMENT:
        yield "day is for moments alone: give column"
    if origin.unit is not None and not field.money:
        yield "unit is for amounts alone: remove it"
    if origin.negate and field.arrow_type not in (pa.int64(), pa.float64()):
        yield "negate is for numbers alone: remove it"
    if origin.constant is not None and field.name in ("event_id", "known_at", "occurred_at"):
        yield "events would not be told apart by a constant: give column"
    for text in origin.stated:
        yield from _value_faults(field, text, mapping)


def _value_faults(field: Field, text: str, mapping: Mapping) -> Iterator[str]:
    if field.name == "currency":
        try:
            minor_unit_digits(text)
        except UnknownCurrency as fault:
            yield str(fault)
        return
    value = _read(field, pl.Series([text]), mapping)
    if value.is_null().any():
        yield f"{text!r} is no value of {field.name} ({field.arrow_type}): correct it"
        return
    for check in value_checks(field, pl.col("value")):
        if value.to_frame("value").select(check.bad).item():
            yield f"{text!r} is {check.reason}: {check.remedy}"


def _read(field: Field, texts: pl.Series, mapping: Mapping) -> pl.Series:
    if field.arrow_type == MOMENT:
        return read_moments(texts, mapping.times)
    number = number_text(pl.col("text"), mapping.input.decimal_mark)
    if field.money:
        value = read_exactly(number)
    elif field.arrow_type == RATE:
        value = read_fx(number)
    else:
        value = read_plain(field, pl.col("text"), mapping.input, mapping.times.day_format)
    return texts.to_frame("text").select(value).to_series()
