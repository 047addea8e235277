from decimal import ROUND_HALF_EVEN, Decimal

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.conversion.amounts import (
    digits_of,
    in_base,
    in_minor_units,
    is_whole,
    read_exactly,
    read_fx,
    rounded,
)
from data.currency import MINOR_UNIT_DIGITS, minor_unit_digits, to_base

CODES = st.sampled_from(["EUR", "JPY", "KWD", "USD", "ISK", "BHD"])


def one(expression: pl.Expr, **columns: object) -> object:
    """An expression's value over a frame of one row."""
    frame = pl.DataFrame({name: [value] for name, value in columns.items()})
    return frame.select(expression).item()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.30", "12.3"),
        ("-0.5", "-0.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("3.5e-5", "0.000035"),
        ("1E3", "1000"),
        ("0.300000000000000040", "0.30000000000000004"),
        ("9007199254740992", "9007199254740992"),
        ("9007199254740993", None),
        ("0.1234567890123456789", None),
        ("1e-300", None),
        ("1e400", None),
        ("1e999999999", None),
        ("12,30", None),
        ("1_000", None),
        ("NaN", None),
        ("Infinity", None),
        ("", None),
    ],
)
def test_a_number_is_read_exactly_or_not_at_all(text: str, expected: str | None) -> None:
    found = one(read_exactly(pl.col("text")), text=text)
    assert found == (None if expected is None else Decimal(expected))


@given(st.text("0123456789.+-eE _", max_size=24))
@example("1e-19")
def test_no_text_is_read_as_another_number(text: str) -> None:
    found = one(read_exactly(pl.col("text")), text=text)
    if found is not None:
        assert found == Decimal(text.replace("_", "x"))


@given(st.decimals("-1000000", "1000000", places=5), CODES)
def test_minor_units_are_exact_and_told_when_they_are_not_whole(amount: Decimal, code: str) -> None:
    exact = amount.scaleb(minor_unit_digits(code))
    minor = in_minor_units(read_exactly(pl.col("text")), digits_of(pl.col("code")))
    frame = {"text": format(amount, "f"), "code": code}
    assert one(is_whole(minor), **frame) == (exact == exact.to_integral_value())
    assert one(rounded(minor), **frame) == int(exact.to_integral_value(ROUND_HALF_EVEN))


@given(st.integers(0, 2**53), CODES, CODES, st.decimals("0.00000001", "1000000", places=8))
def test_base_amounts_equal_the_definition_of_one_conversion(
    minor: int, code: str, base: str, rate: Decimal
) -> None:
    expression = in_base(pl.col("minor"), read_fx(pl.col("rate")), digits_of(pl.col("code")), base)
    expected = to_base(minor, code, rate, base)
    found = one(expression, minor=minor, code=code, rate=format(rate, "f"))
    assert found == (expected if expected <= 2**53 else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0.088", "0.088"), ("0.123456785", "0.12345678"), ("0", None), ("-1", None), ("x", None)],
)
def test_a_rate_is_above_nought_and_has_eight_decimals(text: str, expected: str | None) -> None:
    found = one(read_fx(pl.col("text")), text=text)
    assert found == (None if expected is None else Decimal(expected))


def test_every_currency_is_known_by_its_digits() -> None:
    frame = pl.DataFrame({"code": [*MINOR_UNIT_DIGITS, "XBT"]})
    digits = frame.select(digits_of(pl.col("code"))).to_series().to_list()
    assert digits == [*MINOR_UNIT_DIGITS.values(), None]
