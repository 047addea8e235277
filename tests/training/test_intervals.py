import numpy as np
import numpy.typing as npt
import pytest

from training.intervals import measure
from training.metrics import Floats, Labels


def clustered_sample(
    random: np.random.Generator, players: int
) -> tuple[Floats, Labels, npt.NDArray[np.int64]]:
    """Three equal rows a player, so that rows alone would promise too narrow an interval."""
    score = random.random(players)
    outcome = random.random(players) < score
    return np.repeat(score, 3), np.repeat(outcome, 3), np.repeat(np.arange(players), 3)


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    random = np.random.default_rng(20260101)
    truth = 5 / 6  # AUC of a uniform score that is the outcome's own chance
    covered = 0
    for seed in range(200):
        score, outcome, players = clustered_sample(random, 150)
        found = measure({"m": score}, outcome, players, resamples=300, seed=seed).metrics["m"]
        covered += found["auc"].low <= truth <= found["auc"].high
    assert 0.90 <= covered / 200 <= 0.99


def test_rows_of_one_player_are_drawn_together() -> None:
    score, outcome, players = clustered_sample(np.random.default_rng(1), 200)
    by_player = measure({"m": score}, outcome, players, resamples=500, seed=1).metrics["m"]["auc"]
    by_row = measure({"m": score}, outcome, np.arange(600), resamples=500, seed=1).metrics["m"][
        "auc"
    ]
    ratio = (by_player.high - by_player.low) / (by_row.high - by_row.low)
    assert ratio == pytest.approx(np.sqrt(3), rel=0.2)


def test_differences_are_paired() -> None:
    random = np.random.default_rng(2)
    score, outcome, players = clustered_sample(random, 300)
    noisy = np.clip(score + random.normal(0, 0.15, len(score)), 0, 1)
    found = measure({"a": score, "b": noisy}, outcome, players, resamples=500, seed=2)
    gap = found.differences["a", "b"]["auc"]
    own = found.metrics["a"]["auc"]
    assert gap.value == pytest.approx(own.value - found.metrics["b"]["auc"].value)
    assert 0 < gap.low < gap.value < gap.high
    assert gap.high - gap.low < (own.high - own.low) / 2


def test_a_model_does_not_differ_from_itself() -> None:
    score, outcome, players = clustered_sample(np.random.default_rng(3), 100)
    found = measure({"a": score, "b": score.copy()}, outcome, players, resamples=100, seed=3)
    assert all(
        (gap.value, gap.low, gap.high) == (0, 0, 0) for gap in found.differences["a", "b"].values()
    )


def test_the_seed_fixes_the_interval_whatever_the_size_of_the_portions() -> None:
    score, outcome, players = clustered_sample(np.random.default_rng(4), 100)
    first = measure({"m": score}, outcome, players, resamples=200, seed=9)
    assert first == measure({"m": score}, outcome, players, resamples=200, seed=9)
    assert first != measure({"m": score}, outcome, players, resamples=200, seed=10)


def test_every_interval_holds_its_value() -> None:
    random = np.random.default_rng(5)
    score = random.random(1500)
    outcome = random.random(1500) < score
    found = measure({"m": score}, outcome, np.arange(1500), resamples=300, seed=5).metrics["m"]
    for metric, interval in found.items():
        assert 0 <= interval.low < interval.value < interval.high, metric
