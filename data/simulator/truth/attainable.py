"""The mean true response given what an operator can know, learned from other players."""

from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import ExtraTreesRegressor

from data.simulator.arrays import Floats, Ints
from data.simulator.truth.response import Response

_TREES = 24
_LEAST_LEAF = 40
"""Decisions that a mean is taken over at least: no player's own response shows through."""


@dataclass(frozen=True)
class Known:
    """What can be known of a response, shape (decisions, actions) each; see ``Response``."""

    margin_eur: Floats
    harm_days: Floats


def given_facts(response: Response, facts: Floats, player: Ints) -> Known:
    """Expected response given the facts alone.

    Each half of the players is told by a forest that was grown on the other half, so that nobody's
    hidden nature is seen by way of other decisions about the same player.

    Parameters
    ----------
    facts
        What is known at each decision, shape (decisions, facts).
    player
        Whom each decision is about, shape (decisions,).
    """
    true = np.concatenate([response.margin_eur, response.harm_days], axis=1)
    scale = true.std(axis=0) + 1e-9
    told = np.zeros_like(true)
    for half in (player % 2 == 0, player % 2 == 1):
        if half.any() and not half.all():
            forest = ExtraTreesRegressor(_TREES, min_samples_leaf=_LEAST_LEAF, random_state=0)
            told[half] = forest.fit(facts[~half], true[~half] / scale).predict(facts[half])
    return Known(*np.split(told * scale, 2, axis=1))
