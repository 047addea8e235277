"""When players deposit: gaps, active days, hours and weekdays."""

from dataclasses import dataclass

import numpy as np

from data.simulator.comparison.margin import Cycle, Distribution
from data.simulator.comparison.payments import DAY_US, HOUR_US, Floats, Ints, Movements

LEAST_GAP_HOURS = 1 / 60
"""Shorter gaps count as one minute: sources differ in how finely they tell time."""

_DAYS_OF_ERA = 2**20
"""More days than there are between any two moments."""
_EPOCH_WEEKDAY = 3
"""The epoch was a Thursday; Monday is 0."""
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOURS = tuple(f"{hour:02d} h" for hour in range(24))
_AROUND_MEAN = tuple(f"{hour:+d} h" if hour else "mean" for hour in range(-12, 12))
_NO_DIRECTION = 1e-9
"""Hours that cancel each other out to this part have no mean."""
_DAWN = 6
"""A mean hour before it belongs to the evening before."""


@dataclass(frozen=True)
class ActiveDays:
    """Days with a deposit, each from one quiet time to the next, sorted by player and day.

    Attributes
    ----------
    player, day, deposits
        Shape (active days,): player's number, days since the epoch, deposits on the day.
    """

    player: Ints
    day: Ints
    deposits: Ints

    @classmethod
    def of(cls, deposits: Movements) -> "ActiveDays":
        """Of approved deposits."""
        keys = deposits.player * _DAYS_OF_ERA + mean_at_noon(deposits) // DAY_US
        found, counts = np.unique(keys, return_counts=True)
        return cls(found // _DAYS_OF_ERA, found % _DAYS_OF_ERA, counts)


def rhythms(deposits: Movements) -> tuple[Distribution, ...]:
    """Distributions of how deposits follow each other, of approved deposits."""
    active = ActiveDays.of(deposits)
    return (
        Distribution("gap between deposits", "h", gaps_hours(deposits)),
        Distribution("gap between active days", "d", gaps_days(active)),
        Distribution("deposits per active day", "", active.deposits.astype(np.float64)),
        Distribution("deposits per player", "", per_player(deposits.player)),
        Distribution("active days per player", "", per_player(active.player)),
    )


def gaps_hours(deposits: Movements) -> Floats:
    """Hours between each player's consecutive deposits."""
    gaps = np.diff(deposits.at_us)[np.diff(deposits.player) == 0]
    return np.asarray(np.maximum(gaps / HOUR_US, LEAST_GAP_HOURS))


def gaps_days(active: ActiveDays) -> Floats:
    """Days between each player's consecutive active days."""
    gaps = np.diff(active.day)[np.diff(active.player) == 0]
    return np.asarray(gaps, dtype=np.float64)


def per_player(player: Ints) -> Floats:
    """How often each player who occurs does so."""
    counts = np.bincount(player)
    return np.asarray(counts[counts > 0], dtype=np.float64)


def clocks(deposits: Movements) -> tuple[Cycle, ...]:
    """Hours of the day and days of the week, Monday first, of approved deposits.

    How far off a log's clock is from its players' can't be told from payments. So hours stand a
    second time around their mean, which is noon there, and weekdays change twelve hours from it.
    """
    turned_us = mean_at_noon(deposits)
    return (
        Cycle("hour of day", "h", _HOURS, _hours(deposits.local_us)),
        Cycle("hour around the mean", "h", _AROUND_MEAN, _hours(turned_us)),
        Cycle("weekday", "d", _WEEKDAYS, _weekdays(turned_us)),
    )


def _hours(clock_us: Ints) -> Ints:
    return np.bincount(clock_us // HOUR_US % 24, minlength=24)


def _weekdays(clock_us: Ints) -> Ints:
    return np.bincount((clock_us // DAY_US + _EPOCH_WEEKDAY) % 7, minlength=7)


def mean_at_noon(deposits: Movements) -> Ints:
    """Each deposit's moment, µs, by a clock that shows noon at the log's mean hour.

    By this clock a day changes when few are awake, wherever the log's own clock was read.
    """
    mean = mean_hour(deposits.local_us)
    after_noon = mean + (24 if mean < _DAWN else 0) - 12
    return np.asarray(deposits.local_us - round(after_noon * HOUR_US))


def mean_hour(clock_us: Ints) -> float:
    """Mean hour on the circle of the day, 0 to 24; noon if there is none.

    Examples
    --------
    >>> round(mean_hour(np.array([23 * HOUR_US, 25 * HOUR_US])), 6) % 24
    0.0
    """
    angle = clock_us % DAY_US / DAY_US * 2 * np.pi
    east, north = float(np.cos(angle).sum()), float(np.sin(angle).sum())
    if np.hypot(east, north) < _NO_DIRECTION * max(len(clock_us), 1):
        return 12.0
    return float(np.arctan2(north, east) / (2 * np.pi) * 24 % 24)
