"""Clocks: midnights and offsets must be those of the time zone database, DST days included."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.simulator.calendar import Calendar
from data.simulator.markets import ZONES

YEAR = Calendar.of(date(2026, 1, 1), 365)


@given(st.integers(0, len(ZONES) - 1), st.integers(0, 365 * 24 * 60 - 1))
def test_offsets_are_those_of_the_zone_at_that_moment(zone: int, minute: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    expected = moment.astimezone(ZoneInfo(ZONES[zone])).utcoffset()
    at_us = np.array([round(moment.timestamp() * 1e6)])
    found = YEAR.offset_minutes(np.array([zone]), at_us)
    assert timedelta(minutes=int(found[0])) == expected


@given(st.integers(0, len(ZONES) - 1), st.integers(0, 364))
def test_a_day_begins_at_local_midnight(zone: int, day: int) -> None:
    local = datetime.combine(date(2026, 1, 1) + timedelta(days=day), time(), ZoneInfo(ZONES[zone]))
    assert YEAR.midnights_us[zone, day] == round(local.timestamp() * 1e6)


def test_both_clock_changes_of_the_year_are_in_the_calendar() -> None:
    london = YEAR.hourly_offsets[ZONES.index("Europe/London")]
    assert set(london[: 365 * 24].tolist()) == {0, 60}
