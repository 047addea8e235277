"""The best arm most of the time, every other at a known small probability, drawn by a keyed hash.

Every eligible arm keeps a floor of ε/K, so that what was seen under this policy tells about others
(Bottou et al. 2013, counterfactual reasoning). The draw is a function of the seed and the
decision's id alone: additions of float64 in a fixed order and one hash, the same on any machine.
"""

from collections.abc import Sequence
from hashlib import blake2b

from campaigns.decision import Chance

EPSILON = 0.05

_BITS = 53
"""Of a float64's significand: every uniform number is exact."""


def distribution(arms: Sequence[str], best: str, *, explore: bool) -> tuple[Chance, ...]:
    """The probability of each arm, in the order given.

    Examples
    --------
    >>> [chance.probability for chance in distribution(["a", "b"], "b", explore=True)]
    [0.025, 0.975]
    """
    floor = EPSILON / len(arms) if explore else 0.0
    rest = 1.0 - floor * (len(arms) - 1)
    return tuple(Chance(action=arm, probability=rest if arm == best else floor) for arm in arms)


def drawn(chances: Sequence[Chance], seed: str, decision_id: str) -> Chance:
    """The arm that the seed falls on.

    Raises
    ------
    ValueError
        If the seed isn't hexadecimal.
    """
    at = uniform(seed, decision_id)
    reached = 0.0
    for chance in chances:
        reached += chance.probability
        if at < reached:
            return chance
    # Rounding may leave the sum just below 1; no arm of probability 0 takes what is left.
    return max(chances, key=lambda chance: chance.probability)


def uniform(seed: str, decision_id: str) -> float:
    """A number in ``[0, 1)`` that nobody without the key can foretell."""
    digest = blake2b(decision_id.encode(), digest_size=8, key=bytes.fromhex(seed)).digest()
    return (int.from_bytes(digest, "big") >> (64 - _BITS)) / (1 << _BITS)
