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


@dataclass(frozen=True)
class Learned:
    """What facts tell of responses, by two forests.

    Each was grown on half of the players and tells the other half, so that nobody's hidden nature
    is seen by way of other decisions about the same player.

    Attributes
    ----------
    forests
        Grown on the odd players and on the even ones; None where there were none.
    scale
        Spread of every column of the responses.
    """

    forests: tuple[ExtraTreesRegressor | None, ExtraTreesRegressor | None]
    scale: Floats

    @classmethod
    def of(cls, response: Response, facts: Floats, player: Ints) -> "Learned":
        """Learn from decisions; parameters as for ``given_facts``."""
        true = np.concatenate([response.margin_eur, response.harm_days], axis=1)
        scale = true.std(axis=0) + 1e-9
        odd = player % 2 == 1
        return cls(
            (_grown(facts[odd], true[odd] / scale), _grown(facts[~odd], true[~odd] / scale)), scale
        )

    def known(self, facts: Floats, player: Ints) -> Known:
        """Expected response given the facts alone; 0 where there was nobody to learn from."""
        told = np.zeros((len(player), len(self.scale)))
        for half, forest in enumerate(self.forests):
            rows = player % 2 == half
            if forest is not None and rows.any():
                told[rows] = forest.predict(facts[rows])
        return Known(*np.split(told * self.scale, 2, axis=1))


def given_facts(response: Response, facts: Floats, player: Ints) -> Known:
    """Expected response given the facts alone.

    Parameters
    ----------
    facts
        What is known at each decision, shape (decisions, facts).
    player
        Whom each decision is about, shape (decisions,).
    """
    return Learned.of(response, facts, player).known(facts, player)


def _grown(facts: Floats, true: Floats) -> ExtraTreesRegressor | None:
    if not len(facts):
        return None
    forest = ExtraTreesRegressor(_TREES, min_samples_leaf=_LEAST_LEAF, random_state=0, n_jobs=-1)
    forest.fit(facts, true)
    # Threads would add up what the trees tell in an order of their own.
    return forest.set_params(n_jobs=1)
