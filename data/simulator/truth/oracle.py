"""Who would have chosen best: with all that is hidden, and with what an operator can know.

Both oracles look at one decision at a time, among the actions that the operator's own policy may
draw for the player, and make no offer that adds more harm than the ceiling (house rule F4).
"""

from dataclasses import dataclass

import numpy as np

from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.truth.response import Response

_BINS = 5


@dataclass(frozen=True)
class Gains:
    """Mean gain over no offer of a decision, euros."""

    logging_policy: float
    attainable: float
    all_seeing: float


def seeing(response: Response, eligible: Bools, harm_ceiling: float) -> Ints:
    """The best action by the player's own expected response, shape (decisions,)."""
    allowed = eligible & (response.harm_days <= harm_ceiling)
    return _best(response.margin_eur, allowed)


def attainable(response: Response, eligible: Bools, context: Floats, harm_ceiling: float) -> Ints:
    """The best action by the mean response of players who look the same to an operator.

    Parameters
    ----------
    context
        What is known at the decision, shape (decisions, facts). Facts are cut into fifths, and
        decisions with the same fifths look the same.
    """
    cell = _cells(context)
    margin, harm = _means(response.margin_eur, cell), _means(response.harm_days, cell)
    return _best(margin, eligible & (harm <= harm_ceiling))


def gains(
    response: Response,
    eligible: Bools,
    chances: Floats,
    context: Floats,
    harm_ceiling: float,
) -> Gains:
    """What each way of choosing earns; ``chances`` are the logging policy's."""
    rows, margin = np.arange(len(chances)), response.margin_eur
    best = seeing(response, eligible, harm_ceiling)
    known = attainable(response, eligible, context, harm_ceiling)
    return Gains(
        float((margin * chances).sum(axis=1).mean()),
        float(margin[rows, known].mean()),
        float(margin[rows, best].mean()),
    )


def _best(margin: Floats, allowed: Bools) -> Ints:
    return np.asarray(np.where(allowed, margin, -np.inf).argmax(axis=1))


def _cells(context: Floats) -> Ints:
    """A number for each combination of fifths, shape (decisions,)."""
    cell = np.zeros(len(context), dtype=np.int64)
    for fact in context.T:
        edges = np.unique(np.quantile(fact, np.arange(1, _BINS) / _BINS))
        cell = cell * _BINS + np.searchsorted(edges, fact, side="right")
    return np.unique(cell, return_inverse=True)[1]


def _means(values: Floats, cell: Ints) -> Floats:
    """Mean of each column over the decisions of the same cell."""
    counts = np.bincount(cell)
    columns = [np.bincount(cell, weights=column) / counts for column in values.T]
    return np.stack(columns, axis=1)[cell]
