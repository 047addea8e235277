"""Random numbers by key: what befalls a player depends on the seed and on that player alone.

A number is a hash of the seed, a purpose (``"deposit declined"``) and a key (player, day, session
…), so that nobody's luck changes when others play more, come later or get an offer. Two runs of one
world under two policies differ by what the policies did and by nothing else, and a run that is
lived through again brings the same bytes.

The mixing function is the finaliser of SplitMix64 (Steele, Lea, Flood 2014,
doi 10.1145/2660193.2660195).
"""

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, gammaincinv, ndtri

from data.simulator.arrays import Bools, Floats, Ints

Keys = npt.NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_LEAST = 2.0**-54
"""No uniform number is 0: its quantiles would be infinite."""


def mixed(first: Ints | Keys, *rest: Ints | Keys | int) -> Keys:
    """One key of several whole numbers, the same shape as they have together."""
    key = _mix(np.atleast_1d(first).astype(np.uint64) * _STEP + _STEP)
    for part in rest:
        key = _mix(key ^ (np.atleast_1d(part).astype(np.uint64) * _STEP + _SECOND))
    return key


class Luck:
    """All luck of one seed. ``purpose`` names what is drawn; results have the shape of ``key``."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def uniform(self, purpose: str, key: Keys) -> Floats:
        """Strictly between 0 and 1."""
        bits = _mix(key ^ _salt(self.seed, purpose)) >> np.uint64(11)
        return np.asarray(bits * 2.0**-53 + _LEAST)

    def happens(self, purpose: str, key: Keys, chance: Floats | float) -> Bools:
        """True with the given chance."""
        return np.asarray(self.uniform(purpose, key) < chance)

    def between(self, purpose: str, key: Keys, low: float, high: float) -> Floats:
        """Uniform from ``low`` to ``high``."""
        return low + (high - low) * self.uniform(purpose, key)

    def integers(self, purpose: str, key: Keys, low: int, high: int) -> Ints:
        """Whole numbers from ``low`` up to, and without, ``high``; each as likely."""
        drawn = low + (self.uniform(purpose, key) * (high - low)).astype(np.int64)
        return np.asarray(np.minimum(drawn, high - 1))

    def normal(self, purpose: str, key: Keys) -> Floats:
        """Mean 0, standard deviation 1."""
        return np.asarray(ndtri(self.uniform(purpose, key)))

    def lognormal(self, purpose: str, key: Keys, spread: float) -> Floats:
        """Median 1; ``spread`` is the standard deviation of the logarithm."""
        return np.asarray(np.exp(spread * self.normal(purpose, key)))

    def exponential(self, purpose: str, key: Keys) -> Floats:
        """Mean 1."""
        return np.asarray(-np.log(self.uniform(purpose, key)))

    def gamma(self, purpose: str, key: Keys, shape: float) -> Floats:
        """Mean ``shape``, scale 1."""
        return np.asarray(gammaincinv(shape, self.uniform(purpose, key)))

    def beta(self, purpose: str, key: Keys, first: float, second: float) -> Floats:
        """Mean ``first / (first + second)``."""
        return np.asarray(betaincinv(first, second, self.uniform(purpose, key)))

    def poisson(self, purpose: str, key: Keys, mean: Floats | float) -> Ints:
        """Counts with the given mean, which is small; 40 at most."""
        luck = self.uniform(purpose, key)
        chance = np.exp(-np.broadcast_to(mean, luck.shape))
        count, below = np.zeros(luck.shape, dtype=np.int64), chance.copy()
        for number in range(1, 41):
            more = luck > below
            if not more.any():
                break
            count += more
            chance = chance * mean / number
            below += chance
        return count

    def choice(self, purpose: str, key: Keys, shares: Sequence[float] | Floats) -> Ints:
        """Places in ``shares``, which sum to 1."""
        steps = np.cumsum(shares)[:-1]
        return np.asarray(np.searchsorted(steps, self.uniform(purpose, key), side="right"))

    def dirichlet(self, purpose: str, key: Keys, weights: Floats) -> Floats:
        """Shape (keys, weights): shares that sum to 1, on average in proportion to the weights."""
        parts = [
            self.gamma(f"{purpose} {place}", key, float(weight))
            for place, weight in enumerate(weights)
        ]
        amounts = np.stack(parts, axis=1) + _LEAST
        return np.asarray(amounts / amounts.sum(axis=1, keepdims=True))


@cache
def _salt(seed: int, purpose: str) -> np.uint64:
    digest = blake2b(f"{seed} {purpose}".encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


def _mix(bits: Keys) -> Keys:
    bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
    return np.asarray(bits ^ (bits >> np.uint64(31)))
