"""When what arrives becomes known: at the service's clock."""

import time
from collections.abc import Sequence

from data.live_row import Refused, Row
from features.online_tiles import Clock

SKEW_US = 5 * 60 * 1_000_000
"""By how much a sender's clock may be ahead of ours."""

REPLAY_AHEAD_US = 31 * 86_400 * 1_000_000
"""How far one event may move the clock of a service that stands in the past."""


class ArrivalClock:
    """Stamps events as they arrive.

    Under ``wall`` an event is known at the present. Under ``last_event``, for data of the past, an
    event is known when it happened, and moves the clock there.
    """

    def __init__(self, clock: Clock) -> None:
        self._wall = clock == "wall"
        self.allowed_ahead_us = SKEW_US if self._wall else 0

    def latest_us(self, last_known_us: int) -> int:
        """The latest moment at which an event may have happened."""
        if self._wall:
            return max(time.time_ns() // 1000, last_known_us)
        return last_known_us + REPLAY_AHEAD_US

    def stamp(self, read: Sequence[Row | Refused], last_known_us: int) -> int:
        """Set when each row became known and was ingested; the latest of these moments."""
        known_us = self.latest_us(last_known_us) if self._wall else last_known_us + 1
        for row in read:
            if not isinstance(row, Refused):
                if not self._wall:
                    known_us = max(known_us, row["occurred_at"])
                row["known_at"] = row["ingested_at"] = known_us
        return known_us
