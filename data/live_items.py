"""Items as they are sent live → rows of the log; what became of each."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec

from data.live_event import Arrival, Refused, Row, read_live_event

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

Status = Literal["accepted", "duplicate", "quarantined"]


class Outcome(NamedTuple):
    """What became of one item; ``refused`` says why it is in quarantine."""

    status: Status
    refused: Refused | None = None


class Item(NamedTuple):
    """An item with what came of reading it."""

    sent: bytes
    read: Row | Refused


class Appended(NamedTuple):
    """What one commit did: an outcome for each item, and the new rows with the first's number."""

    outcomes: list[Outcome]
    first_seq: int
    rows: list[Row]


def read_items(sent: Sequence[bytes], arrival: Arrival) -> list[Item]:
    """Read items that follow the contract; one for each."""
    return [Item(one, read_live_event(decoded(one), arrival)) for one in sent]


def decoded(text: bytes) -> object:
    """The value of a JSON text; None if it is none."""
    try:
        return msgspec.json.decode(text)
    except _UNREADABLE:
        return None
