"""How large amounts and exchange rates are: units swapped, rates turned round or stale."""

import math
from collections.abc import Sequence
from datetime import date

import polars as pl

from data.quality.thresholds import LEVEL_FACTOR, RATE_FACTOR, ROWS, SHARE_DAYS, SPREADS, Limit
from data.quality.usual import beside_usual


def amount_findings(levels: pl.DataFrame, judged: Sequence[date]) -> pl.DataFrame:
    """Levels of amounts, by field and currency, beside those of the days before."""
    enough = levels.filter(pl.col("rows") >= ROWS.value)
    return _findings(enough, "amount_level", LEVEL_FACTOR, judged)


def rate_findings(rates: pl.DataFrame, judged: Sequence[date]) -> pl.DataFrame:
    """Exchange rates beside those of the days before; a rate is one number, so one row tells it."""
    return _findings(rates, "fx_rate", RATE_FACTOR, judged)


def _findings(
    logarithms: pl.DataFrame, measure: str, factor: Limit, judged: Sequence[date]
) -> pl.DataFrame:
    """What is off by the factor, and by ``SPREADS`` spreads, in either direction."""
    figures = logarithms.with_columns(pl.lit(measure).alias("measure"))
    found = beside_usual(figures, judged, by_weekday=False)
    step = pl.max_horizontal(pl.lit(math.log(factor.value)), SPREADS.value * pl.col("spread"))
    alarm = (pl.col("value") - pl.col("usual")).abs() > step
    told = pl.col("history") >= SHARE_DAYS.value
    state = pl.when(~told).then(pl.lit("untold")).when(alarm).then(pl.lit("alarm"))
    return found.with_columns(
        state.otherwise(pl.lit("usual")).alias("state"),
        pl.col("value", "usual").exp(),
    )
