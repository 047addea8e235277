"""Which marketing each player has agreed to."""

import numpy as np

from data.simulator.arrays import Bools, Ints
from data.simulator.markets import CHANNELS

PRODUCTS = ("casino", "sports")
CELLS = len(PRODUCTS) * len(CHANNELS)
"""Consent is per product and channel: cell = product × channels + channel."""

_EVER_US = int(np.iinfo(np.int64).min)


class Consents:
    """Attributes
    ----------
    granted
        Shape (players, cells): what the player agrees to now.
    since_us
        Shape (players, cells): when that last changed.
    """

    def __init__(self, count: int) -> None:
        self.granted = np.zeros((count, CELLS), dtype=bool)
        self.since_us = np.full((count, CELLS), _EVER_US)

    def held(self, player: Ints, cell: Ints, at_us: Ints) -> Bools:
        """Whether the player agreed at a moment; of changes, the latest alone is remembered."""
        changed = self.since_us[player, cell] <= at_us
        return np.asarray(self.granted[player, cell] == changed)

    def put(self, player: Ints, cell: Ints, granted: Bools, at_us: Ints) -> None:
        """Change what players agree to; distinct pairs of player and cell."""
        changes = self.granted[player, cell] != granted
        self.granted[player, cell] = granted
        self.since_us[player[changes], cell[changes]] = at_us[changes]

    def withdraw(self, player: Ints, channel: Ints, at_us: Ints) -> Bools:
        """Withdraw a channel of all products; returns what had been granted, (n, products).

        What the player agreed to at a later moment stays.
        """
        cell = channel[:, None] + np.arange(len(PRODUCTS)) * len(CHANNELS)
        had = self.granted[player[:, None], cell]
        had &= self.since_us[player[:, None], cell] <= at_us[:, None]
        row, product = np.nonzero(had)
        withdrawn = np.zeros(len(row), dtype=bool)
        self.put(player[row], cell[row, product], withdrawn, at_us[row])
        return np.asarray(had)

    def withdraw_all(self, player: Ints, at_us: Ints) -> None:
        """Let all that the players agreed to count no more."""
        row, cell = np.nonzero(self.granted[player])
        self.put(player[row], cell, np.zeros(len(row), dtype=bool), at_us[row])
