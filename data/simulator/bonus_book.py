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
    from_us, expires_us
        Its first and last moment; ``NEVER_US`` without a bonus.
    campaign
        Number of the campaign that it came by; -1 without one.
    invited_from_us, invited_until_us, invited_by
        From and until when the next deposit is matched on an offer, and by which campaign.
    """

    def __init__(self, count: int) -> None:
        self.number = np.full(count, -1)
        self.kind = np.zeros(count, dtype=np.int64)
        self.amount = np.zeros(count, dtype=np.int64)
        self.balance = np.zeros(count, dtype=np.int64)
        self.to_stake = np.zeros(count, dtype=np.int64)
        self.from_us = np.full(count, NEVER_US)
        self.expires_us = np.full(count, NEVER_US)
        self.campaign = np.full(count, -1)
        self.invited_from_us = np.zeros(count, dtype=np.int64)
        self.invited_until_us = np.zeros(count, dtype=np.int64)
        self.invited_by = np.full(count, -1)

    def running(self, player: Ints, at_us: Ints) -> Bools:
        """Who has a bonus that was claimed and hasn't run out."""
        begun = at_us >= self.from_us[player]
        return np.asarray((self.number[player] >= 0) & begun & (at_us < self.expires_us[player]))

    def invited(self, player: Ints, at_us: Ints) -> Bools:
        """Whose deposit is matched on an offer."""
        begun = at_us >= self.invited_from_us[player]
        return np.asarray(begun & (at_us < self.invited_until_us[player]))

    def invite(self, player: Ints, from_us: Ints, until_us: Ints, campaign: Ints) -> None:
        self.invited_from_us[player], self.invited_until_us[player] = from_us, until_us
        self.invited_by[player] = campaign

    def uninvite(self, player: Ints) -> None:
        self.invited_until_us[player] = 0

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
        from_us: Ints,
        expires_us: Ints,
    ) -> None:
        self.number[player], self.kind[player] = number, kind
        self.amount[player], self.balance[player] = amount, amount
        self.to_stake[player] = to_stake
        self.from_us[player], self.expires_us[player] = from_us, expires_us

    def stake(self, player: Ints, staked: Ints, at_us: Ints) -> Ints:
        """Count stakes of a match; returns the players whose wagering they complete (distinct)."""
        counts = self.running(player, at_us) & (self.kind[player] == MATCH)
        self.to_stake[player[counts]] -= staked[counts]
        return np.asarray(player[counts & (self.to_stake[player] <= 0)])

    def end(self, player: Ints) -> None:
        self.number[player] = -1
        self.balance[player] = 0
        self.from_us[player] = NEVER_US
        self.expires_us[player] = NEVER_US
        self.campaign[player] = -1

    def expired(self, now_us: int) -> Ints:
        """Players whose bonus has run out by now."""
        return np.flatnonzero(self.expires_us <= now_us)
