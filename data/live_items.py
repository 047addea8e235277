"""Items as they are sent live → rows of the log."""

from collections.abc import Sequence

import msgspec

from data.live_event import Arrival, read_live_event
from data.live_log import Item

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def read_items(sent: Sequence[bytes], arrival: Arrival) -> list[Item]:
    """Read items that follow the contract; one for each."""
    return [Item(one, read_live_event(decoded(one), arrival)) for one in sent]


def decoded(text: bytes) -> object:
    """The value of a JSON text; None if it is none."""
    try:
        return msgspec.json.decode(text)
    except _UNREADABLE:
        return None
