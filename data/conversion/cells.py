"""Raw cells: their texts, which of them are missing, and plain values read from them."""

import json
from collections.abc import Callable

import polars as pl
import pyarrow as pa

from data.contract import Field
from data.mapping import Condition
from data.mapping_cells import Input, Origin

_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def cell(column: str, reading: Input) -> pl.Expr:
    """Text of a raw column; null where the mapping counts the text as missing."""
    text = pl.col(column)
    return pl.when(text.is_in(list(reading.null_values)).not_()).then(text)


def text_of(origin: Origin, reading: Input) -> pl.Expr:
    """Text of a column or constant after the value map; null if missing or not in the map."""
    if origin.column is None:
        return pl.lit(origin.constant, dtype=pl.String)
    text = cell(origin.column, reading)
    if origin.values:
        mapped = text.replace_strict(
            origin.values, default=origin.otherwise, return_dtype=pl.String
        )
        text = pl.when(text.is_not_null()).then(mapped)
    if origin.if_missing is not None:
        missing = cell(origin.column, reading).is_null()
        text = pl.when(missing).then(pl.lit(origin.if_missing)).otherwise(text)
    return text


def is_unlisted(origin: Origin, reading: Input) -> pl.Expr:
    """True where a cell holds a text to which the value map gives no meaning."""
    text = cell(str(origin.column), reading)
    return text.is_not_null() & text.is_in(list(origin.values)).not_()


def fulfils(column: str, condition: Condition, reading: Input) -> pl.Expr:
    """True where a raw column is as a rule's condition wants it."""
    text = cell(column, reading)
    if condition.other_than is not None:
        number = number_text(text, reading.decimal_mark).cast(pl.Float64, strict=False)
        return text.is_not_null() & (number != float(condition.other_than)).fill_null(True)
    wanted = condition.among if condition.none_of is None else condition.none_of
    texts = list(wanted or ())
    missing_too = any(text in reading.null_values for text in texts)
    found = text.is_in(texts).fill_null(missing_too)
    return found.not_() if condition.among is None else found


def number_text(text: pl.Expr, decimal_mark: str) -> pl.Expr:
    """Text of a number with a point as its decimal mark; another mark makes it unreadable."""
    if decimal_mark == ".":
        return text
    return text.str.replace_all(".", "?", literal=True).str.replace(",", ".", literal=True)


def read_plain(field: Field, text: pl.Expr, reading: Input, day_format: str) -> pl.Expr:
    """Value of the field's column type, neither money nor moment; null where it can't be read."""
    if field.nested:
        return pl.when(text.map_elements(_is_json, return_dtype=pl.Boolean)).then(text)
    readers: dict[pa.DataType, Callable[[], pl.Expr]] = {
        pa.string(): lambda: text,
        pa.int64(): lambda: _whole(number_text(text, reading.decimal_mark)),
        pa.float64(): lambda: _real(number_text(text, reading.decimal_mark)),
        pa.bool_(): lambda: _truth(text),
        pa.date32(): lambda: text.str.to_date(day_format, strict=False),
    }
    return readers[field.arrow_type]()


def _whole(text: pl.Expr) -> pl.Expr:
    return text.str.replace(r"\.0*$", "").cast(pl.Int64, strict=False)


def _real(text: pl.Expr) -> pl.Expr:
    number = text.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def _truth(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().replace_strict(_TRUTH, default=None, return_dtype=pl.Boolean)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
