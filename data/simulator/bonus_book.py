"""The bonus wallet: at most one running bonus per player, apart from the real balance."""

import numpy as np

from data.simulator.accounts import NEVER_US
from data.simulator.arrays import Bools, Ints

MATCH, FREE_SPINS, FREE_BET = range(3)
TYPES = ("deposit_match", "free_spins", "free_bet")


class BonusBook:
    """Bonus money stays outside the real balance until it is turned real.

    Attributes
    ----------
    number
        Number of the running bonus; -1 without one.
    kind
        Index into ``TYPES``.
    amount
        What was granted, minor units.
    balance
        Bonus money free to play, minor units: what was granted, minus bonus stakes, plus bonus
        winnings.
    to_stake
        Stakes of either wallet still needed, minor units.
    expires_us
        Its last moment; ``NEVER_US`` without a bonus.
    campaign
        Number of the campaign that it came by; -1 without one.
    invited_until_us, invited_by
        Until when the next deposit is matched on an offer, and by which campaign.
    """

    def __init__(self, count: int) -> None:
        self.number = np.full(count, -1)
        self.kind = np.zeros(count, dtype=np.int64)
        self.amount = np.zeros(count, dtype=np.int64)
        self.balance = np.zeros(count, dtype=np.int64)
        self.to_stake = np.zeros(count, dtype=np.int64)
        self.expires_us = np.full(count, NEVER_US)
        self.campaign = np.full(count, -1)
        self.invited_until_us = np.zeros(count, dtype=np.int64)
        self.invited_by = np.full(count, -1)

    def running(self, player: Ints, at_us: Ints) -> Bools:
        """Who has a bonus that hasn't run out."""
        return np.asarray((self.number[player] >= 0) & (at_us < self.expires_us[player]))

    def taken(self, player: Ints) -> Bools:
        """Who has a bonus on the books."""
        return np.asarray(self.number[player] >= 0)

    def start(
        self,
        player: Ints,
        number: Ints,
        kind: Ints,
        amount: Ints,
        to_stake: Ints,
        expires_us: Ints,
    ) -> None:
        self.number[player], self.kind[player] = number, kind
        self.amount[player], self.balance[player] = amount, amount
        self.to_stake[player], self.expires_us[player] = to_stake, expires_us

    def stake(self, player: Ints, staked: Ints, at_us: Ints) -> Ints:
        """Count stakes of a match; returns the players whose wagering they complete (distinct)."""
        counts = self.running(player, at_us) & (self.kind[player] == MATCH)
        self.to_stake[player[counts]] -= staked[counts]
        return np.asarray(player[counts & (self.to_stake[player] <= 0)])

    def end(self, player: Ints) -> None:
        self.number[player] = -1
        self.balance[player] = 0
        self.expires_us[player] = NEVER_US
        self.campaign[player] = -1

    def expired(self, now_us: int) -> Ints:
        """Players whose bonus ran out before now."""
        return np.flatnonzero(self.expires_us < now_us)
