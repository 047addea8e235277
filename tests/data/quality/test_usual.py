"""What is usual, held beside a plain count of the days before."""

from datetime import date, timedelta
from statistics import median

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.quality.usual import MAD_TO_DEVIATION, SERIES, beside_usual

LAST = date(2026, 3, 1)
HISTORY = st.dictionaries(st.integers(1, 70), st.integers(0, 50).map(float), max_size=60)


def series(values: dict[int, float]) -> pl.DataFrame:
    """Figures of one series, by how many days they are before the last."""
    days = [LAST - timedelta(days=age) for age in values]
    frame = pl.DataFrame(
        {"day": days, "value": list(values.values())}, schema={"day": pl.Date, "value": pl.Float64}
    )
    return frame.with_columns(pl.lit("x").alias(name) for name in SERIES)


@given(HISTORY, st.booleans())
def test_usual_and_spread_are_those_of_a_plain_count(
    before: dict[int, float], by_weekday: bool
) -> None:
    found = beside_usual(series(before | {0: 1.0}), [LAST], by_weekday=by_weekday)
    (row,) = found.iter_rows(named=True)
    week = 7 if by_weekday else 1
    window = {age: value for age, value in before.items() if age <= 56}
    phases = [[v for age, v in window.items() if age % week == phase] for phase in range(week)]
    mine = phases[0]
    off = [abs(value - median(phase)) for phase in phases for value in phase]
    assert row["history"] == len(mine)
    assert row["usual"] == (median(mine) if mine else None)
    if off:
        assert row["spread"] == pytest.approx(MAD_TO_DEVIATION * median(off))
    else:
        assert row["spread"] is None


@given(st.lists(st.floats(-1e9, 1e9), max_size=27))
def test_days_that_lie_do_not_become_the_usual_before_they_are_half(lies: list[float]) -> None:
    honest = dict.fromkeys(range(1, 57), 100.0)
    lied = honest | dict(enumerate(lies, start=1))
    (row,) = beside_usual(series(lied | {0: 1.0}), [LAST], by_weekday=False).iter_rows(named=True)
    assert (row["usual"], row["spread"]) == (100.0, 0.0)


def test_a_day_is_not_part_of_its_own_usual_nor_are_later_days() -> None:
    values = {age: float(age) for age in range(60)}
    judged = LAST - timedelta(days=10)
    (row,) = beside_usual(series(values), [judged], by_weekday=False).iter_rows(named=True)
    assert (row["value"], row["usual"], row["history"]) == (10.0, 35.0, 49)
