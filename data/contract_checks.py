"""The contract's rules as expressions over columns, derived from the same definition of a field."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from data.contract import Field


@dataclass(frozen=True)
class Check:
    """One way in which a row can be at fault.

    Attributes
    ----------
    field
        Field of the contract.
    bad
        True for rows at fault; null counts as sound.
    reason, remedy
        What is wrong with such a row, and what to do; without the row's value.
    """

    field: str
    bad: pl.Expr
    reason: str
    remedy: str


def value_checks(field: Field, column: pl.Expr) -> Iterator[Check]:
    """Checks of a field's values: choices, bounds, lengths and pattern. Null is sound."""
    if field.choices:
        yield from _choice_checks(field, column)
    if field.arrow_type in (pa.int64(), pa.float64()):
        yield from _bound_checks(field, column)
    if field.arrow_type == pa.string() and not field.nested:
        yield from _text_checks(field, column)


def required_check(field: Field, column: pl.Expr) -> Check:
    """Check that a required field is there."""
    remedy = "map a column that is filled, give if_missing, or repair the source"
    return Check(field.name, column.is_null(), "required but missing", remedy)


def _choice_checks(field: Field, column: pl.Expr) -> Iterator[Check]:
    allowed = ", ".join(str(choice) for choice in field.choices)
    bad = column.is_in(list(field.choices)).not_()
    yield Check(field.name, bad, "not a value of the contract", f"map it to one of {allowed}")


def _bound_checks(field: Field, column: pl.Expr) -> Iterator[Check]:
    remedy = "repair the source, or turn its sign with negate"
    if field.minimum is not None:
        bad = column < field.minimum
        yield Check(field.name, bad, f"below {field.minimum:.16g}", remedy)
    if field.maximum is not None:
        bad = column > field.maximum
        yield Check(field.name, bad, f"above {field.maximum:.16g}", "repair the source")


def _text_checks(field: Field, column: pl.Expr) -> Iterator[Check]:
    length = column.str.len_chars()
    if field.min_length is not None:
        reason = f"shorter than {field.min_length} characters"
        yield Check(field.name, length < field.min_length, reason, "repair the source")
    if field.max_length is not None:
        reason = f"longer than {field.max_length} characters"
        yield Check(field.name, length > field.max_length, reason, "map a shorter column")
    if field.pattern is not None:
        bad = column.str.contains(field.pattern).not_()
        reason = f"not written as {field.pattern}"
        yield Check(field.name, bad, reason, "write it so, or map it with values")
