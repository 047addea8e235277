"""The calendar of matches: who plays is not told, when they play decides what can be bet on."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.calendar import HOUR_US, MINUTE_US, Calendar

MATCH_US = 105 * MINUTE_US
_BEYOND_DAYS = 30
"""Matches are known this long past the last day, so that the last bets have one."""

_Season = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Competition:
    """Matches that come back every week.

    Attributes
    ----------
    season
        First and last day as (month, day); it may run over the turn of the year.
    kick_offs
        Weekday (0 is Monday), hour UTC, number of matches.
    """

    name: str
    season: _Season
    kick_offs: tuple[tuple[int, float, int], ...]

    def plays_on(self, day: date) -> bool:
        first, last = self.season
        today = (day.month, day.day)
        return first <= today <= last if first <= last else today >= first or today <= last


MAIN = Competition(
    "league", ((8, 10), (5, 24)),
    ((4, 19.0, 1), (5, 14.0, 6), (5, 16.5, 2), (6, 13.0, 3), (6, 15.5, 3), (0, 19.0, 1)),
)  # fmt: skip
"""The competition whose pause is the season's break."""

COMPETITIONS = (
    MAIN,
    Competition("cup", ((9, 12), (5, 31)), ((1, 19.0, 4), (2, 19.0, 4), (3, 18.75, 2))),
    Competition("summer league", ((4, 1), (11, 8)), ((5, 15.0, 2), (6, 13.5, 2), (2, 17.0, 2))),
    Competition(
        "tennis", ((1, 12), (11, 20)),
        tuple((weekday, hour, 1) for weekday in range(7) for hour in (9.5, 12.5, 16.0)),
    ),
    Competition(
        "basketball overseas", ((10, 20), (6, 15)), tuple((weekday, 0.5, 2) for weekday in range(7))
    ),
)  # fmt: skip


class Fixtures:
    """All matches, in the order of their kick-offs.

    Attributes
    ----------
    kick_off_us
        Shape (matches,), ascending, µs UTC.
    """

    def __init__(self, calendar: Calendar) -> None:
        days = [calendar.start + timedelta(days=n) for n in range(calendar.days + _BEYOND_DAYS)]
        self.kick_off_us: Ints = np.sort(np.array([at for day in days for at in _matches(day)]))
        self._pause = np.array([not MAIN.plays_on(day) for day in days])

    def pause(self, day: int) -> bool:
        """Whether the season's break is on."""
        return bool(self._pause[day])

    def coming(self, at_us: Ints, ahead: Floats) -> Ints:
        """A match that begins later; ``ahead`` counts matches from the next one on."""
        following = np.searchsorted(self.kick_off_us, at_us, side="right")
        return np.asarray(np.minimum(following + ahead.astype(np.int64), len(self.kick_off_us) - 1))

    def running(self, at_us: Ints, luck: Floats) -> tuple[Ints, Bools]:
        """A match in play at each moment, and whether there is one at all."""
        first = np.searchsorted(self.kick_off_us, at_us - MATCH_US + 2 * MINUTE_US, side="right")
        end = np.searchsorted(self.kick_off_us, at_us, side="right")
        chosen = first + (luck * (end - first)).astype(np.int64)
        return np.asarray(chosen.clip(0, len(self.kick_off_us) - 1)), np.asarray(end > first)

    def ends_us(self, match: Ints) -> Ints:
        """When each match is over."""
        return np.asarray(self.kick_off_us[match] + MATCH_US)


def _matches(day: date) -> list[int]:
    midnight = datetime.combine(day, time(), UTC)
    midnight_us = round(midnight.timestamp()) * 1_000_000
    return [
        midnight_us + round(hour * HOUR_US)
        for competition in COMPETITIONS
        if competition.plays_on(day)
        for weekday, hour, count in competition.kick_offs
        if weekday == day.weekday()
        for _ in range(count)
    ]
