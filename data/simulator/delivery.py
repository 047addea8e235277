"""When the operator learns of events: at once, late, or twice."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from data.simulator.arrays import Ints
from data.simulator.calendar import DAY_US, MINUTE_US, SECOND_US, in_us
from data.simulator.randomness import Luck, mixed
from data.simulator.records import Frame, joined
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
class Delivered:
    """What the platform sends of one event type, in the order in which it becomes known.

    Attributes
    ----------
    number
        Number of the event among those of its type; a repeated event has it twice.
    known_us
        When it is known, µs UTC; never before it happened.
    """

    frame: Frame
    number: Ints
    known_us: Ints

    def take(self, rows: Ints) -> "Delivered":
        return Delivered(self.frame.take(rows), self.number[rows], self.known_us[rows])


class Post:
    """Carries events from where they happen to the operator."""

    def __init__(self, settings: DeliverySettings, luck: Luck) -> None:
        self._settings = settings
        self._luck = luck
        self._sent: dict[str, int] = defaultdict(int)
        self._under_way: dict[str, Delivered] = {}

    def deliver(self, frames: dict[str, Frame], start_us: int, end_us: int) -> dict[str, Delivered]:
        """Take events on their way, and hand over all that becomes known before ``end_us``.

        What happened before ``start_us`` and is told only now is known from then on.
        """
        known = {}
        for event_type in sorted({*frames, *self._under_way}):
            batches = [self._under_way.pop(event_type)] if event_type in self._under_way else []
            if event_type in frames:
                batches.append(self._send(event_type, frames[event_type], start_us))
            batch = _one(batches)
            due = batch.known_us < end_us
            if due.any():
                known[event_type] = batch.take(np.flatnonzero(due))
            if not due.all():
                self._under_way[event_type] = batch.take(np.flatnonzero(~due))
        return known

    def _send(self, event_type: str, frame: Frame, start_us: int) -> Delivered:
        count, settings, luck = len(frame.player), self._settings, self._luck
        number = self._sent[event_type] + np.arange(count)
        self._sent[event_type] += count
        key = mixed(frame.player, frame.at_us)
        at_us = frame.at_us.clip(min=start_us)
        shortest, longest = SECOND_US // 20, 2 * SECOND_US
        known_us = at_us + luck.integers(f"{event_type} delivery", key, shortest, longest)
        if event_type not in _ALWAYS_IN_TIME:
            late = np.flatnonzero(luck.happens(f"{event_type} late", key, settings.late_share))
            least, most = np.log(_LEAST_LATE_US), np.log(settings.late_most_days * DAY_US)
            delay = luck.between("how late", key[late], least, most)
            known_us[late] = at_us[late] + in_us(np.exp(delay), 1)
        repeats = luck.happens(f"{event_type} sent again", key, settings.repeated_share)
        again = np.flatnonzero(repeats)
        later_us = luck.integers("sent again after", key[again], SECOND_US, _MOST_REPEATED_US)
        row = np.concatenate([np.arange(count), again])
        all_known_us = np.concatenate([known_us, known_us[again] + later_us])
        return Delivered(frame.take(row), number[row], all_known_us)


def _one(batches: list[Delivered]) -> Delivered:
    """Batches of one type in the order known."""
    known_us = np.concatenate([one.known_us for one in batches])
    number = np.concatenate([one.number for one in batches])
    frame = joined([one.frame for one in batches])
    return Delivered(frame, number, known_us).take(np.argsort(known_us, kind="stable"))
