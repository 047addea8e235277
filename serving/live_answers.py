"""What waits for the writer of live events, and what it is answered."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from data.live_items import Outcome
from data.live_row import Refused
from data.mapping import Mapping
from serving.event_schemas import EventStatus


class ItemAnswer(NamedTuple):
    """What became of one item: a status, and why it is in quarantine."""

    status: EventStatus
    refused: Refused | None = None


@dataclass(frozen=True)
class Submission:
    """Items of one request, and where its answer is awaited.

    Attributes
    ----------
    since_ns
        When it was handed in, on the monotonic clock.
    """

    sent: Sequence[bytes]
    mapping: Mapping | None
    since_ns: int
    loop: asyncio.AbstractEventLoop
    answered: "asyncio.Future[list[ItemAnswer]]"

    def resolve(self, answers: list[ItemAnswer]) -> None:
        """Answer from any thread, one for each item."""
        self.loop.call_soon_threadsafe(self._set, answers, None)

    def fail(self, fault: Exception) -> None:
        """Raise a fault where the answer is awaited, from any thread."""
        self.loop.call_soon_threadsafe(self._set, None, fault)

    def _set(self, answers: list[ItemAnswer] | None, fault: Exception | None) -> None:
        if self.answered.done():
            return
        if fault is not None:
            self.answered.set_exception(fault)
        else:
            self.answered.set_result(answers or [])


def with_withdrawn(
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


def worst_of(outcomes: Sequence[Outcome]) -> ItemAnswer:
    """One answer for the events of one item: the worst; an item without events was ignored."""
    for worst in ("quarantined", "accepted", "duplicate"):
        for outcome in outcomes:
            if outcome.status == worst:
                return ItemAnswer(outcome.status, outcome.refused)
    return ItemAnswer("ignored")
