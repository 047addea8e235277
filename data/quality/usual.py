"""What is usual for a series of daily figures: the one rule that all measures share.

Usual is the median of the days in the window before the judged day, the spread 1.4826 times the
median absolute deviation from it, which for normal figures is the standard deviation. Neither
moves before half of the days lie, so a fault that lasts a week doesn't become the usual. With
``by_weekday`` the median is that of the same weekday, and deviations of all days from their own
weekday's median make the spread together: eight Mondays tell where Mondays are, but fifty-six days
are needed to tell how much days differ.

References
----------
Rousseeuw and Croux, "Alternatives to the Median Absolute Deviation", 1993 (the factor).
"""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from data.quality.thresholds import WINDOW_DAYS

MAD_TO_DEVIATION = 1.4826

SERIES = ("source", "event_type", "measure", "field")
"""What names a series."""


def beside_usual(
    figures: pl.DataFrame, judged: Sequence[date], *, by_weekday: bool
) -> pl.DataFrame:
    """The figures of the judged days beside their usual.

    Parameters
    ----------
    figures
        Columns of ``SERIES``, ``day`` and ``value``; one row a series and day at most.
    judged
        UTC days, one at least.
    by_weekday
        Whether a day is compared with its own weekday.

    Returns
    -------
    The judged days' rows with ``usual``, ``spread`` (null without history) and ``history``, the
    number of earlier days that ``usual`` is the median of.
    """
    phase = pl.col("day").dt.weekday() if by_weekday else pl.lit(0, dtype=pl.Int8)
    figures = figures.with_columns(phase.alias("phase"))
    return pl.concat(_judge(figures, day) for day in judged).drop("phase")


def _judge(figures: pl.DataFrame, day: date) -> pl.DataFrame:
    mine = figures.filter(pl.col("day") == day)
    first = day - timedelta(days=int(WINDOW_DAYS.value))
    before = figures.filter(pl.col("day").is_between(first, day, closed="left"))
    median = pl.col("value").median().over(*SERIES, "phase")
    before = before.with_columns((pl.col("value") - median).abs().alias("off"))
    usual = before.group_by(*SERIES, "phase").agg(
        pl.col("value").median().alias("usual"), pl.len().alias("history")
    )
    spread = before.group_by(*SERIES).agg(
        (MAD_TO_DEVIATION * pl.col("off").median()).alias("spread")
    )
    return (
        mine.join(usual, on=[*SERIES, "phase"], how="left")
        .join(spread, on=list(SERIES), how="left")
        .with_columns(pl.col("history").fill_null(0))
    )
