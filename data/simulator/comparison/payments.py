"""Payments of one log as arrays, by kind, with the whole days in which they were observed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


@dataclass(frozen=True)
class Movements:
    """Payments of one kind, sorted by player and moment.

    Attributes
    ----------
    player
        Shape (payments,): the player's number, from 0.
    at_us
        Shape (payments,): when it happened, µs since the epoch.
    local_us
        Shape (payments,): what the player's own clock showed then, as if it were UTC.
    amount
        Shape (payments,): minor units of the log's base currency.
    """

    player: Ints
    at_us: Ints
    local_us: Ints
    amount: Ints

    def __len__(self) -> int:
        return len(self.player)

    def where(self, chosen: Bools) -> "Movements":
        """Those for which ``chosen``, of shape (payments,), is true."""
        return Movements(
            self.player[chosen], self.at_us[chosen], self.local_us[chosen], self.amount[chosen]
        )

    def between(self, start_us: int, end_us: int) -> "Movements":
        """Those of the half-open time from ``start_us`` to ``end_us``."""
        return self.where((self.at_us >= start_us) & (self.at_us < end_us))


@dataclass(frozen=True)
class Payments:
    """What one log tells of payments.

    Attributes
    ----------
    deposits, declined, withdrawals
        Approved deposits, declined attempts to deposit, and paid withdrawals.
    players
        How many numbers of players there are; the arrays need not mention each.
    midnights_us
        Shape (days + 1,): where the observed days begin, and where the last one ends, in the
        operator's timezone.
    minor_units
        Minor units in one unit of the base currency: 100 for EUR.
    """

    deposits: Movements
    declined: Movements
    withdrawals: Movements
    players: int
    midnights_us: Ints
    minor_units: int

    @property
    def days(self) -> int:
        """Whole days observed."""
        return len(self.midnights_us) - 1

    @property
    def end_us(self) -> int:
        """Where the last observed day ends."""
        return int(self.midnights_us[-1])

    def days_from(self, first: int, end: int) -> "Payments":
        """Payments of the days numbered ``first`` to ``end - 1`` alone."""
        midnights_us = self.midnights_us[first : end + 1]
        span = int(midnights_us[0]), int(midnights_us[-1])
        return Payments(
            self.deposits.between(*span),
            self.declined.between(*span),
            self.withdrawals.between(*span),
            self.players,
            midnights_us,
            self.minor_units,
        )

    def of_players(self, chosen: Bools) -> "Payments":
        """Payments of the players for whom ``chosen``, of shape (players,), is true."""
        return Payments(
            self.deposits.where(chosen[self.deposits.player]),
            self.declined.where(chosen[self.declined.player]),
            self.withdrawals.where(chosen[self.withdrawals.player]),
            self.players,
            self.midnights_us,
            self.minor_units,
        )
