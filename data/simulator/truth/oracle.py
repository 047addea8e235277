"""Who would have chosen best: with all that is hidden, and with what an operator can know.

Both oracles look at one decision at a time, among the actions that the operator's own policy may
draw for the player, and make no offer that is expected to add more harm than the ceiling.
"""

from dataclasses import dataclass

import numpy as np

from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.truth.decisions import Decisions
from data.simulator.truth.known import Known, Learned
from data.simulator.truth.response import Response


@dataclass(frozen=True)
class Gains:
    """Mean gain over no offer of a decision, euros."""

    decisions: int
    logging_policy: float
    attainable: float
    all_seeing: float


@dataclass(frozen=True)
class Choices:
    """What both oracles would have done at decisions, shape (decisions,) each."""

    attainable: Ints
    all_seeing: Ints

    @classmethod
    def of(cls, decisions: Decisions, learned: Learned, harm_ceiling: float) -> "Choices":
        known = learned.known(decisions.facts, decisions.player)
        return cls(
            best_allowed(known, decisions.eligible, harm_ceiling),
            best_allowed(decisions, decisions.eligible, harm_ceiling),
        )


def best_allowed(response: Response | Known, eligible: Bools, harm_ceiling: float) -> Ints:
    """The best action by the expected response, shape (decisions,)."""
    allowed = eligible & (response.harm_days <= harm_ceiling)
    return np.asarray(np.where(allowed, response.margin_eur, -np.inf).argmax(axis=1))


def earned(decisions: Decisions, choices: Choices) -> Floats:
    """What the policy, the attainable and the all-seeing choice earn together, shape (3,)."""
    rows, margin = np.arange(len(decisions.player)), decisions.margin_eur
    ways = (
        (margin * decisions.chances).sum(axis=1),
        margin[rows, choices.attainable],
        margin[rows, choices.all_seeing],
    )
    return np.array([way.sum() for way in ways])
