"""Two logs' margins, how far they are apart, and how far chance alone would part them."""

from dataclasses import dataclass

import numpy as np

from data.simulator.comparison.distances import Distances, distances
from data.simulator.comparison.margin import Margins
from data.simulator.comparison.margins import margins_of
from data.simulator.comparison.payments import Payments
from data.simulator.comparison.window import on_common_days

SPLITS = 5
_SEED = 20190301


@dataclass(frozen=True)
class Comparison:
    """How far a simulated operator is from a real one.

    Attributes
    ----------
    days
        Days of both logs, with the warm-up.
    apart
        Distances between the two.
    noise
        The same distances, without sign, between halves of the real players, in the mean over
        random halves: what is no larger than this tells nothing.
    """

    days: int
    simulated: Margins
    real: Margins
    apart: Distances
    noise: Distances


def compare(simulated: Payments, real: Payments) -> Comparison:
    """Compare two logs on as many days.

    Raises
    ------
    TooShort
        If one of them spans too few days.
    """
    simulated, real = on_common_days(simulated, real)
    simulated_margins, real_margins = margins_of(simulated), margins_of(real)
    apart = distances(simulated_margins, real_margins)
    return Comparison(real.days, simulated_margins, real_margins, apart, noise(real))


def noise(payments: Payments) -> Distances:
    """Mean distance between two random halves of the players, the same halves every time."""
    rng = np.random.default_rng(_SEED)
    splits = [_between_halves(payments, rng) for _ in range(SPLITS)]
    return {measure: _mean([split[measure] for split in splits]) for measure in splits[0]}


def _between_halves(payments: Payments, rng: np.random.Generator) -> Distances:
    chosen = rng.permutation(payments.players) < payments.players // 2
    halves = (payments.of_players(chosen), payments.of_players(~chosen))
    return distances(*(margins_of(half) for half in halves))


def _mean(values: list[float | None]) -> float | None:
    sizes = [abs(value) for value in values if value is not None]
    return sum(sizes) / len(values) if len(sizes) == len(values) else None
