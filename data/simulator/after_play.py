"""After a day with play: whether players do something about it, and when."""

import numpy as np

from data.simulator.arrays import Floats, Ints
from data.simulator.calendar import MINUTE_US, in_us
from data.simulator.randomness import mixed
from data.simulator.state import State

_MEAN_MINUTES = 20.0


def who_acts(state: State, act: str, player: Ints, day: int, chance: Floats) -> Ints:
    """Those who do something today, each with a chance of their own."""
    return np.asarray(player[state.luck.happens(act, mixed(player, day), chance)])


def later(state: State, act: str, player: Ints) -> Ints:
    """A moment minutes after each player's latest act, which becomes the latest act."""
    latest_us = state.accounts.free_us[player]
    wait = state.luck.exponential(act, mixed(player, latest_us))
    state.accounts.free_us[player] = latest_us + in_us(_MEAN_MINUTES * wait + 1.0, MINUTE_US)
    return np.asarray(state.accounts.free_us[player])
