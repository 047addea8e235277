"""Instants in UTC, as datetimes and as µs since the epoch, and the midnights of a timezone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(instant: datetime) -> int:
    """Microseconds since the epoch."""
    return (instant - _EPOCH) // _MICROSECOND


def instant_of(us: int) -> datetime:
    """The instant, in UTC, of microseconds since the epoch."""
    return _EPOCH + us * _MICROSECOND


def midnight(day: date, timezone: str) -> datetime:
    """First moment of a day in a timezone, in UTC.

    Where clocks skip midnight it is the moment of the skip, where midnight comes twice the first.

    Examples
    --------
    >>> midnight(date(2026, 7, 1), "Europe/Malta").isoformat()
    '2026-06-30T22:00:00+00:00'
    """
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(timezone))
    return start.astimezone(UTC)
