"""The one writer of live events: a thread that commits what arrived while it committed before.

Requests hand it items and wait. Each turn takes all that has gathered, reads it, appends it with
one wait for the disk, applies it to the players' state and answers; so a single event is answered
within milliseconds and a flood is taken in large commits. What it can't hold is refused, never
what protects a player.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from data.activity import Activity
from data.live_event import Arrival, Refused
from data.live_items import Item, Outcome, read_items
from data.live_log import LiveLog, LiveLogWriter
from data.mapping import Mapping
from features.live_state import LiveState, warm_up
from features.places import live_log_path, online_tiles_path
from features.state_schema import StateFacts
from serving.arrival import ArrivalClock
from serving.caught import Caught
from serving.errors import Busy
from serving.event_schemas import EventStatus

MOST_QUEUED = 20_000
"""Items that may wait; a few seconds of work."""

MOST_AT_ONCE = 2_000
"""Items of one commit."""


class ItemAnswer(NamedTuple):
    """What became of one item: a status, and why it is in quarantine."""

    status: EventStatus
    refused: Refused | None = None


@dataclass(frozen=True)
class _Submission:
    sent: Sequence[bytes]
    mapping: Mapping | None
    loop: asyncio.AbstractEventLoop
    answered: "asyncio.Future[list[ItemAnswer]]"

    def resolve(self, answers: list[ItemAnswer]) -> None:
        self.loop.call_soon_threadsafe(self._set, answers, None)

    def fail(self, fault: Exception) -> None:
        self.loop.call_soon_threadsafe(self._set, None, fault)

    def _set(self, answers: list[ItemAnswer] | None, fault: Exception | None) -> None:
        if self.answered.done():
            return
        if fault is not None:
            self.answered.set_exception(fault)
        else:
            self.answered.set_result(answers or [])


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
        self._waiting: deque[_Submission] = deque()
        self._queued = 0
        self._since_ns: int | None = None
        self._changed: set[str] = set()
        self._turn = threading.Condition()
        self._stopping = False
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
            If too many items wait already.
        NotReady
            If there is no online state to apply events to.
        """
        loop = asyncio.get_running_loop()
        submission = _Submission(sent, mapping, loop, loop.create_future())
        with self._turn:
            if self._queued + len(sent) > MOST_QUEUED and not protective:
                raise Busy(self._queued)
            self._waiting.append(submission)
            self._since_ns = self._since_ns or time.monotonic_ns()
            self._queued += len(sent)
            self._turn.notify()
        return await submission.answered

    @property
    def queued(self) -> int:
        """Items that wait."""
        return self._queued

    def take_changed(self) -> set[str]:
        """Players whose events were applied since the last call."""
        with self._turn:
            changed, self._changed = self._changed, set()
        return changed

    def recent_players(self) -> set[str]:
        """Players of every event since the last compaction; for any thread."""
        with closing(LiveLog(self._log.path)) as log:
            return {row["player_id"] for batch in log.batches_after(0) for _, row in batch}

    def waited_us(self) -> int | None:
        """How long the oldest item waits; 0 if none does, None if nobody writes any more."""
        if not self._thread.is_alive():
            return None
        since = self._since_ns
        return 0 if since is None else (time.monotonic_ns() - since) // 1000

    def facts(self) -> StateFacts:
        """What holds for the state, as of the last turn."""
        if self._facts is None:
            self._facts = self._state.catch_up(self._log)
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
        while taken := self._take():
            with Caught() as commit:
                for submission, answer in zip(taken, self._commit(taken), strict=True):
                    submission.resolve(answer)
            if commit.fault is not None:
                for submission in taken:
                    submission.fail(commit.fault)
            with self._turn:
                self._since_ns = time.monotonic_ns() if self._waiting else None

    def _take(self) -> list[_Submission]:
        """The next turn's submissions, in order; none once the writer stops."""
        taken: list[_Submission] = []
        items = 0
        with self._turn:
            self._turn.wait_for(lambda: self._waiting or self._stopping)
            while self._waiting and (
                not taken or items + len(self._waiting[0].sent) <= MOST_AT_ONCE
            ):
                taken.append(self._waiting.popleft())
                items += len(taken[-1].sent)
            self._queued -= items
        return taken

    def _commit(self, taken: Sequence[_Submission]) -> list[list[ItemAnswer]]:
        facts = self.facts()
        groups = [self._read(submission, facts) for submission in taken]
        flat = [item for group in groups for items in group for item in items]
        now_us = self._clock.stamp([item.read for item in flat], facts.last_known_us)
        appended = self._log.append(flat, now_us)
        withdrawn = self._state.apply(appended.first_seq, appended.rows, self._log)
        self._facts = self._state.facts()
        with self._turn:
            self._changed.update(row["player_id"] for row in appended.rows)
        outcomes = iter(_with_withdrawn(appended.outcomes, appended.first_seq, withdrawn))
        return [[_answer([next(outcomes) for _ in items]) for items in group] for group in groups]

    def _read(self, submission: _Submission, facts: StateFacts) -> list[list[Item]]:
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


def _with_withdrawn(
    outcomes: Sequence[Outcome], first_seq: int, withdrawn: dict[int, Refused]
) -> list[Outcome]:
    """The outcomes, where what was appended and couldn't be applied is in quarantine."""
    if not withdrawn:
        return list(outcomes)
    told, seq = [], first_seq
    for outcome in outcomes:
        if outcome.status != "accepted":
            told.append(outcome)
            continue
        refused = withdrawn.get(seq)
        told.append(Outcome("quarantined", refused) if refused else outcome)
        seq += 1
    return told


def _answer(outcomes: Sequence[Outcome]) -> ItemAnswer:
    """One answer for the events of one item: the worst; an item without events was ignored."""
    for worst in ("quarantined", "accepted", "duplicate"):
        for outcome in outcomes:
            if outcome.status == worst:
                return ItemAnswer(outcome.status, outcome.refused)
    return ItemAnswer("ignored")
