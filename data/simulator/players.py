"""Who the players are: what the operator knows of them, and what it never learns."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.random import Generator

from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.calendar import DAY_US, HOUR_US, MINUTE_US, Calendar, in_us
from data.simulator.markets import MARKETS, SHARES, ZONES, per_market
from data.simulator.settings.people import PopulationSettings

PRODUCTS = ("slot", "table", "live", "prematch", "inplay")
PREMATCH = PRODUCTS.index("prematch")
DEVICES = ("mobile_web", "app_ios", "app_android", "desktop")
METHODS = ("card", "e_wallet", "bank_transfer", "prepaid", "mobile")
SEXES = ("male", "female", "other")

_DEVICE_SHARES = (0.36, 0.24, 0.2, 0.2)
_METHOD_SHARES = (0.48, 0.24, 0.18, 0.05, 0.05)
_SEX_SHARES = (0.66, 0.33, 0.01)
_CASINO_TASTE = (0.66, 0.14, 0.2)
_SPORTS_TASTE = (0.55, 0.45)


@dataclass(frozen=True)
class Profiles:
    """What the operator knows; shape (players,) each.

    ``market``, ``brand``, ``zone``, ``sex``, ``device``, ``method`` index their lists; ``person``
    numbers the human behind the account; ``birth_day`` counts days since 1970. Accounts that fail
    the identity check have ``verified`` False, and ``checked_us`` is when that was known.
    """

    market: Ints
    brand: Ints
    zone: Ints
    person: Ints
    birth_day: Ints
    sex: Ints
    device: Ints
    method: Ints
    migrated: Bools
    is_test: Bools
    registered_us: Ints
    checked_us: Ints
    verified: Bools

    def __len__(self) -> int:
        return len(self.market)


@dataclass(frozen=True)
class Natures:
    """What nobody knows and no event may carry; first axis players.

    Attributes
    ----------
    budget
        Money brought to a session, minor units of the account's currency.
    taste
        Shape (players, products): shares of sessions, rows sum to 1.
    evening_hour
        The usual local hour of play.
    openness
        How readily messages are opened, around 1.
    tenure_days
        Days of play with the operator before the first day, 0 for new players.
    """

    budget: Floats
    taste: Floats
    evening_hour: Floats
    openness: Floats
    tenure_days: Floats


@dataclass(frozen=True)
class Population:
    profiles: Profiles
    natures: Natures


def draw_population(
    settings: PopulationSettings, count: int, calendar: Calendar, rng: Generator
) -> Population:
    """Draw ``count`` accounts."""
    profiles = _draw_profiles(settings, count, calendar, rng)
    return Population(profiles, _draw_natures(settings, profiles, rng))


def _draw_profiles(
    settings: PopulationSettings, count: int, calendar: Calendar, rng: Generator
) -> Profiles:
    twin = _twins(settings, count, rng)
    market = rng.choice(len(MARKETS), count, p=SHARES)[twin]
    brand = (rng.random(count) >= settings.first_brand_share).astype(np.int64)[twin]
    zone = _draw_zones(market, rng)[twin]
    migrated = rng.random(count) < settings.migrated_share
    registered_us = _registration(settings, migrated, zone, calendar, rng)
    delay = settings.kyc_minutes * rng.lognormal(0.0, settings.kyc_spread, count)
    return Profiles(
        market=market,
        brand=np.where(twin == np.arange(count), brand, 1 - brand),
        zone=zone,
        person=twin,
        birth_day=_birth_days(settings, count, calendar.start, rng)[twin],
        sex=rng.choice(len(SEXES), count, p=_SEX_SHARES)[twin],
        device=rng.choice(len(DEVICES), count, p=_DEVICE_SHARES),
        method=rng.choice(len(METHODS), count, p=_METHOD_SHARES),
        migrated=migrated,
        is_test=np.arange(count) < min(settings.test_accounts, count // 10),
        registered_us=registered_us,
        checked_us=registered_us + in_us(delay, MINUTE_US) + MINUTE_US,
        verified=rng.random(count) >= settings.failed_kyc_share,
    )


def _twins(settings: PopulationSettings, count: int, rng: Generator) -> Ints:
    """Account → the first account of the same person, mostly itself."""
    twin = np.arange(count)
    pairs = int(settings.second_account_share * count / 2)
    chosen = rng.permutation(np.arange(count // 10, count))[: 2 * pairs]
    first, second = np.sort(chosen.reshape(2, pairs), axis=0)
    twin[second] = first
    return twin


def _draw_zones(market: Ints, rng: Generator) -> Ints:
    zone = np.zeros(len(market), dtype=np.int64)
    for number, place in enumerate(MARKETS):
        members = np.flatnonzero(market == number)
        choices = [ZONES.index(name) for name, _ in place.timezones]
        zone[members] = rng.choice(choices, len(members), p=[share for _, share in place.timezones])
    return zone


def _registration(
    settings: PopulationSettings, migrated: Bools, zone: Ints, calendar: Calendar, rng: Generator
) -> Ints:
    count = len(migrated)
    early = rng.exponential(min(settings.migration_days, calendar.days / 10), count)
    day = np.where(migrated, early, rng.random(count) * calendar.days).astype(np.int64)
    day = np.minimum(day, calendar.days - 1)
    hour = rng.normal(settings.registration_hour, 3.5, count).clip(7.0, 23.4)
    at_us = calendar.midnights_us[zone, day] + in_us(hour, HOUR_US)
    return np.asarray(at_us.clip(calendar.start_us, calendar.end_us - 1))


def _birth_days(settings: PopulationSettings, count: int, start: date, rng: Generator) -> Ints:
    young = rng.random(count) < settings.young_share
    older_years = 25.0 + rng.gamma(2.2, 7.5, count).clip(0, 60)
    years = np.where(young, 18.1 + 6.8 * rng.random(count), older_years)
    today = (start - date(1970, 1, 1)).days
    return np.asarray(today - (years * 365.25).astype(np.int64))


def _draw_natures(settings: PopulationSettings, profiles: Profiles, rng: Generator) -> Natures:
    count = len(profiles)
    level = per_market("price_level")[profiles.market]
    budget_eur = settings.budget_eur * rng.lognormal(0.0, settings.budget_spread, count)
    tenure = rng.exponential(settings.migrated_tenure_days, count)
    return Natures(
        budget=budget_eur * 100 * level,
        taste=_draw_taste(settings, count, rng),
        evening_hour=rng.choice((20.5, 21.5, 13.0, 17.0), count, p=(0.45, 0.2, 0.15, 0.2)),
        openness=rng.lognormal(0.0, settings.openness_spread, count),
        tenure_days=np.where(profiles.migrated, tenure, 0.0),
    )


def _draw_taste(settings: PopulationSettings, count: int, rng: Generator) -> Floats:
    casino = np.array(_CASINO_TASTE) * (1 - settings.sports_share)
    sports = np.array(_SPORTS_TASTE) * settings.sports_share
    return rng.dirichlet(np.concatenate([casino, sports]) * settings.taste_concentration, count)


def first_day(profiles: Profiles, calendar: Calendar) -> Ints:
    """Number of the day on which each account was opened, by its own clock."""
    local = profiles.registered_us - calendar.midnights_us[profiles.zone, 0]
    return np.asarray(np.maximum(local // DAY_US, 0))
