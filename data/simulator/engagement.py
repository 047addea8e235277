"""How likely each player is to play on each day: rhythm, mood, breaks, shocks, and leaving."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.calendar import Calendar
from data.simulator.players import Population, first_day
from data.simulator.settings.people import EngagementSettings

_LEAST_DECLINE_DAYS = 7.0
_FRIDAY = 4


@dataclass(frozen=True)
class Engagement:
    """Hidden readiness to play.

    Attributes
    ----------
    chance
        Shape (players, days): probability to play on the day.
    closes_on
        Shape (players,): day on which the player asks to close the account; ``days`` if never.
    """

    chance: Floats
    closes_on: Ints


def draw_engagement(
    settings: EngagementSettings,
    population: Population,
    harm_log_odds: Floats,
    calendar: Calendar,
    rng: Generator,
) -> Engagement:
    """Draw every player's readiness, of which a model can learn a part and never all.

    Parameters
    ----------
    harm_log_odds
        Shape (players, days): what harm adds.
    """
    registered = first_day(population.profiles, calendar)
    leaves_on = _leaving_days(settings, population, registered, calendar.days, rng)
    log_odds = _rhythm(settings, len(registered), calendar, rng)
    log_odds += _moods(settings, len(registered), calendar.days, rng)
    log_odds += _declines(settings, leaves_on, calendar.days, rng)
    log_odds += harm_log_odds
    chance = 1.0 / (1.0 + np.exp(-log_odds))
    chance[_breaks(settings, len(registered), calendar.days, rng)] = 0.0
    day = np.arange(calendar.days)
    chance[day == registered[:, None]] = settings.first_day_chance
    chance[(day < registered[:, None]) | (day >= leaves_on[:, None])] = 0.0
    asks = rng.random(len(registered)) < settings.closing_share
    return Engagement(chance, np.where(asks, leaves_on, calendar.days))


def _leaving_days(
    settings: EngagementSettings,
    population: Population,
    registered: Ints,
    days: int,
    rng: Generator,
) -> Ints:
    """Day from which each player never plays again; ``days`` if that lies beyond the last."""
    count = len(registered)
    settled = settings.leaving_per_day * rng.lognormal(0.0, settings.leaving_spread, count)
    known_days = np.arange(days) - registered[:, None]
    tenure = known_days + population.natures.tenure_days[:, None]
    early = settings.early_leaving_per_day * np.exp(-tenure.clip(0) / settings.early_days)
    hazard = np.where(known_days > 0, settled[:, None] + early, 0.0)
    survived = np.cumsum(hazard, axis=1) < rng.exponential(1.0, count)[:, None]
    return np.asarray(survived.sum(axis=1))


def _rhythm(settings: EngagementSettings, count: int, calendar: Calendar, rng: Generator) -> Floats:
    """Usual log-odds of each player on each day of the week, shape (players, days)."""
    usual = np.log(settings.daily_chance / (1 - settings.daily_chance))
    base = rng.normal(usual, settings.chance_spread, count)
    weekend_extra = rng.normal(settings.weekend_log_odds, settings.weekend_spread, count)
    weekend = np.array([calendar.weekday(day) >= _FRIDAY for day in range(calendar.days)])
    return np.asarray(base[:, None] + weekend_extra[:, None] * weekend)


def _moods(settings: EngagementSettings, count: int, days: int, rng: Generator) -> Floats:
    """Slow drift that fades, and shocks that stay; log-odds, shape (players, days)."""
    kept = np.exp(-1.0 / settings.drift_days)
    fresh = settings.drift_spread * np.sqrt(1.0 - kept**2)
    moods = np.empty((count, days))
    mood = rng.normal(0.0, settings.drift_spread, count)
    for day in range(days):
        moods[:, day] = mood
        mood = kept * mood + fresh * rng.standard_normal(count)
    happens = rng.random((count, days)) < settings.shocks_per_day
    shocks = happens * rng.normal(0.0, settings.shock_spread, (count, days))
    return moods + np.cumsum(shocks, axis=1)


def _breaks(settings: EngagementSettings, count: int, days: int, rng: Generator) -> Bools:
    """Where a player is on a break, shape (players, days)."""
    chance = settings.breaks_per_day * rng.lognormal(0.0, settings.breaks_spread, count)
    paused = np.zeros((count, days), dtype=bool)
    ends = np.zeros(count)
    for day in range(days):
        length = settings.break_days * rng.lognormal(0.0, settings.break_days_spread, count)
        begins = (ends <= day) & (rng.random(count) < chance)
        ends = np.where(begins, day + length, ends)
        paused[:, day] = ends > day
    return paused


def _declines(settings: EngagementSettings, leaves_on: Ints, days: int, rng: Generator) -> Floats:
    """Falling log-odds in the weeks before a part of the leavers go, shape (players, days)."""
    count = len(leaves_on)
    length = rng.exponential(settings.decline_days, count) + _LEAST_DECLINE_DAYS
    declining = (rng.random(count) < settings.decline_share) & (leaves_on < days)
    to_go = leaves_on[:, None] - np.arange(days)
    fallen = (1.0 - to_go / length[:, None]).clip(0.0, 1.0)
    return np.asarray(-settings.decline_log_odds * fallen * declining[:, None])
