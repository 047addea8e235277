"""What an event of the live log is held against when its id comes again."""

from datetime import datetime
from hashlib import blake2b, md5

import msgspec

from data.content import CONTENT
from data.instants import microseconds
from data.live_checks import STATED
from data.live_row import Row

_HELD_AGAINST = frozenset({"event_type", *CONTENT})
_ENCODER = msgspec.msgpack.Encoder(order="sorted")


def content_digest(row: Row) -> bytes:
    """Digest of what the sender said happened, also where a clock that was ahead was set back."""
    content = {name: value for name, value in row.items() if name in _HELD_AGAINST}
    content["occurred_at"] = _stated_us(row.get("ext", "")) or row["occurred_at"]
    return blake2b(_ENCODER.encode(content), digest_size=8).digest()


def imported_digest(row: Row) -> bytes:
    """What is kept of an imported event: enough to tell that another one took its id."""
    content = f"{row['event_type']}\x1f{row['player_id']}"
    return md5(content.encode(), usedforsecurity=False).digest()


def _stated_us(ext: str) -> int | None:
    """The moment that was set back; None where the text isn't one, but the sender's own."""
    if STATED not in ext:
        return None
    try:
        return microseconds(datetime.fromisoformat(msgspec.json.decode(ext)[STATED]))
    except (KeyError, TypeError, ValueError):
        return None
