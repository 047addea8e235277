"""Cutoff dates and the moments that they stand for."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from data.instants import midnight
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


def moments(days: tuple[date, ...], timezone: str) -> tuple[datetime, ...]:
    """The first moment of each day, in UTC."""
    return tuple(midnight(day, timezone) for day in days)


def shifted(instant: datetime, days: int, timezone: str) -> datetime:
    """The instant some calendar days later in a timezone, at the same time of day, in UTC.

    Lookbacks and horizons are calendar days of the operator, so that those of neighbouring
    cutoffs meet exactly where clocks change.

    Examples
    --------
    >>> shifted(midnight(date(2026, 3, 28), "Europe/Malta"), 2, "Europe/Malta").isoformat()
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
