"""Items as they are sent live → rows of the log; what became of each."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec

from data.live_event import read_live_event
from data.live_row import Arrival, Refused, Row

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

Status = Literal["accepted", "duplicate", "quarantined"]


class Outcome(NamedTuple):
    """What became of one item; ``refused`` says why it is in quarantine."""

    status: Status
    refused: Refused | None = None


class Item(NamedTuple):
    """An item with what came of reading it.

    ``meant`` are players and types of events that it may have told, where that isn't read from what
    was sent.
    """

    sent: bytes
    read: Row | Refused
    meant: tuple[tuple[str, str], ...] = ()


class Appended(NamedTuple):
    """What one commit did: an outcome for each item, and the new rows with the first's number."""

    outcomes: list[Outcome]
    first_seq: int
    rows: list[Row]


def read_items(sent: Sequence[bytes], arrival: Arrival) -> list[Item]:
    """Read items that follow the contract; one for each."""
    return [Item(one, _read(decoded(one), arrival)) for one in sent]


def _read(value: object, arrival: Arrival) -> Row | Refused:
    return value if isinstance(value, Refused) else read_live_event(value, arrival)


def decoded(text: bytes) -> object:
    """The value of a JSON text; a ``Refused``, which no JSON is, if it can't be read."""
    try:
        return msgspec.json.decode(text)
    except _UNREADABLE as fault:
        deep = isinstance(fault, RecursionError)
        reason = "it is nested too deeply" if deep else str(fault)
        remedy = "send UTF-8 JSON, one object for each event"
        return Refused("", None, f"not readable as JSON: {reason}", remedy)
