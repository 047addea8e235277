"""The one writer of live events: a thread that commits what arrived while it committed before.

Requests hand it items and wait. Each turn takes all that has gathered, reads it, appends it with
one wait for the disk, applies it to the players' state and answers; so a single event is answered
within milliseconds and a flood is taken in large commits. What it can't hold is refused, never
what protects a player.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from data.activity import Activity
from data.live_items import Item, read_items
from data.live_log import LiveLog
from data.live_log_writer import LiveLogWriter
from data.live_row import Arrival
from data.mapping import Mapping
from features.live_state import LiveState
from features.live_tiles import warm_up
from features.places import live_log_path, online_tiles_path
from features.state_schema import StateFacts
from features.tile_state import TileStateError
from serving.arrival import ArrivalClock
from serving.caught import Caught
from serving.errors import Busy
from serving.live_answers import ItemAnswer, Submission, with_withdrawn, worst_of

_LOG = logging.getLogger(__name__)

MOST_QUEUED = 20_000
"""Items that may wait; a few seconds of work."""

TRY_AGAIN_S = 1.0
"""Between attempts to bring the state up to date."""

MOST_AT_ONCE = 2_000
"""Items of one commit."""


class LiveWriter:
    """Takes items from the event loop, and answers them when they are durable and applied.

    Raises
    ------
    LiveLogBusy
        If another process writes to the same place.
    """

    def __init__(self, place: Path, clock: ArrivalClock) -> None:
        self._log = LiveLogWriter(live_log_path(place))
        self._state = LiveState(online_tiles_path(place))
        self._clock = clock
        self._facts: StateFacts | None = None
        self._waiting: deque[Submission] = deque()
        self._queued = 0
        self._taken_since_ns: int | None = None
        self._fault: Exception | None = None
        self._changed: set[str] = set()
        self._catch_ups = 0
        self._catch_ups_looked_at = 0
        self._turn = threading.Condition()
        self._stopping = False
        self._catch_up()
        self._thread = threading.Thread(target=self._work, name="live writer", daemon=True)
        self._thread.start()

    async def submit(
        self, sent: Sequence[bytes], mapping: Mapping | None = None, *, protective: bool = False
    ) -> list[ItemAnswer]:
        """Append and apply items; an answer for each, when they are on the disk and in the scores.

        Parameters
        ----------
        protective
            Whether an event that protects a player is among them: such are never refused.

        Raises
        ------
        Busy
            If others wait already, and it would be too many with these.
        NotReady
            If there is no online state to apply events to.
        """
        loop = asyncio.get_running_loop()
        since_ns = time.monotonic_ns()
        submission = Submission(sent, mapping, since_ns, loop, loop.create_future())
        with self._turn:
            if self._queued and self._queued + len(sent) > MOST_QUEUED and not protective:
                raise Busy(self._queued)
            self._waiting.append(submission)
            self._queued += len(sent)
            self._turn.notify()
        return await submission.answered

    @property
    def queued(self) -> int:
        """Items that wait."""
        return self._queued

    def take_changed(self) -> set[str]:
        """Players whose events were applied since the last call; for the thread that looks at them.

        After a start or a fault it isn't known whose were: all since the last compaction.
        """
        catch_ups = self._catch_ups
        before: set[str] = set()
        if catch_ups != self._catch_ups_looked_at:
            with closing(LiveLog(self._log.path)) as log:
                before = {row["player_id"] for batch in log.batches_after(0) for _, row in batch}
        self._catch_ups_looked_at = catch_ups
        with self._turn:
            changed, self._changed = self._changed, set()
        return changed | before

    @property
    def unread_protection(self) -> frozenset[str]:
        """Players of whom something that may protect them couldn't be read."""
        return self._log.unread.players

    def waited_us(self) -> int | None:
        """How long the oldest item waits that isn't in the state; 0 if none does.

        None if that can't be told: nobody writes, or the log may hold what the state lacks.
        """
        if not self._thread.is_alive() or self._facts is None:
            return None
        with self._turn:
            since_ns = self._taken_since_ns
            if since_ns is None and self._waiting:
                since_ns = self._waiting[0].since_ns
        return 0 if since_ns is None else (time.monotonic_ns() - since_ns) // 1000

    def facts(self) -> StateFacts:
        """What holds for the state, as of the last turn.

        Raises
        ------
        FeatureError, sqlite3.Error
            If the state couldn't be brought up to date with the log; it is tried every second.
        """
        if self._facts is None:
            raise self._fault or TileStateError("the state isn't up to date with the live log yet")
        return self._facts

    def close(self) -> None:
        """Finish what waits, and let the files go."""
        with self._turn:
            self._stopping = True
            self._turn.notify()
        self._thread.join()
        self._state.close()
        self._log.close()

    def _work(self) -> None:
        warm_up()
        while not (self._stopping and not self._waiting):
            if self._facts is None:
                self._catch_up()
            if taken := self._take():
                self._answer(taken)

    def _catch_up(self) -> None:
        """Bring the state up to date with the log, at the start and after a fault."""
        with Caught() as attempt:
            facts = self._state.catch_up(self._log)
            if facts.applied_seq > self._log.last_seq():
                _LOG.warning("the live log is older than the state: what it lost isn't in training")
            self._log.go_on_after(facts.applied_seq)
            self._facts = facts
            self._catch_ups += 1
        self._fault = attempt.fault

    def _answer(self, taken: Sequence[Submission]) -> None:
        with Caught() as commit:
            for submission, answer in zip(taken, self._commit(taken), strict=True):
                submission.resolve(answer)
        if commit.fault is not None:
            self._facts = None
            for submission in taken:
                submission.fail(commit.fault)
        with self._turn:
            self._taken_since_ns = None

    def _take(self) -> list[Submission]:
        """The next turn's submissions, in order; none if the writer stops, or has to catch up."""
        taken: list[Submission] = []
        items = 0
        with self._turn:
            patience_s = TRY_AGAIN_S if self._facts is None else None
            self._turn.wait_for(lambda: self._waiting or self._stopping, patience_s)
            while self._waiting and (
                not taken or items + len(self._waiting[0].sent) <= MOST_AT_ONCE
            ):
                taken.append(self._waiting.popleft())
                items += len(taken[-1].sent)
            self._queued -= items
            self._taken_since_ns = taken[0].since_ns if taken else None
        return taken

    def _commit(self, taken: Sequence[Submission]) -> list[list[ItemAnswer]]:
        facts = self.facts()
        groups = [self._read(submission, facts) for submission in taken]
        flat = [item for group in groups for items in group for item in items]
        now_us = self._clock.stamp([item.read for item in flat], facts.last_known_us)
        appended = self._log.append(flat, now_us)
        withdrawn = self._state.apply(appended.first_seq, appended.rows, self._log)
        self._facts = self._state.facts()
        with self._turn:
            self._changed.update(row["player_id"] for row in appended.rows)
        outcomes = iter(with_withdrawn(appended.outcomes, appended.first_seq, withdrawn))
        return [[worst_of([next(outcomes) for _ in items]) for items in group] for group in groups]

    def _read(self, submission: Submission, facts: StateFacts) -> list[list[Item]]:
        latest_us = self._clock.latest_us(facts.last_known_us)
        if submission.mapping is not None:
            from data.live_mapped import read_mapped_items  # polars costs half a second of a start

            return read_mapped_items(submission.sent, submission.mapping, latest_us)
        arrival = Arrival(
            known_us=latest_us,
            allowed_ahead_us=self._clock.allowed_ahead_us,
            base_currency=facts.sources.base_currency,
            activity=Activity(facts.sources.activity),
        )
        return [[item] for item in read_items(submission.sent, arrival)]
