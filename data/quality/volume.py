"""How many events a day: a feed that lost a part of its rows, or sends them twice."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from data.quality.thresholds import ROWS, VOLUME_RATIO, VOLUME_SPREADS, VOLUME_WEEKS
from data.quality.usual import beside_usual

SMALLEST_SPREAD = 1.0
"""Standard deviation of ``2 √count`` of independent events, whatever their number (Anscombe)."""


def volume_findings(cells: pl.DataFrame, judged: Sequence[date]) -> pl.DataFrame:
    """Counts of days beside those of the same weekday in the weeks before.

    Compared are ``2 √count``, whose spread doesn't grow with the count. A day alarms if it is
    ``VOLUME_SPREADS`` spreads off and its ratio to the usual is beyond ``VOLUME_RATIO``: neither a
    small feed's luck nor a large feed's steady little change is a fault. It has to be so far from
    the same day of last week too: a season that began is told for a week and not for four.

    Parameters
    ----------
    cells
        As ``counting.cells_of`` gives them. Days without a cell, from a type's first to its
        newest, have no events; silence after the newest one is told by freshness.
    judged
        UTC days that are over.
    """
    counts = _with_empty_days(cells).with_columns(
        pl.lit("volume").alias("measure"),
        pl.lit("").alias("field"),
        (2 * pl.col("rows").sqrt()).alias("value"),
    )
    week_ago = counts.select(
        "source", "event_type", pl.col("day").dt.offset_by("7d"), pl.col("value").alias("week_ago")
    )
    found = beside_usual(counts, judged, by_weekday=True).join(
        week_ago, on=["source", "event_type", "day"], how="left"
    )
    usual, last = pl.col("usual"), pl.coalesce("week_ago", "usual")
    many = pl.max_horizontal(_count(pl.col("value")), _count(usual)) >= ROWS.value
    alarm = many & _far_from(usual) & _far_from(last)
    told = pl.col("history") >= VOLUME_WEEKS.value
    state = pl.when(~told).then(pl.lit("untold")).when(alarm).then(pl.lit("alarm"))
    return found.with_columns(
        state.otherwise(pl.lit("usual")).alias("state"),
        _count(pl.col("value", "usual")),
    )


def _far_from(other: pl.Expr) -> pl.Expr:
    value, spread = pl.col("value"), pl.max_horizontal("spread", pl.lit(SMALLEST_SPREAD))
    off = (value - other).abs() > VOLUME_SPREADS.value * spread
    ratio, now, then = VOLUME_RATIO.value, _count(value), _count(other)
    return off & ((now > ratio * then) | (ratio * now < then))


def _count(value: pl.Expr) -> pl.Expr:
    return (value / 2) ** 2


def _with_empty_days(cells: pl.DataFrame) -> pl.DataFrame:
    key = ["source", "event_type"]
    span = cells.group_by(key).agg(
        pl.date_ranges(pl.col("day").min(), pl.col("day").max()).explode().alias("day")
    )
    counted = cells.select(*key, "day", "rows")
    days = span.explode("day").join(counted, on=[*key, "day"], how="left")
    return days.with_columns(pl.col("rows").fill_null(0))
