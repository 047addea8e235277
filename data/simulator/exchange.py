"""Exchange rates of every day, and exact conversion of whole columns of amounts."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa

from data.currency import minor_unit_digits
from data.simulator.arrays import Ints
from data.simulator.markets import MARKETS
from data.simulator.randomness import Luck, mixed
from data.simulator.settings.operator import ExchangeSettings

BASE_CURRENCY = "EUR"
RATE_UNIT = 10**8
"""Rates are whole numbers of 1e-8, as many decimals as the log stores."""

_CURRENCIES = tuple(dict.fromkeys(market.currency for market in MARKETS))
_DECIMALS_QUOTED = 10**6


@dataclass(frozen=True)
class Rates:
    """Units of the base currency per unit of each currency and day.

    Attributes
    ----------
    units
        Shape (currencies, days), in 1e-8.
    """

    units: Ints

    def of(self, market: Ints, day: Ints) -> Ints:
        """Rate of each market's currency on each day."""
        return np.asarray(self.units[_CURRENCY_OF_MARKET[market], day])


_CURRENCY_OF_MARKET = np.array([_CURRENCIES.index(market.currency) for market in MARKETS])
_SHIFTS = np.array(
    [
        RATE_UNIT * 10 ** (minor_unit_digits(market.currency) - minor_unit_digits(BASE_CURRENCY))
        for market in MARKETS
    ]
)


def draw_rates(settings: ExchangeSettings, days: int, luck: Luck) -> Rates:
    """Rates that drift from the first day's, quoted to six decimals; 1 for the base currency."""
    first = {market.currency: 1.0 / market.units_per_eur for market in MARKETS}
    key = mixed(np.arange(len(_CURRENCIES))[:, None], np.arange(days))
    changes = settings.daily_spread * luck.normal("exchange rate", key)
    rates = np.array(list(first.values()))[:, None] * np.exp(np.cumsum(changes, axis=1))
    units = np.rint(rates * _DECIMALS_QUOTED).astype(np.int64) * (RATE_UNIT // _DECIMALS_QUOTED)
    units[_CURRENCIES.index(BASE_CURRENCY)] = RATE_UNIT
    return Rates(units)


def in_base(amounts: Ints, market: Ints, rate_units: Ints) -> Ints:
    """Minor units of the base currency, rounded half-even once, as ``data.currency.to_base``.

    Amounts must stay below 9e10 minor units, as they do here by far.
    """
    divisor = _SHIFTS[market]
    whole, rest = np.divmod(amounts * rate_units, divisor)
    up = (2 * rest > divisor) | ((2 * rest == divisor) & (whole % 2 == 1))
    return np.asarray(whole + up)


def as_decimals(rate_units: Ints) -> pa.Array:
    """Rates as the log stores them."""
    distinct, place = np.unique(rate_units, return_inverse=True)
    exact = [Decimal(int(units)).scaleb(-8) for units in distinct]
    return pa.array(exact, pa.decimal128(18, 8)).take(pa.array(place))
