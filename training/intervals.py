"""Intervals of metrics, and of differences between models, by resampling players.

A player's rows of several cutoffs are alike, so players are drawn, not rows. All models of a
comparison are measured on the same draws, which makes their differences paired.

References
----------
Efron, Tibshirani, "An Introduction to the Bootstrap", 1993, ch. 10 (bias) and 13 (percentiles).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.metrics import METRICS, Floats, Labels, Ranking

COVERAGE = 0.95
_ROWS_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class Interval:
    """A value with the bounds of its 95 % interval; NaN where the sample can't tell."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Measured:
    """Metrics of several models on one sample.

    Attributes
    ----------
    metrics
        Model → metric → interval.
    differences
        ``(a, b)`` → metric → interval of the metric of a minus that of b on the same draws.
    """

    metrics: dict[str, dict[str, Interval]]
    differences: dict[tuple[str, str], dict[str, Interval]]


def measure(
    probabilities: Mapping[str, Floats],
    positive: Labels,
    players: npt.NDArray[np.generic],
    *,
    resamples: int,
    seed: int,
) -> Measured:
    """Measure every model, and every pair of models, on the same rows and the same draws.

    Parameters
    ----------
    probabilities
        Model → probability of each row, shape (rows,).
    positive, players
        Shape (rows,): the outcome, and whose row it is.
    """
    rankings = {name: Ranking.of(values) for name, values in probabilities.items()}
    points = _metrics_under(rankings, positive, np.ones((1, len(positive))))
    parts = [
        _metrics_under(rankings, positive, weights)
        for weights in _player_weights(players, resamples, seed)
    ]
    draws = {
        name: {metric: np.concatenate([part[name][metric] for part in parts]) for metric in METRICS}
        for name in rankings
    }
    return Measured(
        {name: _intervals(points[name], draws[name], least=0.0) for name in rankings},
        {
            (a, b): _intervals(_minus(points[a], points[b]), _minus(draws[a], draws[b]))
            for a in rankings
            for b in rankings
            if a != b
        },
    )


def _metrics_under(
    rankings: Mapping[str, Ranking], positive: Labels, weights: Floats
) -> dict[str, dict[str, Floats]]:
    tallies = {name: ranking.tally(positive, weights) for name, ranking in rankings.items()}
    return {
        name: {metric: function(tally) for metric, function in METRICS.items()}
        for name, tally in tallies.items()
    }


def _player_weights(
    players: npt.NDArray[np.generic], resamples: int, seed: int
) -> Iterator[Floats]:
    """Weights (some resamples, rows): how often each row's player was drawn."""
    _, player = np.unique(players, return_inverse=True)
    count = int(player.max()) + 1
    generator = np.random.default_rng(seed)
    at_once = max(1, _ROWS_AT_ONCE // len(players))
    for start in range(0, resamples, at_once):
        size = min(at_once, resamples - start)
        drawn = generator.integers(count, size=(size, count))
        drawn += np.arange(size)[:, None] * count
        times = np.bincount(drawn.ravel(), minlength=size * count).reshape(size, count)
        yield times[:, player].astype(np.float64)


def _minus(a: Mapping[str, Floats], b: Mapping[str, Floats]) -> dict[str, Floats]:
    return {metric: a[metric] - b[metric] for metric in METRICS}


def _intervals(
    points: Mapping[str, Floats], draws: Mapping[str, Floats], least: float = -np.inf
) -> dict[str, Interval]:
    return {metric: interval(float(points[metric][0]), draws[metric], least) for metric in METRICS}


def interval(value: float, draws: Floats, least: float = -np.inf) -> Interval:
    """A value between the quantiles that hold 95 % of its draws, moved by the draws' bias.

    Resampling adds noise of its own, which an ECE counts as error: without the move, its interval
    lay above its value. For the other metrics the bias is next to nothing.

    Parameters
    ----------
    least
        Lowest value that is possible.
    """
    kept = draws[np.isfinite(draws)]
    if kept.size == 0:
        return Interval(value, np.nan, np.nan)
    low, high = np.quantile(kept, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    bias = float(kept.mean()) - value
    return Interval(value, max(float(low) - bias, least), max(float(high) - bias, least))
