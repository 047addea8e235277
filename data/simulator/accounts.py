"""The money of every account, and what stops it from playing."""

from dataclasses import dataclass

import numpy as np

from data.simulator.arrays import Bools, Ints

_REMEMBERED = float(np.exp(-1.0 / 28.0))

NEVER_US = int(np.iinfo(np.int64).max)
"""A moment that does not come."""


@dataclass
class Credits:
    """Money on its way: payouts of bets not yet settled, withdrawals that will be taken back."""

    player: Ints
    at_us: Ints
    amount: Ints


class Accounts:
    """State of all accounts, changed in the order in which each player acts.

    Attributes
    ----------
    balance
        Real money free to play, minor units. What was asked out by a withdrawal is not in it.
    free_us
        When the player's latest act ended; the next one comes later.
    blocked_until_us
        No log-in before this moment; ``NEVER_US`` after closure, and after a self-exclusion until
        a return.
    closed
        Whether the account was closed, by the player or for want of an identity.
    term_ends_us
        End of the exclusion's term; ``NEVER_US`` for those who are not excluded. Its passing lifts
        nothing: only a return does.
    excluded_by_register
        Whether that exclusion was seen on the national register.
    returned_us
        The latest return from an exclusion.
    marketing_begins_us, marketing_ends_us
        No marketing before the one, nor from the other on.
    on_register_us, on_register_until_us
        When the player went on the national register, unseen until it is looked up, and until when;
        ``NEVER_US`` for those who are not on it.
    last_login_us, morning_login_us
        The latest log-in, and the latest one before the day began.
    last_sign_us, morning_sign_us
        The latest sign of harm of the person that the operator saw (a tightened limit, a contact
        about harm), and the latest one before the day began.
    deposits, deposited
        Approved deposits so far, and their sum in minor units.
    messages, opened
        Marketing messages sent so far, and those of them that were opened.
    recent_sessions
        Shape (players, 2): sessions of casino and sports, of which a part is forgotten each day.
    """

    def __init__(self, checked_us: Ints) -> None:
        count = len(checked_us)
        self.balance = np.zeros(count, dtype=np.int64)
        self.free_us = checked_us.copy()
        self.blocked_until_us = checked_us.copy()
        self.closed = np.zeros(count, dtype=bool)
        self.term_ends_us = np.full(count, NEVER_US)
        self.excluded_by_register = np.zeros(count, dtype=bool)
        self.returned_us = np.full(count, -NEVER_US)
        self.marketing_begins_us = np.full(count, -NEVER_US)
        self.marketing_ends_us = np.full(count, NEVER_US)
        self.on_register_us = np.full(count, NEVER_US)
        self.on_register_until_us = np.full(count, NEVER_US)
        self.recent_sessions = np.zeros((count, 2))
        self.last_login_us = checked_us.copy()
        self.morning_login_us = checked_us.copy()
        self.last_sign_us = np.full(count, -NEVER_US)
        self.morning_sign_us = np.full(count, -NEVER_US)
        self.deposits = np.zeros(count, dtype=np.int64)
        self.deposited = np.zeros(count, dtype=np.int64)
        self.messages = np.zeros(count, dtype=np.int64)
        self.opened = np.zeros(count, dtype=np.int64)
        nothing = np.zeros(0, dtype=np.int64)
        self._coming = Credits(nothing, nothing, nothing)

    def credit_later(self, player: Ints, at_us: Ints, amount: Ints) -> None:
        """Announce money that arrives at a later moment; it can't be played before."""
        coming = self._coming
        self._coming = Credits(
            np.concatenate([coming.player, player]),
            np.concatenate([coming.at_us, at_us]),
            np.concatenate([coming.amount, amount]),
        )

    def credit_due(self, player: Ints, now_us: Ints) -> None:
        """Add to the balances what has arrived by now, for the given players only."""
        now = np.full(len(self.balance), -1)
        now[player] = now_us
        coming = self._coming
        due = coming.at_us <= now[coming.player]
        np.add.at(self.balance, coming.player[due], coming.amount[due])
        self._coming = Credits(coming.player[~due], coming.at_us[~due], coming.amount[~due])

    def begin_day(self) -> None:
        """Let a day pass over the memory of recent sessions, and note how things stand."""
        self.recent_sessions *= _REMEMBERED
        self.morning_login_us[:] = self.last_login_us
        self.morning_sign_us[:] = self.last_sign_us

    def block(self, player: Ints, until_us: Ints) -> None:
        """Bar players from logging in, longer than before or not at all."""
        self.blocked_until_us[player] = np.maximum(self.blocked_until_us[player], until_us)

    def take_break(self, player: Ints, until_us: Ints) -> None:
        """Neither log-in nor marketing for some time."""
        self.block(player, until_us)
        self.marketing_begins_us[player] = np.maximum(self.marketing_begins_us[player], until_us)

    def login_before(self, player: Ints, at_us: Ints | int) -> Ints:
        """The latest log-in before a moment of this day; of today's, the last alone is known."""
        return _latest(self.last_login_us[player], self.morning_login_us[player], at_us)

    def sign_before(self, player: Ints, at_us: Ints) -> Ints:
        """The same of signs of harm."""
        return _latest(self.last_sign_us[player], self.morning_sign_us[player], at_us)

    def on_register(self, player: Ints, at_us: Ints) -> Bools:
        """Who is on the national register at a moment; who was taken off it isn't found."""
        since_us, until_us = self.on_register_us[player], self.on_register_until_us[player]
        return np.asarray((since_us <= at_us) & (at_us < until_us))

    def end_marketing(self, player: Ints, at_us: Ints) -> None:
        self.marketing_ends_us[player] = np.minimum(self.marketing_ends_us[player], at_us)

    def marketing_open(self, player: Ints, at_us: Ints) -> Bools:
        """To whom marketing may be sent at a moment, as far as protection goes."""
        begins_us, ends_us = self.marketing_begins_us[player], self.marketing_ends_us[player]
        return np.asarray((begins_us <= at_us) & (at_us < ends_us))

    def exclude(self, player: Ints, at_us: Ints, until_us: Ints, *, by_register: bool) -> None:
        """End marketing until a return, which can be asked for once the term is over."""
        self.end_marketing(player, at_us)
        self.term_ends_us[player] = until_us
        self.excluded_by_register[player] = by_register

    def lift_exclusion(self, player: Ints, at_us: Ints, wait_us: Ints) -> None:
        """Let players return; play that was barred and marketing begin after a wait.

        A closed account stays closed.
        """
        self.term_ends_us[player] = NEVER_US
        self.returned_us[player] = at_us
        is_open = ~self.closed[player]
        player, begins_us = player[is_open], (at_us + wait_us)[is_open]
        self.marketing_ends_us[player] = NEVER_US
        self.marketing_begins_us[player] = np.maximum(self.marketing_begins_us[player], begins_us)
        barred = self.blocked_until_us[player] == NEVER_US
        self.blocked_until_us[player[barred]] = begins_us[barred]


def _latest(last_us: Ints, morning_us: Ints, at_us: Ints | int) -> Ints:
    """What is known at a moment: the last one, unless it comes later on the day."""
    return np.asarray(np.where(last_us <= at_us, last_us, morning_us))
