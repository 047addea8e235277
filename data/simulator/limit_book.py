"""Deposit limits: one per player at most, counted by the calendar period."""

import numpy as np

from data.simulator.arrays import Bools, Ints
from data.simulator.calendar import Calendar

PERIODS = ("24h", "7d", "month")
_NO_LIMIT = int(np.iinfo(np.int64).max)


class LimitBook:
    """The limits in force and how much of them is used.

    Attributes
    ----------
    amount
        Minor units; the largest integer where there is no limit.
    period
        Index into ``PERIODS``.
    """

    def __init__(self, count: int) -> None:
        self.amount = np.full(count, _NO_LIMIT)
        self.period = np.zeros(count, dtype=np.int64)
        self._used = np.zeros(count, dtype=np.int64)
        self._next_amount = np.full(count, _NO_LIMIT)
        self._next_at_us = np.full(count, _NO_LIMIT)

    def present(self, player: Ints) -> Bools:
        return np.asarray(self.amount[player] < _NO_LIMIT)

    def put(self, player: Ints, period: Ints, amount: Ints) -> None:
        """Set or tighten limits: in force at once, and a raise under way is dropped."""
        self.amount[player], self.period[player] = amount, period
        self._next_at_us[player] = _NO_LIMIT

    def raise_later(self, player: Ints, at_us: Ints, amount: Ints) -> None:
        self._next_at_us[player], self._next_amount[player] = at_us, amount

    def remove(self, player: Ints) -> None:
        self.amount[player] = _NO_LIMIT
        self._next_at_us[player] = _NO_LIMIT

    def begin_day(self, calendar: Calendar, day: int, starts_us: Ints) -> Ints:
        """Start new periods and let raised limits take effect that are due; returns whose.

        Parameters
        ----------
        starts_us
            When the day begins for each player.
        """
        begins = (
            True,
            calendar.weekday(day) == 0,
            day > 0 and calendar.month(day) != calendar.month(day - 1),
        )
        self._used[np.array(begins)[self.period]] = 0
        raised = np.flatnonzero(self._next_at_us <= starts_us)
        self.amount[raised] = self._next_amount[raised]
        self._next_at_us[raised] = _NO_LIMIT
        return raised

    def left(self, player: Ints) -> Ints:
        """What may still be deposited in the running period, minor units."""
        return np.asarray(np.maximum(self.amount[player] - self._used[player], 0))

    def use(self, player: Ints, amount: Ints) -> None:
        self._used[player] += amount
