"""A feed is missed by its own rhythm: a nightly export within two days, what is rare later."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from data.quality.freshness import freshness_findings

LAST = datetime(2026, 3, 1, 4, tzinfo=UTC)
"""When the newest event became known."""


def state(hours_apart: Sequence[float], silent_hours: float) -> str:
    """What is said of a feed of one event at a time, with these gaps, silent since the last."""
    moments, moment = [LAST], LAST
    for hours in hours_apart:
        moment -= timedelta(hours=hours)
        moments.append(moment)
    cells = pl.DataFrame({"first_known": moments, "last_known": moments}).with_columns(
        pl.lit("shop").alias("source"),
        pl.lit("deposit").alias("event_type"),
        pl.col("first_known").dt.date().alias("day"),
    )
    (found,) = freshness_findings(cells, LAST + timedelta(hours=silent_hours)).iter_rows(named=True)
    return str(found["state"])


NIGHTLY = [24.0, 24.1, 23.9, 24.0] * 12
RARE = [25.0, 50.0, 30.0, 75.0, 40.0, 26.0] * 5


@pytest.mark.parametrize(
    ("gaps", "silent_hours", "told"),
    [
        (NIGHTLY, 25, "usual"),
        (NIGHTLY, 35, "usual"),
        (NIGHTLY, 37, "alarm"),
        (RARE, 75, "usual"),
        (RARE, 300, "alarm"),
        (NIGHTLY[:10], 300, "untold"),
    ],
)
def test_a_silence_is_judged_by_the_gaps_before_it(
    gaps: Sequence[float], silent_hours: float, told: str
) -> None:
    assert state(gaps, silent_hours) == told


def test_one_outage_in_the_past_does_not_make_the_next_one_usual() -> None:
    with_outage = [*NIGHTLY[:20], 120.0, *NIGHTLY[:20]]
    assert state(with_outage, 37) == "alarm"
