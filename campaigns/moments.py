"""How far back a moment lies, and how it is written."""

from data.instants import instant_of

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


def within(moment_us: int | None, now_us: int, length_us: int) -> bool:
    """Whether a moment lies less than a length back. One yet to come does, one unknown doesn't."""
    return moment_us is not None and now_us - moment_us < length_us


def written(moment_us: int) -> str:
    """A moment to the minute.

    Examples
    --------
    >>> written(1_768_780_800_000_000)
    '2026-01-19 00:00 UTC'
    """
    return f"{instant_of(moment_us):%Y-%m-%d %H:%M} UTC"
