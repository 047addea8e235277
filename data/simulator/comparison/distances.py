"""How far two logs' margins are apart, without regard to units."""

from collections.abc import Iterator

import numpy as np
from scipy.stats import wasserstein_distance

from data.simulator.comparison.margin import Cycle, Distribution, Margins
from data.simulator.comparison.payments import Floats

Distances = dict[tuple[str, str], float | None]
"""(margin, measure) → distance; None where one side has nothing to compare."""


def distances(simulated: Margins, real: Margins) -> Distances:
    """Every distance between two logs' margins.

    Of a distribution ``ks`` and ``factor``, of a cycle ``kuiper`` and ``moved``, of a rate
    ``difference``, of a curve ``difference 4`` for its step 4. Differences are simulated less real.
    """
    return dict(
        [
            *_of_distributions(simulated, real),
            *_of_cycles(simulated, real),
            *_of_rates(simulated, real),
        ]
    )


_Found = Iterator[tuple[tuple[str, str], float | None]]


def _of_distributions(simulated: Margins, real: Margins) -> _Found:
    for one, other in zip(simulated.distributions, real.distributions, strict=True):
        yield (one.name, "ks"), ks(one, other)
        yield (one.name, "factor"), factor(one, other)


def _of_cycles(simulated: Margins, real: Margins) -> _Found:
    for one, other in zip(simulated.cycles, real.cycles, strict=True):
        yield (one.name, "kuiper"), kuiper(one, other)
        yield (one.name, "moved"), moved(one, other)


def _of_rates(simulated: Margins, real: Margins) -> _Found:
    for rate, real_rate in zip(simulated.rates, real.rates, strict=True):
        yield (rate.name, "difference"), _difference(rate.value, real_rate.value)
    for curve, real_curve in zip(simulated.curves, real.curves, strict=True):
        for step, value in curve.rates.items():
            difference = _difference(value, real_curve.rates[step])
            yield (curve.name, f"difference {step}"), difference


def _difference(simulated: float | None, real: float | None) -> float | None:
    return None if simulated is None or real is None else simulated - real


def ks(one: Distribution, other: Distribution) -> float | None:
    """Kolmogorov–Smirnov distance: the widest gap between the two cumulative shares, 0 to 1."""
    if not len(one.values) or not len(other.values):
        return None
    every = np.concatenate([one.values, other.values])
    return float(np.abs(_below(one, every) - _below(other, every)).max())


def _below(distribution: Distribution, bounds: Floats) -> Floats:
    """Share of the values at or below each bound."""
    count = np.searchsorted(np.sort(distribution.values), bounds, side="right")
    return np.asarray(count / len(distribution.values))


def factor(one: Distribution, other: Distribution) -> float | None:
    """By what factor equal quantiles differ, in the geometric mean over all quantiles; 1 if never.

    It is e to the power of the Wasserstein distance between the values' logarithms.
    """
    if not len(one.values) or not len(other.values):
        return None
    return float(np.exp(wasserstein_distance(np.log(one.values), np.log(other.values))))


def kuiper(one: Cycle, other: Cycle) -> float | None:
    """Kuiper's distance, 0 to 1: what Kolmogorov–Smirnov is where no step is the first."""
    ahead = _ahead(one, other)
    return None if ahead is None else float(np.ptp(ahead))


def moved(one: Cycle, other: Cycle) -> float | None:
    """Mean number of steps by which what happens would have to move round the cycle.

    It is the Wasserstein distance on a circle: cumulative shares may begin at any step, and their
    best beginning is the median of the gaps between them.
    """
    ahead = _ahead(one, other)
    return None if ahead is None else float(np.abs(ahead - np.median(ahead)).sum())


def _ahead(one: Cycle, other: Cycle) -> Floats | None:
    """Cumulative share of one less that of the other, after each step."""
    if not one.counts.sum() or not other.counts.sum():
        return None
    apart = one.counts / one.counts.sum() - other.counts / other.counts.sum()
    return np.asarray(np.cumsum(apart))
