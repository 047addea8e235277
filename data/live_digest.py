"""What an event of the live log is held against when its id comes again."""

from datetime import datetime
from hashlib import blake2b

import msgspec

from data.content import CONTENT
from data.instants import microseconds
from data.live_event import STATED, Row

_HELD_AGAINST = frozenset({"event_type", *CONTENT})
_ENCODER = msgspec.msgpack.Encoder(order="sorted")


def content_digest(row: Row) -> bytes:
    """Digest of what the sender said happened, also where a clock that was ahead was set back."""
    content = {name: value for name, value in row.items() if name in _HELD_AGAINST}
    content["occurred_at"] = _stated_us(row.get("ext", "")) or row["occurred_at"]
    return blake2b(_ENCODER.encode(content), digest_size=8).digest()


def _stated_us(ext: str) -> int | None:
    """The moment that was set back; None where the text isn't one, but the sender's own."""
    if STATED not in ext:
        return None
    try:
        return microseconds(datetime.fromisoformat(msgspec.json.decode(ext)[STATED]))
    except (KeyError, TypeError, ValueError):
        return None
