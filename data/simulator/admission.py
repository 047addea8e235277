"""What a policy may hand in: choices that can be carried out, or a plain refusal."""

import numpy as np

from data.simulator.actions import ACTIONS, Chosen
from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.markets import CHANNELS

_KINDS = {"player": "i", "action": "i", "probability": "f", "channel": "i"}
"""Kind of numbers that each field of a choice holds."""

_KIND_NAMES = {"i": "integers", "f": "floats"}


def refuse_unfit(chosen: Chosen, registered_us: Ints, now_us: int) -> None:
    """Refuse choices that can't be carried out.

    Parameters
    ----------
    registered_us
        When each player of the world registers.
    now_us
        The moment of the decisions.

    Raises
    ------
    ValueError
        Names the field, its value and what to do.
    """
    for field, kind in _KINDS.items():
        _refuse_shape(field, getattr(chosen, field), kind, np.size(chosen.player))
    player = chosen.player
    _refuse(
        "player", player, _outside(player, len(registered_us)), "name players by number, from 0"
    )
    _refuse("player", player, _again(player), "decide once a day about each player")
    _refuse(
        "player", player, registered_us[player] > now_us,
        "decide about players once they have registered",
    )  # fmt: skip
    _refuse(
        "action", chosen.action, _outside(chosen.action, len(ACTIONS)), "give a place in ACTIONS"
    )
    _refuse(
        "channel", chosen.channel, _outside(chosen.channel, len(CHANNELS)),
        "give a place in markets.CHANNELS",
    )  # fmt: skip
    likely = (chosen.probability > 0.0) & (chosen.probability <= 1.0)
    _refuse("probability", chosen.probability, ~likely, "give the chance of the action, in (0, 1]")


def _refuse_shape(field: str, values: object, kind: str, count: int) -> None:
    """Refuse what is no flat array of the kind, as long as that of the players."""
    found = type(values).__name__
    if isinstance(values, np.ndarray):
        found = f"{values.dtype} of shape {values.shape}"
        if values.dtype.kind == kind and values.shape == (count,):
            return
    raise ValueError(
        f"Chosen.{field} is {found}: "
        f"give an array of {count} {_KIND_NAMES[kind]}, one for each player"
    )


def _refuse(field: str, values: Ints | Floats, unfit: Bools, remedy: str) -> None:
    if unfit.any():
        raise ValueError(f"Chosen.{field} holds {values[unfit][0]}: {remedy}")


def _outside(values: Ints, count: int) -> Bools:
    return np.asarray((values < 0) | (values >= count))


def _again(values: Ints) -> Bools:
    """Which values stood earlier in the array."""
    again = np.ones(len(values), dtype=bool)
    again[np.unique(values, return_index=True)[1]] = False
    return again
