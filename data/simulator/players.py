"""Who the players are: what the operator knows of them, and what it never learns."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.calendar import DAY_US, HOUR_US, MINUTE_US, Calendar, in_us
from data.simulator.markets import CHANNELS, MARKETS, SHARES, ZONES, per_market
from data.simulator.randomness import Keys, Luck, mixed
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
_EVENING_HOURS = (20.5, 21.5, 13.0, 17.0)
_EVENING_SHARES = (0.45, 0.2, 0.15, 0.2)


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

    def of_same_person(self, player: Ints) -> Ints:
        """Account → the place in ``player`` of an account of the same person; -1 without one."""
        place = np.full(len(self), -1)
        place[self.person[player]] = np.arange(len(player))
        return np.asarray(place[self.person])


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
    channels
        Shape (players, channels): how much each channel is liked, rows sum to 1.
    price_sensitivity
        How strongly what an offer is worth moves the player, around 1.
    night_share
        Share of sessions at night without harm.
    redeposits, declines, takebacks, fuss
        Lasting habits, around 1: factors of the chance to deposit again in a session, to have a
        deposit declined, to take a withdrawal back, and to change limits or contact support.
    tenure_days
        Days of play with the operator before the first day, 0 for new players.
    """

    budget: Floats
    taste: Floats
    evening_hour: Floats
    openness: Floats
    channels: Floats
    price_sensitivity: Floats
    night_share: Floats
    redeposits: Floats
    declines: Floats
    takebacks: Floats
    fuss: Floats
    tenure_days: Floats


@dataclass(frozen=True)
class Population:
    profiles: Profiles
    natures: Natures


def draw_population(
    settings: PopulationSettings, count: int, calendar: Calendar, luck: Luck
) -> Population:
    """Draw ``count`` accounts; the first of them are the same however many there are."""
    key = mixed(np.arange(count))
    profiles = _draw_profiles(settings, key, calendar, luck)
    return Population(profiles, _draw_natures(settings, profiles, key, luck))


