"""After a day with play: whether players do something about it, and when."""

import numpy as np

from data.simulator.arrays import Floats, Ints
from data.simulator.calendar import MINUTE_US, in_us
from data.simulator.world import World

_MEAN_MINUTES = 20.0


def who_acts(world: World, player: Ints, chance: Floats) -> Ints:
    """Places of those who act, each with a chance of their own."""
    return np.flatnonzero(world.streams.protection.random(len(player)) < chance)


def later(world: World, player: Ints) -> Ints:
    """A moment minutes after each player's latest act, which becomes the latest act."""
    minutes = world.streams.protection.exponential(_MEAN_MINUTES, len(player)) + 1.0
    world.accounts.free_us[player] += in_us(minutes, MINUTE_US)
    return np.asarray(world.accounts.free_us[player])
