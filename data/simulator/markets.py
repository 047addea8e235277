"""The licences that the operator plays under, and what differs between them."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from data.simulator.arrays import Ints

BRANDS = ("aurora", "harbour")


@dataclass(frozen=True)
class Market:
    """One licence.

    Attributes
    ----------
    share
        Share of the operator's players, dimensionless; all markets sum to 1.
    units_per_eur
        Units of the currency that one euro buys on the first day.
    price_level
        How many units of the currency people use where others use one euro: 10 for kronor, so that
        stakes and deposits are round numbers in each currency.
    timezones
        IANA zone → share of the market's players who live by it.
    cancels_withdrawals
        Whether a player may take back a requested withdrawal. Off in GB (UKGC RTS 14B) and SE.
    register
        National exclusion register looked up at log-in, if there is one.
    limit_required
        Whether every player must set a deposit limit before the first deposit.
    """

    jurisdiction: str
    country: str
    language: str
    currency: str
    share: float
    units_per_eur: float
    price_level: int
    timezones: tuple[tuple[str, float], ...]
    cancels_withdrawals: bool
    register: str | None
    limit_required: bool = False


MARKETS = (
    Market(
        "GB", "GB", "en", "GBP", 0.34, 0.86, 1,
        (("Europe/London", 0.98), ("Europe/Madrid", 0.02)), False, "GAMSTOP",
    ),
    Market(
        "SE", "SE", "sv", "SEK", 0.16, 11.2, 10,
        (("Europe/Stockholm", 1.0),), False, "SPELPAUS", limit_required=True,
    ),
    Market("DK", "DK", "da", "DKK", 0.08, 7.46, 10, (("Europe/Copenhagen", 1.0),), True, "ROFUS"),
    Market(
        "NL", "NL", "nl", "EUR", 0.12, 1.0, 1,
        (("Europe/Amsterdam", 1.0),), True, "CRUKS", limit_required=True,
    ),
    Market(
        "DE", "DE", "de", "EUR", 0.14, 1.0, 1,
        (("Europe/Berlin", 1.0),), True, "OASIS", limit_required=True,
    ),
    Market(
        "MT", "FI", "fi", "EUR", 0.06, 1.0, 1,
        (("Europe/Helsinki", 0.8), ("Europe/Malta", 0.2)), True, None,
    ),
    Market(
        "CA-ON", "CA", "en", "CAD", 0.10, 1.58, 1,
        (("America/Toronto", 0.95), ("America/Winnipeg", 0.05)), True, "BETGUARD",
    ),
)  # fmt: skip

ZONES = tuple(sorted({zone for market in MARKETS for zone, _ in market.timezones}))
SHARES = np.array([market.share for market in MARKETS])


@cache
def per_market(name: str) -> Ints:
    """One whole-number or yes-or-no attribute of every market, to be indexed by market number."""
    values = np.array([int(getattr(market, name)) for market in MARKETS])
    values.flags.writeable = False
    return values
