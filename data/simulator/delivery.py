"""When the operator learns of events: at once, late, or twice."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from data.simulator.arrays import Ints
from data.simulator.calendar import DAY_US, MINUTE_US, SECOND_US
from data.simulator.settings.operator import DeliverySettings

_ALWAYS_IN_TIME = frozenset(
    {
        "player.registered",
        "player.kyc_changed",
        "player.status_changed",
        "person.linked",
        "consent",
        "exclusion",
        "limit",
    }
)
"""Accounts and protection have a lane of their own, where nothing waits."""

_LEAST_LATE_US = 2 * MINUTE_US
_MOST_REPEATED_US = 6 * 60 * MINUTE_US


@dataclass(frozen=True)
class Deliveries:
    """What the platform sends for one event type, in the order in which it becomes known.

    Attributes
    ----------
    row
        Row of the event in its frame; a repeated event comes twice.
    known_us
        When it is known, µs UTC; never before it happened.
    """

    row: Ints
    known_us: Ints

    def take(self, part: slice) -> "Deliveries":
        return Deliveries(self.row[part], self.known_us[part])

    def between(self, first_us: int, end_us: int) -> "Deliveries":
        """Those known in ``[first_us, end_us)``."""
        start, stop = np.searchsorted(self.known_us, [first_us, end_us])
        return self.take(slice(int(start), int(stop)))


def deliver(settings: DeliverySettings, event_type: str, at_us: Ints, rng: Generator) -> Deliveries:
    """Send every event of one type on its way."""
    count = len(at_us)
    known_us = at_us + rng.integers(SECOND_US // 20, 2 * SECOND_US, count)
    if event_type not in _ALWAYS_IN_TIME:
        late = np.flatnonzero(rng.random(count) < settings.late_share)
        known_us[late] = at_us[late] + _late_us(settings, len(late), rng)
    again = np.flatnonzero(rng.random(count) < settings.repeated_share)
    row = np.concatenate([np.arange(count), again])
    again_us = known_us[again] + rng.integers(SECOND_US, _MOST_REPEATED_US, len(again))
    known_us = np.concatenate([known_us, again_us])
    order = np.argsort(known_us, kind="stable")
    return Deliveries(row[order], known_us[order])


def _late_us(settings: DeliverySettings, count: int, rng: Generator) -> Ints:
    """Delays, log-uniform from two minutes to the longest."""
    shortest, longest = np.log(_LEAST_LATE_US), np.log(settings.late_most_days * DAY_US)
    return np.asarray(np.exp(rng.uniform(shortest, longest, count)).astype(np.int64))
