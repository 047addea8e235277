"""Luck by key: fair, and nobody's depends on anybody else's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.simulator.randomness import Luck, mixed

COUNT = 100_000
KEY = mixed(np.arange(COUNT), 3)


def test_uniform_numbers_fill_the_unit_interval_evenly() -> None:
    found = Luck(1).uniform("any", KEY)
    assert 0 < found.min() < found.max() < 1
    counts, _ = np.histogram(found, bins=20, range=(0, 1))
    assert np.abs(counts / COUNT - 0.05).max() < 0.003


def test_purposes_seeds_and_days_have_nothing_in_common() -> None:
    first = Luck(1).uniform("one", KEY)
    others = [
        Luck(1).uniform("two", KEY),
        Luck(2).uniform("one", KEY),
        Luck(1).uniform("one", mixed(np.arange(COUNT), 4)),
        np.roll(first, 1),
    ]
    for other in others:
        assert abs(np.corrcoef(first, other)[0, 1]) < 0.015


@given(st.lists(st.integers(0, 2**40), min_size=1, max_size=30), st.integers(0, 2**20))
def test_a_key_s_luck_is_the_same_whoever_else_is_there(numbers: list[int], seed: int) -> None:
    together = Luck(seed).uniform("any", mixed(np.array(numbers), 7))
    alone = [Luck(seed).uniform("any", mixed(np.array([one]), 7))[0] for one in numbers]
    assert together.tolist() == alone


def test_the_order_of_the_parts_of_a_key_matters() -> None:
    assert mixed(np.array([1]), 2) != mixed(np.array([2]), 1)


@pytest.mark.parametrize(
    ("draw", "mean", "deviation"),
    [
        ("normal", 0.0, 1.0),
        ("exponential", 1.0, 1.0),
        ("poisson", 0.7, 0.7**0.5),
        ("gamma", 2.2, 2.2**0.5),
        ("beta", 0.5, (1 / 20) ** 0.5),
        ("integers", 4.5, (99 / 12) ** 0.5),
    ],
)
def test_each_distribution_has_its_mean_and_spread(
    draw: str, mean: float, deviation: float
) -> None:
    parameters = {"poisson": (0.7,), "gamma": (2.2,), "beta": (2.0, 2.0), "integers": (0, 10)}
    found = getattr(Luck(3), draw)("any", KEY, *parameters.get(draw, ()))
    assert found.mean() == pytest.approx(mean, abs=0.02)
    assert found.std() == pytest.approx(deviation, abs=0.02)


def test_choices_come_in_their_shares_and_shares_sum_to_one() -> None:
    found = np.bincount(Luck(4).choice("any", KEY, (0.2, 0.5, 0.3))) / COUNT
    assert np.abs(found - (0.2, 0.5, 0.3)).max() < 0.006
    shares = Luck(4).dirichlet("any", KEY, np.array([0.3, 0.6, 0.1]))
    assert np.allclose(shares.sum(axis=1), 1.0)
    assert shares.mean(axis=0) == pytest.approx((0.3, 0.6, 0.1), abs=0.01)
