from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.currency import MINOR_UNIT_DIGITS, UnknownCurrency, minor_unit_digits, to_base

CODES = st.sampled_from(sorted(MINOR_UNIT_DIGITS))


@pytest.mark.parametrize(("code", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("ISK", 0)])
def test_minor_units_follow_iso_4217(code: str, digits: int) -> None:
    assert minor_unit_digits(code) == digits


@pytest.mark.parametrize("code", ["eur", "XBT", "", "EURO"])
def test_an_unknown_code_is_refused_with_its_name_and_the_remedy(code: str) -> None:
    with pytest.raises(UnknownCurrency, match="ISO 4217") as refused:
        minor_unit_digits(code)
    assert repr(code) in str(refused.value)


@pytest.mark.parametrize(
    ("minor", "currency", "rate", "base", "expected"),
    [
        (1000, "JPY", "0.0061", "EUR", 610),
        (5, "EUR", "0.5", "EUR", 2),
        (15, "EUR", "0.1", "GBP", 2),
        (1, "KWD", "3.25", "EUR", 0),
        (123456, "KWD", "1", "JPY", 123),
        (1, "JPY", "0.00655", "KWD", 7),
    ],
)
def test_conversion_is_exact_and_half_even(
    minor: int, currency: str, rate: str, base: str, expected: int
) -> None:
    assert to_base(minor, currency, Decimal(rate), base) == expected


@given(st.integers(0, 2**53), CODES)
def test_a_currency_converted_into_itself_at_one_stays_what_it_is(minor: int, code: str) -> None:
    assert to_base(minor, code, Decimal(1), code) == minor


@given(st.integers(0, 10**12), CODES, CODES, st.decimals("0.00000001", "100000", places=8))
def test_conversion_equals_major_units_times_the_rate(
    minor: int, currency: str, base: str, rate: Decimal
) -> None:
    major = Decimal(minor).scaleb(-minor_unit_digits(currency))
    expected = (major * rate).scaleb(minor_unit_digits(base))
    assert to_base(minor, currency, rate, base) == int(expected.to_integral_value(ROUND_HALF_EVEN))
