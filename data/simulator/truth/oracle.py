"""Who would have chosen best: with all that is hidden, and with what an operator can know.

Both oracles look at one decision at a time, among the actions that the operator's own policy may
draw for the player, and make no offer that is expected to add more harm than the ceiling (house
rule F4).
"""

from dataclasses import dataclass

import numpy as np

from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.truth.attainable import Known, given_facts
from data.simulator.truth.response import Response


@dataclass(frozen=True)
class Asked:
    """Decisions as the operator's policy met them.

    Attributes
    ----------
    player
        Whom each is about, shape (decisions,).
    eligible, chances
        What the policy may draw, and with which probability, shape (decisions, actions).
    facts
        What is known at each, shape (decisions, facts).
    """

    player: Ints
    eligible: Bools
    chances: Floats
    facts: Floats


@dataclass(frozen=True)
class Gains:
    """Mean gain over no offer of a decision, euros."""

    logging_policy: float
    attainable: float
    all_seeing: float


def seeing(response: Response | Known, eligible: Bools, harm_ceiling: float) -> Ints:
    """The best action by the expected response, shape (decisions,)."""
    allowed = eligible & (response.harm_days <= harm_ceiling)
    return np.asarray(np.where(allowed, response.margin_eur, -np.inf).argmax(axis=1))


def attainable(response: Response, asked: Asked, harm_ceiling: float) -> Ints:
    """The best action by what the facts tell of the response."""
    known = given_facts(response, asked.facts, asked.player)
    return seeing(known, asked.eligible, harm_ceiling)


def gains(response: Response, asked: Asked, known: Ints, best: Ints) -> Gains:
    """What each way of choosing earns: ``known`` by the facts, ``best`` by all that is hidden."""
    rows, margin = np.arange(len(known)), response.margin_eur
    return Gains(
        float((margin * asked.chances).sum(axis=1).mean()),
        float(margin[rows, known].mean()),
        float(margin[rows, best].mean()),
    )
