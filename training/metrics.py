"""Measures of a probability's worth, for one sample or for many resamples of it at once.

All of them are functions of a *tally*: rows of equal probability are one group, and each resample
is a row of group weights. So tied scores are treated alike by construction, and a thousand
resamples of five thousand rows cost one matrix operation instead of a thousand sorts.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.bool_]

ECE_BINS = 10
TOP_SHARE = 0.1


@dataclass(frozen=True)
class Tally:
    """Weights of rows and of positives by distinct probability, highest first.

    Attributes
    ----------
    probability
        Shape (groups,), strictly descending.
    weight, positive
        Shape (resamples, groups): weight of all rows and of the positive rows of a group.
    """

    probability: Floats
    weight: Floats
    positive: Floats


@dataclass(frozen=True)
class Ranking:
    """Rows of a sample in descending order of probability, with the start of each tied group."""

    order: npt.NDArray[np.intp]
    starts: npt.NDArray[np.intp]
    probability: Floats

    @classmethod
    def of(cls, probability: Floats) -> "Ranking":
        order = np.argsort(-probability, kind="stable")
        ranked = probability[order]
        starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
        return cls(order, starts, ranked[starts])

    def tally(self, positive: npt.NDArray[np.generic], weights: Floats) -> Tally:
        """Tally labels, shape (rows,) or (resamples, rows), under weights (resamples, rows)."""
        positive_weight = np.where(positive, weights, 0.0)
        return Tally(self.probability, self._grouped(weights), self._grouped(positive_weight))

    def _grouped(self, values: Floats) -> Floats:
        return np.add.reduceat(values[:, self.order], self.starts, axis=1)


def auc(tally: Tally) -> Floats:
    """Chance that a positive row stands above a negative one, ties counting half."""
    negative = tally.weight - tally.positive
    below = negative.sum(axis=1, keepdims=True) - np.cumsum(negative, axis=1)
    wins = (tally.positive * (below + negative / 2)).sum(axis=1)
    return _ratio(wins, tally.positive.sum(axis=1) * negative.sum(axis=1))


def pr_auc(tally: Tally) -> Floats:
    """Average precision: precision at each threshold, weighted by the recall that it adds."""
    precision = _ratio(np.cumsum(tally.positive, axis=1), np.cumsum(tally.weight, axis=1))
    gained = np.where(tally.positive > 0, tally.positive * precision, 0.0)
    return _ratio(gained.sum(axis=1), tally.positive.sum(axis=1))


def brier(tally: Tally) -> Floats:
    """Mean squared difference between probability and outcome."""
    negative = tally.weight - tally.positive
    loss = tally.positive @ (1 - tally.probability) ** 2 + negative @ tally.probability**2
    return _ratio(loss, tally.weight.sum(axis=1))


def ece(tally: Tally) -> Floats:
    """Expected calibration error over ten bins of equal mass.

    Mean over the bins of |share of positives - mean probability|, weighted by their mass. A tied
    group stands whole in the bin of its middle.

    References
    ----------
    Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning",
    AAAI 2015; equal-mass bins as in Nixon et al., "Measuring calibration in deep learning", 2019.
    """
    total = tally.weight.sum(axis=1, keepdims=True)
    middle = np.cumsum(tally.weight, axis=1) - tally.weight / 2
    bins = np.minimum(ECE_BINS * middle / total, ECE_BINS - 1).astype(np.intp)
    excess = tally.positive - tally.weight * tally.probability
    resample = np.arange(len(bins))[:, None] * ECE_BINS
    sums = np.bincount(
        (resample + bins).ravel(), weights=excess.ravel(), minlength=len(bins) * ECE_BINS
    )
    return np.asarray(np.abs(sums).reshape(-1, ECE_BINS).sum(axis=1) / total[:, 0])


def top_decile_lift(tally: Tally) -> Floats:
    """Share of positives in the highest tenth over the share in all; ties are split evenly."""
    total, positives = tally.weight.sum(axis=1), tally.positive.sum(axis=1)
    wanted = TOP_SHARE * total
    reached = np.cumsum(tally.weight, axis=1)
    last = (reached < wanted[:, None]).sum(axis=1)
    rows = np.arange(len(last))
    over = _ratio(reached[rows, last] - wanted, tally.weight[rows, last])
    caught = np.cumsum(tally.positive, axis=1)[rows, last] - over * tally.positive[rows, last]
    return _ratio(caught / wanted, positives / total)


METRICS: dict[str, Callable[[Tally], Floats]] = {
    "auc": auc,
    "pr_auc": pr_auc,
    "brier": brier,
    "ece": ece,
    "top_decile_lift": top_decile_lift,
}
"""Name in reports → function of a tally, giving one value a resample."""


def perfect_ece(probability: Floats, seed: int, simulations: int = 200) -> Floats:
    """ECE of a model whose probabilities are exactly right, on samples of this size.

    Labels are drawn from the probabilities themselves; what remains is the noise of the sample.

    Returns
    -------
    Shape (simulations,).
    """
    draws = np.random.default_rng(seed).random((simulations, len(probability)))
    ones = np.ones((simulations, len(probability)))
    return ece(Ranking.of(probability).tally(draws < probability, ones))


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Quotient, NaN where there is nothing to divide by."""
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
