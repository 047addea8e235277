import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from training.calibration import fit_calibration


def test_the_map_is_the_most_likely_one() -> None:
    random = np.random.default_rng(1)
    margins = random.normal(0, 2, 20_000)
    positive = random.random(20_000) < 1 / (1 + np.exp(-(0.5 * margins - 1)))
    found = fit_calibration(margins, positive)
    oracle = LogisticRegression(C=np.inf).fit(margins[:, None], positive)
    assert found.slope == pytest.approx(float(oracle.coef_[0, 0]), abs=1e-3)
    assert found.intercept == pytest.approx(float(oracle.intercept_[0]), abs=1e-3)


def test_any_scale_of_margins_will_do() -> None:
    random = np.random.default_rng(2)
    margins = random.normal(0, 1, 2000)
    positive = random.random(2000) < 1 / (1 + np.exp(-margins))
    here = fit_calibration(margins, positive).probability(margins)
    shifted = margins * 1e6 + 4e9
    there = fit_calibration(shifted, positive).probability(shifted)
    np.testing.assert_allclose(here, there, atol=1e-5)


@given(
    margins=st.lists(st.integers(-40, 40), min_size=2, max_size=40),
    seed=st.integers(0, 1000),
)
@settings(max_examples=100, deadline=None)
def test_a_higher_margin_never_gets_a_lower_probability(margins: list[int], seed: int) -> None:
    """Ranks and reasons are the booster's: calibration must keep the order, on any data at all."""
    values = np.array(margins) / 4
    positive = np.random.default_rng(seed).random(len(values)) < 0.5
    probability = fit_calibration(values, positive).probability(np.unique(values))
    assert ((probability >= 0) & (probability <= 1)).all()
    assert (np.diff(probability) > 0).all() or (probability > 1 - 1e-9).any()


def test_reversed_margins_get_nearly_equal_probabilities() -> None:
    margins = np.linspace(-3, 3, 1000)
    probability = fit_calibration(margins, margins < 0).probability(margins)
    assert 0 < probability.max() - probability.min() < 0.01
