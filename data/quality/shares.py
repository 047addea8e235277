"""Shares of a day's events that lack a field, are odd, late, or of players nobody registered."""

from collections.abc import Iterator, Sequence
from datetime import date

import polars as pl

from data.quality.counting import KEY, SHARES, optional_fields
from data.quality.thresholds import ROWS, SHARE_DAYS, SHARE_STEP, SPREADS
from data.quality.usual import beside_usual

_ONLY = {
    "zero_amount": ("deposit", "withdrawal", "casino.round", "sports.bet"),
    "lowest_odds": ("sports.bet",),
}
"""Measures of a few event types; the others are of all."""


def share_findings(cells: pl.DataFrame, judged: Sequence[date]) -> pl.DataFrame:
    """Shares of days beside those of the days before; only more than usual alarms.

    A share alarms if it exceeds its usual by ``SHARE_STEP`` and by ``SPREADS`` spreads: that of its
    days, or that of chance with so many rows if it is larger. A field that was never filled is
    usually missing, and stays so without an alarm.
    """
    found = beside_usual(shares_of(cells), judged, by_weekday=False)
    rows = pl.col("rows")
    likely = pl.col("usual").clip(1 / rows, 1 - 1 / rows)
    chance = (likely * (1 - likely) / rows).sqrt()
    step = pl.max_horizontal(
        pl.lit(SHARE_STEP.value), SPREADS.value * pl.max_horizontal("spread", chance)
    )
    told = pl.col("history") >= SHARE_DAYS.value
    alarm = pl.col("value") - pl.col("usual") > step
    state = pl.when(~told).then(pl.lit("untold")).when(alarm).then(pl.lit("alarm"))
    return found.with_columns(state.otherwise(pl.lit("usual")).alias("state"))


def shares_of(cells: pl.DataFrame) -> pl.DataFrame:
    """Every share of every cell with ``ROWS`` rows at least, as one series of figures."""
    enough = cells.filter(pl.col("rows") >= ROWS.value)
    return pl.concat([*_odd(enough), *_nulls(enough)])


def _odd(cells: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for measure in (*SHARES, "unknown_player"):
        told = cells.filter(pl.col(measure).is_not_null())
        if measure in _ONLY:
            told = told.filter(pl.col("event_type").is_in(_ONLY[measure]))
        yield _figures(told, measure, "", pl.col(measure))


def _nulls(cells: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for event_type in cells["event_type"].unique().sort():
        own = cells.filter(pl.col("event_type") == event_type)
        for name in optional_fields(event_type):
            yield _figures(own, "nulls", name, pl.col(f"null:{name}"))


def _figures(cells: pl.DataFrame, measure: str, field: str, count: pl.Expr) -> pl.DataFrame:
    return cells.select(
        *KEY,
        pl.lit(measure).alias("measure"),
        pl.lit(field).alias("field"),
        (count / pl.col("rows")).alias("value"),
        "rows",
    )
