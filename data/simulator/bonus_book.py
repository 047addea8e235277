"""Deposit-match bonuses: claimed with a deposit, turned real by staking, or lost."""

import numpy as np

from data.simulator.accounts import NEVER_US
from data.simulator.arrays import Bools, Ints


class BonusBook:
    """At most one running bonus per player; it stays outside the real balance until turned real.

    Attributes
    ----------
    number
        Number of the running bonus; -1 without one.
    amount
        Its amount, minor units.
    to_stake
        Real stakes still needed, minor units.
    expires_us
        Its last moment; ``NEVER_US`` without a bonus.
    welcome
        Whether it is the bonus of the first deposit.
    """

    def __init__(self, count: int) -> None:
        self.number = np.full(count, -1)
        self.amount = np.zeros(count, dtype=np.int64)
        self.to_stake = np.zeros(count, dtype=np.int64)
        self.expires_us = np.full(count, NEVER_US)
        self.welcome = np.zeros(count, dtype=bool)

    def running(self, player: Ints) -> Bools:
        return np.asarray(self.number[player] >= 0)

    def start(
        self, player: Ints, number: Ints, amount: Ints, to_stake: Ints, expires_us: Ints
    ) -> None:
        self.number[player], self.amount[player] = number, amount
        self.to_stake[player], self.expires_us[player] = to_stake, expires_us

    def stake(self, player: Ints, staked: Ints, at_us: Ints) -> Ints:
        """Count stakes; returns the players whose bonus turns real by them (all distinct)."""
        counts = self.running(player) & (at_us < self.expires_us[player])
        self.to_stake[player[counts]] -= staked[counts]
        return np.asarray(player[counts & (self.to_stake[player] <= 0)])

    def end(self, player: Ints) -> None:
        self.number[player] = -1
        self.expires_us[player] = NEVER_US

    def expired(self, now_us: int) -> Ints:
        """Players whose bonus ran out before now."""
        return np.flatnonzero(self.expires_us < now_us)
