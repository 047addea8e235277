"""Days and clocks: local midnights, offsets from UTC, days of the week."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import numpy as np

from data.simulator.arrays import Floats, Ints
from data.simulator.markets import ZONES

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

_BEYOND_DAYS = 60
"""Clocks are known this long past the last day, for what is settled or known later."""


def in_us(amounts: Floats, unit_us: int) -> Ints:
    """Whole microseconds of amounts of a unit of time: ``in_us(hours, HOUR_US)``."""
    return np.asarray((amounts * unit_us).astype(np.int64))


@dataclass(frozen=True)
class Calendar:
    """The simulated days.

    Attributes
    ----------
    start
        First day; day numbers count from it.
    midnights_us
        Shape (zones, days + some): local midnight that begins each day, µs UTC.
    hourly_offsets
        Shape (zones, hours): minutes that local clocks are ahead of UTC, by the UTC hour.
    """

    start: date
    days: int
    midnights_us: Ints
    hourly_offsets: Ints

    @classmethod
    def of(cls, start: date, days: int) -> "Calendar":
        span = [start + timedelta(days=day) for day in range(days + _BEYOND_DAYS)]
        return cls(
            start=start,
            days=days,
            midnights_us=np.array([_midnights(ZoneInfo(zone), span) for zone in ZONES]),
            hourly_offsets=np.array([_offsets(ZoneInfo(zone), span) for zone in ZONES]),
        )

    @property
    def start_us(self) -> int:
        """UTC midnight of the first day; nothing happens before it."""
        return _midnights(UTC, [self.start])[0]

    @property
    def end_us(self) -> int:
        """UTC midnight after the last day; nothing happens at or after it."""
        return self.start_us + self.days * DAY_US

    def day_starts_us(self, day: int) -> int:
        """UTC midnight that begins a day."""
        return self.start_us + day * DAY_US

    def day_over_us(self, day: int) -> int:
        """When the next day begins on the first clock: nothing of later days happens before."""
        return int(self.midnights_us[:, day + 1].min())

    def next_midnight_us(self, zone: Ints, at_us: Ints) -> Ints:
        """The first local midnight at or after each moment."""
        passed = (self.midnights_us[zone] < at_us[:, None]).sum(axis=1)
        return np.asarray(self.midnights_us[zone, passed])

    def weekday(self, day: int) -> int:
        """0 for Monday … 6 for Sunday."""
        return (self.start + timedelta(days=day)).weekday()

    def month(self, day: int) -> int:
        """A number that changes with the calendar month."""
        then = self.start + timedelta(days=day)
        return then.year * 12 + then.month

    def utc_day(self, at_us: Ints) -> Ints:
        """Number of the UTC day of each moment."""
        return np.asarray((at_us - self.start_us) // DAY_US)

    def offset_minutes(self, zone: Ints, at_us: Ints) -> Ints:
        """Minutes that each zone's clock is ahead of UTC at each moment.

        Looked up by the UTC hour: every clock change of these zones falls on a full UTC hour.
        """
        hour = (at_us - self.start_us) // HOUR_US
        return np.asarray(self.hourly_offsets[zone, hour])


def _midnights(zone: tzinfo, days: list[date]) -> list[int]:
    moments = (datetime.combine(day, time(), zone) for day in days)
    return [round(moment.timestamp()) * SECOND_US for moment in moments]


def _offsets(zone: ZoneInfo, days: list[date]) -> list[int]:
    first = datetime.combine(days[0], time(), UTC)
    hours = (first + timedelta(hours=hour) for hour in range(24 * len(days)))
    return [_minutes_ahead(moment.astimezone(zone)) for moment in hours]


def _minutes_ahead(moment: datetime) -> int:
    offset = moment.utcoffset() or timedelta()
    return round(offset.total_seconds() / 60)