def _draw_profiles(
    settings: PopulationSettings, key: Keys, calendar: Calendar, luck: Luck
) -> Profiles:
    count = len(key)
    twin = _twins(settings, key, luck)
    market = luck.choice("market", key, SHARES)[twin]
    brand = (luck.uniform("brand", key) >= settings.first_brand_share).astype(np.int64)[twin]
    zone = _draw_zones(market, key, luck)[twin]
    migrated = luck.happens("migrated", key, settings.migrated_share)
    registered_us = _registration(settings, migrated, zone, calendar, key, luck)
    delay = settings.kyc_minutes * luck.lognormal("kyc", key, settings.kyc_spread)
    return Profiles(
        market=market,
        brand=np.where(twin == np.arange(count), brand, 1 - brand),
        zone=zone,
        person=twin,
        birth_day=_birth_days(settings, key, calendar.start, luck)[twin],
        sex=luck.choice("sex", key, _SEX_SHARES)[twin],
        device=luck.choice("device", key, _DEVICE_SHARES),
        method=luck.choice("method", key, _METHOD_SHARES),
        migrated=migrated,
        is_test=np.arange(count) < min(settings.test_accounts, count // 10),
        registered_us=registered_us,
        checked_us=registered_us + in_us(delay, MINUTE_US) + MINUTE_US,
        verified=~luck.happens("kyc failed", key, settings.failed_kyc_share),
    )


def _twins(settings: PopulationSettings, key: Keys, luck: Luck) -> Ints:
    """Account → the first account of the same person, mostly itself; no person has three."""
    number = np.arange(len(key))
    second = luck.happens("second account", key, settings.second_account_share / 2)
    second &= number > settings.test_accounts * 2
    earlier = luck.uniform("whose second account", key) * (number - settings.test_accounts)
    first = settings.test_accounts + earlier.astype(np.int64)
    second &= ~second[first.clip(0, max(len(key) - 1, 0))]
    seconds = np.flatnonzero(second)
    firsts, place = np.unique(first[seconds], return_index=True)
    twin = number.copy()
    twin[seconds[place]] = firsts
    return twin


def _draw_zones(market: Ints, key: Keys, luck: Luck) -> Ints:
    zone = np.zeros(len(market), dtype=np.int64)
    for number, place in enumerate(MARKETS):
        members = np.flatnonzero(market == number)
        choices = np.array([ZONES.index(name) for name, _ in place.timezones])
        shares = [share for _, share in place.timezones]
        zone[members] = choices[luck.choice("zone", key[members], shares)]
    return zone


def _registration(
    settings: PopulationSettings,
    migrated: Bools,
    zone: Ints,
    calendar: Calendar,
    key: Keys,
    luck: Luck,
) -> Ints:
    soon = min(settings.migration_days, calendar.days / 10)
    early = soon * luck.exponential("migration", key)
    any_day = luck.uniform("registration day", key) * calendar.days
    day = np.where(migrated, early, any_day).astype(np.int64)
    day = np.minimum(day, calendar.days - 1)
    hour = (settings.registration_hour + 3.5 * luck.normal("registration hour", key)).clip(7, 23.4)
    at_us = calendar.midnights_us[zone, day] + in_us(hour, HOUR_US)
    return np.asarray(at_us.clip(calendar.start_us, calendar.end_us - 1))


def _birth_days(settings: PopulationSettings, key: Keys, start: date, luck: Luck) -> Ints:
    young = luck.happens("young", key, settings.young_share)
    older_years = 25.0 + (7.5 * luck.gamma("age", key, 2.2)).clip(0, 60)
    years = np.where(young, luck.between("young age", key, 18.1, 24.9), older_years)
    today = (start - date(1970, 1, 1)).days
    return np.asarray(today - (years * 365.25).astype(np.int64))


def _draw_natures(
    settings: PopulationSettings, profiles: Profiles, key: Keys, luck: Luck
) -> Natures:
    level = per_market("price_level")[profiles.market]
    budget_eur = settings.budget_eur * luck.lognormal("budget", key, settings.budget_spread)
    tenure = settings.migrated_tenure_days * luck.exponential("tenure", key)
    evening = luck.choice("usual hour", key, _EVENING_SHARES)
    channels = np.full(len(CHANNELS), settings.channel_concentration / len(CHANNELS))
    night = settings.night_share * luck.exponential("night habit", key)
    return Natures(
        budget=budget_eur * 100 * level,
        taste=_draw_taste(settings, key, luck),
        evening_hour=np.array(_EVENING_HOURS)[evening],
        openness=luck.lognormal("openness", key, settings.openness_spread),
        channels=luck.dirichlet("channels", key, channels),
        price_sensitivity=luck.lognormal("price sensitivity", key, settings.price_spread),
        night_share=night.clip(max=0.9),
        redeposits=luck.lognormal("habit to redeposit", key, settings.habit_spread),
        declines=luck.lognormal("habit of declines", key, settings.habit_spread),
        takebacks=luck.lognormal("habit to take back", key, settings.habit_spread),
        fuss=luck.lognormal("fuss", key, settings.habit_spread),
        tenure_days=np.where(profiles.migrated, tenure, 0.0),
    )


def _draw_taste(settings: PopulationSettings, key: Keys, luck: Luck) -> Floats:
    casino = np.array(_CASINO_TASTE) * (1 - settings.sports_share)
    sports = np.array(_SPORTS_TASTE) * settings.sports_share
    weights = np.concatenate([casino, sports]) * settings.taste_concentration
    return luck.dirichlet("taste", key, weights)


def first_day(profiles: Profiles, calendar: Calendar) -> Ints:
    """Number of the day on which each account was opened, by its own clock."""
    local = profiles.registered_us - calendar.midnights_us[profiles.zone, 0]
    return np.asarray(np.maximum(local // DAY_US, 0))
