"""How old the newest event is: a feed that stopped."""

from datetime import datetime, timedelta

import polars as pl

from data.quality.thresholds import GAP_DAYS, SILENCE_HOURS, SPREADS, WINDOW_DAYS
from data.quality.usual import MAD_TO_DEVIATION

_HOUR = timedelta(hours=1)


def freshness_findings(cells: pl.DataFrame, clock: datetime) -> pl.DataFrame:
    """Age of each type's newest event beside the longest gap but one between two of its days.

    A gap is the time from a day's last event to the next day's first, so it has the feed's own
    rhythm: a night for play, a day for a nightly export, days for what is rare. An age alarms
    beyond ``SILENCE_HOURS`` and that gap plus ``SPREADS`` spreads of all gaps: a nightly export
    hardly spreads and is missed soon, what comes by chance gets more time.

    Parameters
    ----------
    clock
        The moment to measure the age at; no cell has later events.
    """
    last_day = clock.date()
    first_day = last_day - timedelta(days=int(WINDOW_DAYS.value))
    days = cells.filter(pl.col("day").is_between(first_day, last_day)).sort("day")
    gap = (pl.col("first_known") - pl.col("last_known").shift(1)) / _HOUR
    found = days.group_by("source", "event_type").agg(
        pl.col("day").max(),
        ((pl.lit(clock) - pl.col("last_known").max()) / _HOUR).alias("value"),
        gap.top_k(2).min().alias("usual"),
        (MAD_TO_DEVIATION * (gap - gap.median()).abs().median()).alias("spread"),
        pl.len().alias("history"),
    )
    longest = pl.col("usual") + SPREADS.value * pl.col("spread")
    limit = pl.max_horizontal(pl.lit(SILENCE_HOURS.value), longest)
    told = pl.col("history") >= GAP_DAYS.value
    state = (
        pl.when(~told).then(pl.lit("untold")).when(pl.col("value") > limit).then(pl.lit("alarm"))
    )
    return found.with_columns(
        pl.lit("freshness").alias("measure"),
        pl.lit("").alias("field"),
        state.otherwise(pl.lit("usual")).alias("state"),
    )
