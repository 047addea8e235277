"""Which marketing each player has agreed to."""

import numpy as np

from data.simulator.arrays import Bools, Ints
from data.simulator.markets import CHANNELS

PRODUCTS = ("casino", "sports")
CELLS = len(PRODUCTS) * len(CHANNELS)
"""Consent is per product and channel: cell = product × channels + channel."""


class Consents:
    """Attributes
    ----------
    granted
        Shape (players, cells): what the player agrees to now.
    """

    def __init__(self, count: int) -> None:
        self.granted = np.zeros((count, CELLS), dtype=bool)

    def withdraw(self, player: Ints, channel: Ints) -> Bools:
        """Withdraw a channel of all products; returns what had been granted, (n, products)."""
        cells = channel[:, None] + np.arange(len(PRODUCTS)) * len(CHANNELS)
        had = self.granted[player[:, None], cells]
        self.granted[player[:, None], cells] = False
        return np.asarray(had)
