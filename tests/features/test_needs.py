"""Tiles are read for what features say that they read: so what they say has to be all."""

import numpy as np
import pytest

from features.catalogue import FEATURES
from features.day_counts import DAY_COUNT_WINDOWS, DAY_COUNTS
from features.feature import Feature
from features.measures import MEASURE_INDEX, MEASURES
from features.needs import NEEDED
from features.sessions import SESSION_STATISTICS, SESSION_WINDOWS_DAYS
from features.tile_arrays import Integers
from features.windows import (
    WINDOW_INDEX,
    WINDOWS,
    WindowValues,
)

ROWS = 40
LEVEL_OF = {window.name: window.level for window in WINDOWS}


def held(values: Integers) -> WindowValues:
    """Windows that hold these values; days and sessions are the same every time."""
    drawn = np.random.default_rng(1)
    return WindowValues(
        np.full(ROWS, 2**40),
        values,
        drawn.integers(0, 30, (ROWS, len(DAY_COUNT_WINDOWS), len(DAY_COUNTS))),
        drawn.integers(0, 90, (ROWS, len(SESSION_WINDOWS_DAYS), len(SESSION_STATISTICS))),
    )


def drawn_values(seed: int) -> Integers:
    drawn = np.random.default_rng(seed)
    return drawn.integers(0, 5, (ROWS, len(WINDOWS), len(MEASURES)))


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_a_feature_reads_no_more_than_it_says(feature: Feature) -> None:
    values, others = drawn_values(2), drawn_values(3)
    for measure, window in feature.formula.reads():
        place = (slice(None), WINDOW_INDEX[window], MEASURE_INDEX[measure])
        others[place] = values[place]
    first, second = feature.formula(held(values)), feature.formula(held(others))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_what_a_feature_reads_is_counted_at_its_level(feature: Feature) -> None:
    for measure, window in feature.formula.reads():
        level = "hour" if "_minutes_" in measure else LEVEL_OF[window]
        assert measure in {one.name for one in NEEDED[level]}
