from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.conversion.moments import (
    are_skipped,
    is_pattern,
    is_timezone,
    last_microseconds,
    read_moments,
    utc_offset_minutes,
)
from data.mapping_cells import Times

ZONES = st.sampled_from(
    ["UTC", "Europe/Malta", "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kathmandu"]
)
WALL = st.datetimes(datetime(1975, 1, 1), datetime(2037, 12, 31))


def read(text: str, format: str = "iso", timezone: str = "UTC") -> str | None:
    """The moment in UTC, in ISO 8601."""
    value = read_moments(pl.Series([text]), Times(format=format, timezone=timezone))[0]
    return None if value is None else str(value.astimezone(UTC).isoformat())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00+00:00"),
        ("2024-05-01 10:00:00", "2024-05-01T08:00:00+00:00"),
        ("2024-05-01T10:00:00+0000", "2024-05-01T10:00:00+00:00"),
        ("2024-05-01T10:00:00-03:30", "2024-05-01T13:30:00+00:00"),
        ("2024-05-01 10:00:00.5+02", "2024-05-01T08:00:00.500000+00:00"),
        ("2024-05-01T10:00:00,123456789 UTC", "2024-05-01T10:00:00.123456+00:00"),
    ],
)
def test_an_offset_in_the_text_wins_over_the_timezone(text: str, expected: str) -> None:
    assert read(text, timezone="Europe/Malta") == expected


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2024-05-01", "2024-02-30 10:00:00", "2024-05-01T10:00:00Zulu",
     "2024-05-01 25:00:00", "0001-01-01T00:00:00Z", "1700000000"],
)  # fmt: skip
def test_what_is_no_moment_is_not_read(text: str) -> None:
    assert read(text) is None


def test_a_skipped_local_time_is_told_from_an_unreadable_one() -> None:
    texts = pl.Series(["2024-03-31 02:30:00", "2024-03-31T02:30:00+01:00", "soon", None])
    times = Times(timezone="Europe/Malta")
    assert read_moments(texts, times).is_null().to_list() == [True, False, True, True]
    assert are_skipped(texts, times).fill_null(False).to_list() == [True, False, False, False]


def test_of_a_local_time_that_came_twice_the_first_is_meant() -> None:
    assert read("2024-10-27 02:30:00", timezone="Europe/Malta") == "2024-10-27T00:30:00+00:00"


@pytest.mark.parametrize(
    ("text", "format", "expected"),
    [
        ("1700000000", "epoch_s", "2023-11-14T22:13:20+00:00"),
        ("1700000000.25", "epoch_s", "2023-11-14T22:13:20.250000+00:00"),
        ("1700000000123", "epoch_ms", "2023-11-14T22:13:20.123000+00:00"),
        ("1700000000123456", "epoch_us", "2023-11-14T22:13:20.123456+00:00"),
        ("1700000000123", "epoch_s", None),
        ("1e99", "epoch_s", None),
        ("01/05/2024 10:00", "%d/%m/%Y %H:%M", "2024-05-01T10:00:00+00:00"),
        ("01/05/2024 10:00 +0200", "%d/%m/%Y %H:%M %z", "2024-05-01T08:00:00+00:00"),
        ("2024-05-01 10:00:00", "%d/%m/%Y %H:%M", None),
    ],
)
def test_other_ways_to_write_a_moment(text: str, format: str, expected: str | None) -> None:
    assert read(text, format) == expected


@given(WALL, ZONES)
def test_local_times_are_read_as_the_timezone_database_says(wall: datetime, zone: str) -> None:
    local = wall.replace(tzinfo=ZoneInfo(zone), fold=0)
    moment = local.astimezone(UTC)
    exists = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall
    text = wall.isoformat(sep=" ", timespec="microseconds")
    assert read(text, timezone=zone) == (moment.isoformat() if exists else None)


@given(WALL, ZONES)
def test_the_offset_is_the_clocks_at_that_moment(wall: datetime, zone: str) -> None:
    moment = wall.replace(tzinfo=UTC)
    expected = moment.astimezone(ZoneInfo(zone)).utcoffset()
    assert expected is not None
    frame = pl.DataFrame({"at": [moment]})
    found = frame.select(utc_offset_minutes(pl.col("at"), zone)).item()
    assert found == expected // timedelta(minutes=1)


@given(st.dates(date(1975, 1, 1), date(2037, 12, 31)), ZONES)
def test_a_day_ends_a_microsecond_before_the_next(day: date, zone: str) -> None:
    next_day = datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
    last = last_microseconds(pl.Series([day.isoformat()]), "%Y-%m-%d", zone)[0]
    assert last == next_day.astimezone(UTC) - timedelta(microseconds=1)


def test_names_and_patterns_are_known_before_a_row_is_read() -> None:
    assert is_timezone("Europe/Malta")
    assert not is_timezone("Europe/Valetta")
    assert is_pattern("epoch_ms")
    assert is_pattern("%d.%m.%Y")
    assert not is_pattern("epoch")
    assert not is_pattern("%d.%Q")
