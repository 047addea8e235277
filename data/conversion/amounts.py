"""Texts of amounts → minor units, and minor units → the base currency; exact, never by float."""

from decimal import Decimal, InvalidOperation

import polars as pl

from data.currency import FX_DECIMALS, FX_LARGEST, MINOR_UNIT_DIGITS, minor_unit_digits
from data.event import LARGEST_INTEGER

DECIMALS_READ = 18
"""Most digits after the point that a text of an amount may have: twenty before it still fit."""

_WITH_EXPONENT = r"^[+-]?[0-9.]+[eE][+-]?[0-9]{1,2}$"

_EXACT = pl.Decimal(38, DECIMALS_READ)


def read_exactly(text: pl.Expr) -> pl.Expr:
    """Number as a decimal; null where the text is none, beyond ±2^53 or has over 18 decimals."""
    exponent = pl.when(text.str.contains(_WITH_EXPONENT)).then(text)
    without = pl.when(text.str.contains(r"[eE]").not_()).then(text)
    plain = pl.coalesce(without, exponent.map_elements(_plain, return_dtype=pl.String))
    number = plain.cast(_EXACT, strict=False)
    fits = (number.abs() <= LARGEST_INTEGER) & plain.str.contains(r"\.\d{18}\d*[1-9]").not_()
    return pl.when(fits).then(number)


def digits_of(currency: pl.Expr) -> pl.Expr:
    """Digits after the point of each currency; null for a code that ISO 4217 doesn't have."""
    return currency.replace_strict(MINOR_UNIT_DIGITS, default=None, return_dtype=pl.Int64)


def in_minor_units(number: pl.Expr, digits: pl.Expr) -> pl.Expr:
    """Decimal number of minor units, not rounded yet; null without a currency."""
    factor = digits.replace_strict({0: 1, 2: 100, 3: 1000}, default=None, return_dtype=pl.Int64)
    return number * factor


def is_whole(number: pl.Expr) -> pl.Expr:
    """True where nothing would be lost by rounding."""
    return number == number.round(0, mode="half_to_even")


def rounded(number: pl.Expr) -> pl.Expr:
    """Whole number, half to even."""
    return number.round(0, mode="half_to_even").cast(pl.Int64)


def read_fx(text: pl.Expr) -> pl.Expr:
    """Rate rounded half-even to the eight decimals that are stored; null where it isn't above 0."""
    rate = read_exactly(text).round(FX_DECIMALS, mode="half_to_even")
    return pl.when((rate > 0) & (rate < FX_LARGEST)).then(rate).cast(pl.Decimal(18, FX_DECIMALS))


def in_base(minor: pl.Expr, fx_to_base: pl.Expr, digits: pl.Expr, base: str) -> pl.Expr:
    """Minor units of the base currency, rounded half-even once, as ``data.currency.to_base``."""
    rate = (fx_to_base.cast(pl.Decimal(38, FX_DECIMALS)) * 10**FX_DECIMALS).cast(pl.Int128)
    product = minor.cast(pl.Int128) * rate
    shifts = {digit: 10 ** (FX_DECIMALS + digit - minor_unit_digits(base)) for digit in (0, 2, 3)}
    divisor = digits.replace_strict(shifts, default=None, return_dtype=pl.Int64).cast(pl.Int128)
    floor, rest = product // divisor, product % divisor
    up = (2 * rest > divisor) | ((2 * rest == divisor) & (floor % 2 == 1))
    whole = floor + up.cast(pl.Int128)
    return pl.when(whole <= LARGEST_INTEGER).then(whole).cast(pl.Int64)


def _plain(text: str) -> str:
    """A number with an exponent, written out."""
    try:
        return format(Decimal(text), "f")
    except (InvalidOperation, ValueError):
        return text
