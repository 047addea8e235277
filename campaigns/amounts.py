"""Amounts of a rule, one a currency, and how an amount is written."""

from decimal import Decimal

from data.currency import MINOR_UNIT_DIGITS, minor_unit_digits

Amounts = dict[str, int]
"""Currency → minor units. Several are one amount said in several currencies: nothing here knows a
rate, so an amount in a currency that isn't listed can't be compared."""


def check_amounts(amounts: Amounts) -> None:
    """Refuse amounts in no currency, or in one that doesn't exist.

    Raises
    ------
    ValueError
        With what to write instead.
    """
    if not amounts:
        raise ValueError("no amount is given: name at least one currency")
    for currency in amounts:
        minor_unit_digits(currency)


def written(minor: int, currency: str) -> str:
    """An amount with its currency.

    Examples
    --------
    >>> written(-150050, "GBP")
    'GBP -1,500.50'
    >>> written(1000, "JPY")
    'JPY 1,000'
    """
    digits = MINOR_UNIT_DIGITS.get(currency)
    if digits is None:
        return f"{currency} {minor:,} minor units"
    return f"{currency} {Decimal(minor).scaleb(-digits):,.{digits}f}"
