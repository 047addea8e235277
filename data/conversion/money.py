"""Fill an event's amounts: minor units of its currency, and of the base currency beside them."""

import polars as pl

from data.contract_checks import Check
from data.conversion.amounts import (
    digits_of,
    in_base,
    in_minor_units,
    is_whole,
    read_exactly,
    read_fx,
    rounded,
)
from data.conversion.cells import number_text
from data.conversion.draft import Draft
from data.conversion.fields import text_column, unreadable
from data.event import LARGEST_INTEGER
from data.tables import BASE_SUFFIX

_DIGITS = "digits of currency"
_RATE = pl.Decimal(18, 8)
_FAR = f"beyond ±2^53 ({LARGEST_INTEGER})"


def fill_money(draft: Draft) -> None:
    """Add every filled amount, the rate and the base amounts.

    An amount that is not filled, or whose cell is missing, takes the contract's default (0, or
    nothing).
    """
    if "currency" not in draft.origins:
        return
    draft.grow(digits_of(pl.col("currency")).alias(_DIGITS))
    draft.check([_unknown_currency()])
    for name in set(draft.amounts) & set(draft.origins):
        _fill_amount(draft, name)
    draft.grow(*(_with_default(draft, name) for name in draft.amounts))
    draft.check([_missing_currency(draft)])
    _fill_rate(draft)
    _fill_base_amounts(draft)


def _unknown_currency() -> Check:
    bad = pl.col("currency").is_not_null() & pl.col(_DIGITS).is_null()
    remedy = "use three capital letters such as EUR, GBP or JPY; map other codes with values"
    return Check("currency", bad, "not an ISO 4217 currency code", remedy)


def _missing_currency(draft: Draft) -> Check:
    """An amount, written or by default, has no meaning without its currency."""
    written = [text_column(name) for name in draft.amounts if name in draft.origins]
    amounts = [*written, *(pl.col(name) for name in draft.amounts)]
    has_amount = pl.any_horizontal(amount.is_not_null() for amount in amounts)
    remedy = "map a column that is filled, or give if_missing"
    bad = pl.col("currency").is_null() & has_amount
    return Check("currency", bad, "missing beside an amount", remedy)


def _fill_amount(draft: Draft, name: str) -> None:
    origin, mapping = draft.origins[name], draft.mapping
    number = read_exactly(number_text(text_column(name), mapping.input.decimal_mark))
    draft.grow((-number if origin.negate else number).alias(name))
    reason = "not an amount within ±2^53 and 18 decimals"
    draft.check([unreadable(name, reason, _remedy(mapping.input.decimal_mark))])
    if (origin.unit or mapping.money.unit) == "major":
        draft.grow(in_minor_units(pl.col(name), pl.col(_DIGITS)).alias(name))
    if mapping.money.rounding == "exact":
        draft.check([_too_fine(name)])
    draft.grow(rounded(pl.col(name)).alias(name))


def _remedy(decimal_mark: str) -> str:
    other = "," if decimal_mark == "." else "."
    return (
        f"write digits and one {decimal_mark!r} alone, no sign of a currency or of thousands; or "
        f"state input.decimal_mark: {other!r}"
    )


def _too_fine(name: str) -> Check:
    remedy = "state money.rounding: half_even to round it, or correct money.unit"
    return Check(name, ~is_whole(pl.col(name)), "more digits than its currency has", remedy)


def _fill_rate(draft: Draft) -> None:
    base = draft.mapping.base_currency
    is_base = pl.col("currency") == base
    if "fx_to_base" in draft.origins:
        stated = read_fx(number_text(text_column("fx_to_base"), draft.mapping.input.decimal_mark))
        draft.grow(stated.alias("fx_to_base"))
        draft.check([unreadable("fx_to_base", "not a rate above 0", "repair the source")])
        draft.check([_not_one(is_base, base)])
    else:
        draft.grow(pl.lit(None, dtype=_RATE).alias("fx_to_base"))
    one = pl.when(is_base).then(pl.lit(1, dtype=_RATE))
    draft.grow(pl.coalesce(one, "fx_to_base").alias("fx_to_base"))
    draft.check([_no_rate(draft)])


def _not_one(is_base: pl.Expr, base: str) -> Check:
    bad = is_base & (pl.col("fx_to_base") != 1)
    return Check("fx_to_base", bad, f"not 1 for the base currency {base}", "repair the source")


def _no_rate(draft: Draft) -> Check:
    bad = pl.col(_DIGITS).is_not_null() & pl.col("fx_to_base").is_null()
    if "fx_to_base" in draft.origins:
        bad = bad & text_column("fx_to_base").is_null()
    base = draft.mapping.base_currency
    remedy = f"map the rate to {base} of every row in another currency"
    return Check("fx_to_base", bad, f"missing for a currency other than {base}", remedy)


def _with_default(draft: Draft, name: str) -> pl.Expr:
    default = pl.lit(draft.fields[name].default, dtype=pl.Int64)
    return (pl.coalesce(name, default) if name in draft.origins else default).alias(name)


def _fill_base_amounts(draft: Draft) -> None:
    base = draft.mapping.base_currency
    if draft.frame.select((pl.col("currency") == base).all()).item():
        draft.grow(*(pl.col(name).alias(name + BASE_SUFFIX) for name in draft.amounts))
        return
    rate, digits = pl.col("fx_to_base"), pl.col(_DIGITS)
    draft.grow(
        *(
            in_base(pl.col(name), rate, digits, base).alias(name + BASE_SUFFIX)
            for name in draft.amounts
        )
    )
    draft.check(_base_too_large(name) for name in draft.amounts)


def _base_too_large(name: str) -> Check:
    bad = pl.col(name + BASE_SUFFIX).is_null() & pl.col(name).is_not_null()
    bad = bad & pl.col("fx_to_base").is_not_null() & pl.col(_DIGITS).is_not_null()
    return Check(name, bad, f"{_FAR} in the base currency", "repair the amount or the rate")
