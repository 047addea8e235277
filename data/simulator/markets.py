"""The licences that the operator plays under, and what differs between them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

BRANDS = ("aurora", "harbour")
CHANNELS = ("email", "sms", "push")


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
    exclusion_rate, timeout_rate
        Factors of the usual chances to self-exclude and to take a time-out.
    exclusion_days, exclusion_shares
        Terms that a self-exclusion is offered for, and how often each is chosen.
    first_bonus_only
        Whether a bonus is allowed at the first play alone.
    no_promotion_under
        Age in years below which neither promotion nor a bonus is allowed; 0 where the law asks for
        no more than the legal age.
    no_win_back
        Whether promotion to inactive players is barred.
    most_slot_stake
        Largest stake of a slot round, minor units of the account's currency.
    least_slot_seconds
        Shortest time from one slot round to the next.
    register_before_marketing
        Whether the register is looked up before marketing too, not at log-in alone.
    return_wait_hours
        Hours from the return from an exclusion until promotion, and play that was barred, begin.
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
    exclusion_rate: float = 1.0
    timeout_rate: float = 1.0
    exclusion_days: tuple[int, ...] = (180, 365, 1825)
    exclusion_shares: tuple[float, ...] = (0.5, 0.3, 0.2)
    first_bonus_only: bool = False
    no_promotion_under: int = 0
    no_win_back: bool = False
    register_before_marketing: bool = False
    return_wait_hours: int = 0
    most_slot_stake: int = 1_000_000
    least_slot_seconds: float = 0.0


MARKETS = (
    Market(
        "GB", "GB", "en", "GBP", 0.34, 0.86, 1,
        (("Europe/London", 0.98), ("Europe/Madrid", 0.02)), False, "GAMSTOP",
        exclusion_rate=1.2, most_slot_stake=500, least_slot_seconds=2.5, return_wait_hours=24,
    ),
    Market(
        "SE", "SE", "sv", "SEK", 0.16, 11.2, 10,
        (("Europe/Stockholm", 1.0),), False, "SPELPAUS", limit_required=True,
        exclusion_rate=1.5, exclusion_days=(30, 90, 180, 365),
        exclusion_shares=(0.25, 0.2, 0.25, 0.3), first_bonus_only=True,
        register_before_marketing=True,
    ),
    Market(
        "DK", "DK", "da", "DKK", 0.08, 7.46, 10, (("Europe/Copenhagen", 1.0),), True, "ROFUS",
        exclusion_days=(30, 90, 180, 1825), exclusion_shares=(0.2, 0.2, 0.3, 0.3),
        no_win_back=True, register_before_marketing=True,
    ),
    Market(
        "NL", "NL", "nl", "EUR", 0.12, 1.0, 1,
        (("Europe/Amsterdam", 1.0),), True, "CRUKS", limit_required=True,
        exclusion_rate=0.9, no_promotion_under=24, return_wait_hours=192,
    ),
    Market(
        "DE", "DE", "de", "EUR", 0.14, 1.0, 1,
        (("Europe/Berlin", 1.0),), True, "OASIS", limit_required=True,
        most_slot_stake=100, least_slot_seconds=5.0,
        timeout_rate=1.4, exclusion_days=(90, 365), exclusion_shares=(0.5, 0.5),
    ),
    Market(
        "MT", "FI", "fi", "EUR", 0.06, 1.0, 1,
        (("Europe/Helsinki", 0.8), ("Europe/Malta", 0.2)), True, None, exclusion_rate=0.7,
    ),
    Market(
        "CA-ON", "CA", "en", "CAD", 0.10, 1.58, 1,
        (("America/Toronto", 0.95), ("America/Winnipeg", 0.05)), True, "BETGUARD",
        exclusion_rate=0.8,
    ),
)  # fmt: skip
"""Rates of exclusion are assumptions; terms and bars of bonuses follow each licence: SE Spellagen
14 kap. 9 §, NL Besluit werving, reclame (age), DK the bar of promotion to inactive players."""

ZONES = tuple(sorted({zone for market in MARKETS for zone, _ in market.timezones}))
SHARES = np.array([market.share for market in MARKETS])


@cache
def per_market(name: str) -> npt.NDArray[Any]:
    """One number or yes-or-no of every market, to be indexed by market number."""
    values = np.array([getattr(market, name) for market in MARKETS])
    values.flags.writeable = False
    return values
