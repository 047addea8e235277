"""Cutoff dates and the moments that they stand for."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from training.errors import TrainingError


class UnreadableCutoffs(TrainingError):
    """The list of cutoff dates can't be used."""


def parse_days(text: str) -> tuple[date, ...]:
    """Dates of a comma-separated list, in ascending order.

    Raises
    ------
    UnreadableCutoffs
        If a part is no ISO date, a date comes twice, or there is none.

    Examples
    --------
    >>> parse_days("2026-02-01, 2026-01-04")
    (datetime.date(2026, 1, 4), datetime.date(2026, 2, 1))
    """
    try:
        days = sorted(date.fromisoformat(part.strip()) for part in text.split(","))
    except ValueError as fault:
        raise UnreadableCutoffs(
            f"cutoffs are dates such as 2026-01-31,2026-02-28, not {text!r} ({fault})"
        ) from None
    if len(set(days)) < len(days):
        raise UnreadableCutoffs(f"a cutoff date stands twice in {text!r}: name each one once")
    return tuple(days)


def moment(day: date, timezone: str) -> datetime:
    """First moment of a day in a timezone, in UTC.

    Where clocks skip midnight it is the moment of the skip, where midnight comes twice the first.

    Examples
    --------
    >>> moment(date(2026, 7, 1), "Europe/Malta").isoformat()
    '2026-06-30T22:00:00+00:00'
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(timezone))
    return midnight.astimezone(UTC)


def moments(days: tuple[date, ...], timezone: str) -> tuple[datetime, ...]:
    """The first moment of each day, in UTC."""
    return tuple(moment(day, timezone) for day in days)


def shifted(instant: datetime, days: int, timezone: str) -> datetime:
    """The instant some calendar days later in a timezone, at the same time of day, in UTC.

    Lookbacks and horizons are calendar days of the operator, so that those of neighbouring
    cutoffs meet exactly where clocks change.

    Examples
    --------
    >>> shifted(moment(date(2026, 3, 28), "Europe/Malta"), 2, "Europe/Malta").isoformat()
    '2026-03-29T22:00:00+00:00'
    """
    local = instant.astimezone(ZoneInfo(timezone))
    return (local.replace(fold=0) + timedelta(days=days)).astimezone(UTC)


def day_at(instant: datetime, timezone: str) -> date:
    """The day that it is in a timezone at an instant."""
    return instant.astimezone(ZoneInfo(timezone)).date()


def utc_day(instant: datetime) -> date:
    """The day that it is in UTC: the partition of the event log."""
    return instant.astimezone(UTC).date()


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(instant: datetime) -> int:
    """Microseconds since the epoch."""
    return (instant - _EPOCH) // _MICROSECOND


def instant_of(us: int) -> datetime:
    """The instant, in UTC, of microseconds since the epoch."""
    return _EPOCH + us * _MICROSECOND
