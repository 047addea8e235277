from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.event import LARGEST_INTEGER
from data.instants import instant_of, microseconds, midnight


@pytest.mark.parametrize(
    ("day", "timezone", "expected"),
    [
        (date(2026, 1, 31), "Europe/Malta", "2026-01-30T23:00:00"),
        (date(2026, 3, 29), "Europe/Malta", "2026-03-28T23:00:00"),  # clocks go forward at 02:00
        (date(2026, 3, 30), "Europe/Malta", "2026-03-29T22:00:00"),
        (date(2019, 11, 4), "America/Los_Angeles", "2019-11-04T08:00:00"),
        (date(2019, 11, 3), "America/Los_Angeles", "2019-11-03T07:00:00"),
        (date(2018, 11, 4), "America/Sao_Paulo", "2018-11-04T03:00:00"),  # no midnight
        (date(2026, 10, 25), "Atlantic/Azores", "2026-10-25T00:00:00"),  # two midnights
    ],
)
def test_a_day_begins_at_its_first_moment(day: date, timezone: str, expected: str) -> None:
    assert midnight(day, timezone) == datetime.fromisoformat(f"{expected}+00:00")


@given(st.integers(0, LARGEST_INTEGER))
def test_a_moment_is_its_microseconds(us: int) -> None:
    assert microseconds(instant_of(us)) == us
