"""The index is that of a plain count over rows, and only what moved alarms."""

import math
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.drift import (
    CERTAINTY,
    MOVED,
    Drift,
    DriftError,
    Floats,
    Reference,
    drifts,
    psi,
    reference_of,
)

VALUES = st.one_of(st.integers(-4, 4).map(float), st.just(math.nan))
COLUMN = st.lists(VALUES, min_size=1, max_size=60)


def column(values: list[float]) -> Floats:
    return np.array(values, dtype=np.float64)[:, None]


def moved(then: list[float], now: list[float]) -> Drift:
    return psi(reference_of(["x"], column(then)), "x", np.array(now, dtype=np.float64))


def counted(then: list[float], now: list[float]) -> float:
    """The index by its definition, a row at a time: deciles, ties, the missing, the unseen low."""
    known = sorted(value for value in then if not math.isnan(value))
    size = len(known)
    deciles = {known[(size * tenth + 9) // 10 - 1] for tenth in range(1, 10)} if size else set()

    def place(value: float) -> int:
        if math.isnan(value):
            return -2
        if known and value < known[0]:
            return -1
        return sum(decile < value for decile in deciles)

    bins = [-2, *([-1] if known else []), *range(len(deciles) + 1)]
    total = 0.0
    for bin_ in bins:
        shares = [
            (sum(place(value) == bin_ for value in rows) + 0.5) / (len(rows) + 0.5 * len(bins))
            for rows in (then, now)
        ]
        total += (shares[1] - shares[0]) * math.log(shares[1] / shares[0])
    return total


@given(COLUMN, COLUMN)
def test_the_index_is_that_of_a_count_by_its_definition(
    then: list[float], now: list[float]
) -> None:
    assert moved(then, now).psi == pytest.approx(counted(then, now), abs=1e-12)


@given(COLUMN)
def test_the_same_rows_have_not_moved(rows: list[float]) -> None:
    assert moved(rows, rows).psi == 0


@given(COLUMN, COLUMN, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    then: list[float], now: list[float], luck: Random
) -> None:
    before = moved(then, now)
    luck.shuffle(then)
    luck.shuffle(now)
    assert moved(then, now) == before


@given(COLUMN, COLUMN, st.lists(st.floats(0.1, 1e6), min_size=9, max_size=9))
def test_another_scale_of_both_sides_changes_nothing(
    then: list[float], now: list[float], steps: list[float]
) -> None:
    scale = dict(zip(map(float, range(-4, 5)), np.cumsum(steps).tolist(), strict=True))
    assert all(low < high for low, high in pairwise(scale.values()))

    def rescaled(rows: list[float]) -> list[float]:
        return [scale.get(value, math.nan) for value in rows]

    assert moved(rescaled(then), rescaled(now)) == moved(then, now)


@given(COLUMN)
def test_a_reference_comes_back_from_its_text(rows: list[float]) -> None:
    reference = reference_of(["x"], column(rows))
    assert Reference.from_json(reference.to_json()) == reference


def normal(seed: int, rows: int, mean: float = 0.0) -> list[float]:
    drawn: list[float] = np.random.default_rng(seed).normal(mean, 1, rows).tolist()
    return drawn


def test_a_shifted_feature_alarms_and_stands_first() -> None:
    then = np.column_stack([normal(seed, 2000) for seed in (1, 2, 3)])
    now = np.column_stack([normal(4, 1000), normal(5, 1000, mean=1.0), normal(6, 1000)])
    found = drifts(reference_of(["a", "b", "c"], then), ["a", "b", "c"], now)
    assert found[0].feature == "b"
    assert [drift.verdict for drift in found] == ["moved", "steady", "steady"]


def test_noise_of_samples_is_what_is_told() -> None:
    reference = reference_of(["x"], column(normal(0, 3000)))
    found = [psi(reference, "x", np.array(normal(seed, 3000))) for seed in range(1, 301)]
    # One reference for all draws: its own luck is in every one of them, hence the tolerance.
    mean = sum(drift.psi for drift in found) / len(found)
    assert mean == pytest.approx(found[0].expected, rel=0.35)
    assert found[0].expected == pytest.approx(9 * (2 / 3000))
    above = sum(drift.psi > drift.noise for drift in found) / len(found)
    assert above <= 10 * (1 - CERTAINTY)


@pytest.mark.parametrize("now", [0.0, 2.0, math.nan])
def test_a_constant_feature_that_changes_alarms(now: float) -> None:
    assert moved([1.0] * 500, [1.0] * 500).verdict == "steady"
    assert moved([1.0] * 500, [now] * 500).verdict == "moved"


def test_a_feature_that_is_mostly_nothing_is_told_from_one_that_is_always() -> None:
    then = [0.0] * 950 + [float(value) for value in range(1, 51)]
    assert moved(then, [0.0] * 600 + [5.0] * 400).verdict == "moved"


def test_a_feature_that_goes_missing_alarms() -> None:
    drift = moved(normal(1, 1000), normal(2, 500) + [math.nan] * 500)
    assert (drift.verdict, drift.missing_then, drift.missing_now) == ("moved", 0, 0.5)


def test_a_feature_that_was_never_known_alarms_when_it_comes() -> None:
    never = [math.nan] * 300
    assert moved(never, never).psi == 0
    assert moved(never, [1.0] * 300).verdict == "moved"


def test_few_rows_are_not_called_moved() -> None:
    drift = moved(normal(1, 1000), normal(8, 12))
    assert drift.psi > MOVED
    assert drift.verdict == "too few rows"


def test_rows_that_lack_a_feature_are_refused() -> None:
    reference = reference_of(["a", "b"], np.zeros((3, 2)))
    with pytest.raises(DriftError, match="the rows lack b"):
        drifts(reference, ["a"], np.zeros((3, 1)))


@pytest.mark.parametrize("rows", [np.zeros((0, 1)), np.array([[np.inf]])])
def test_rows_that_tell_nothing_are_refused(rows: Floats) -> None:
    with pytest.raises(DriftError, match=r"features\.build"):
        reference_of(["x"], rows)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"rows": 1, "features": {"x": 3}}'])
def test_another_text_is_no_reference(text: str) -> None:
    with pytest.raises(DriftError, match="no reference of features"):
        Reference.from_json(text)
