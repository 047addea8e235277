from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from training.metrics import METRICS, Floats, Labels, Ranking, perfect_ece

ORACLES: dict[str, Callable[[Labels, Floats, Floats], float]] = {
    "auc": lambda y, p, w: float(roc_auc_score(y, p, sample_weight=w)),
    "pr_auc": lambda y, p, w: float(average_precision_score(y, p, sample_weight=w)),
    "brier": lambda y, p, w: float(brier_score_loss(y, p, sample_weight=w)),
}


def value(
    metric: str, probability: Floats, positive: Labels, weights: Floats | None = None
) -> float:
    weights = np.ones(len(positive)) if weights is None else weights
    return float(METRICS[metric](Ranking.of(probability).tally(positive, weights[None, :]))[0])


@pytest.mark.parametrize("metric", sorted(ORACLES))
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 12), st.booleans(), st.integers(0, 3)), min_size=4, max_size=60
    )
)
@settings(max_examples=100, deadline=None)
def test_metrics_equal_those_of_scikit_learn_with_ties_and_weights(
    metric: str, rows: list[tuple[int, bool, int]]
) -> None:
    probability = np.array([row[0] for row in rows]) / 12
    positive = np.array([row[1] for row in rows])
    weights = np.array([row[2] for row in rows], dtype=np.float64)
    if not 0 < (weights * positive).sum() < weights.sum():
        return
    expected = ORACLES[metric](positive, probability, weights)
    assert value(metric, probability, positive, weights) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("metric", sorted(METRICS))
def test_a_weight_counts_like_repeated_rows_in_any_order(metric: str) -> None:
    random = np.random.default_rng(5)
    probability = random.integers(1, 20, 200) / 20
    positive = random.random(200) < probability
    weights = random.integers(0, 4, 200)
    repeated = random.permutation(np.repeat(np.arange(200), weights))
    assert value(metric, probability, positive, weights.astype(np.float64)) == pytest.approx(
        value(metric, probability[repeated], positive[repeated]), abs=1e-12
    )


def test_ece_is_the_mean_gap_over_ten_bins_of_equal_mass() -> None:
    probability = np.linspace(0.01, 0.99, 100)
    positive = np.arange(100) % 3 == 0
    bins = np.arange(100).reshape(10, 10)
    gaps = [abs(positive[rows].mean() - probability[rows].mean()) for rows in bins]
    assert value("ece", probability, positive) == pytest.approx(float(np.mean(gaps)), abs=1e-12)


def test_lift_of_the_top_tenth_splits_ties_evenly() -> None:
    sharp = np.array([0.9] * 10 + [0.1] * 90)
    positive = np.arange(100) < 20
    assert value("top_decile_lift", sharp, positive) == pytest.approx(5.0)
    assert value("top_decile_lift", np.full(100, 0.5), positive) == pytest.approx(1.0)


def test_nothing_to_tell_apart_is_not_a_number() -> None:
    assert np.isnan(value("auc", np.array([0.1, 0.2]), np.array([True, True])))
    assert np.isnan(value("pr_auc", np.array([0.1, 0.2]), np.array([False, False])))


def test_a_perfect_model_has_the_ece_of_its_sample_size() -> None:
    random = np.random.default_rng(3)
    few, many = random.random(500), random.random(20_000)
    assert 0.02 < perfect_ece(few, seed=1).mean() < 0.08
    assert perfect_ece(many, seed=1).mean() < perfect_ece(few, seed=1).mean() / 4
