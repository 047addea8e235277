"""Players of whom something that may protect them was sent and couldn't be read.

They are treated as protected until a sound event of the same type comes for them: what was meant
can't be known, and leaving it out would promote to someone who excluded themselves.
"""

import sqlite3
from collections.abc import Sequence

import msgspec

from data.live_row import Row

PROTECTIVE_TYPES = frozenset(
    {
        "exclusion",
        "limit",
        "consent",
        "player.status_changed",
        "person.linked",
        "rg.flag",
        "support.contact",
        "affordability.check",
    }
)
"""Types of events that may protect a player: never refused for want of room, and where one can't be
read its player is treated as protected."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS unread_protection (
    player_id TEXT NOT NULL, event_type TEXT NOT NULL, PRIMARY KEY (player_id, event_type)
) WITHOUT ROWID;
"""

_Named = tuple[str, str]


class UnreadProtection:
    """The table of them on the live log's connection; what changes is part of its transaction.

    Attributes
    ----------
    named
        Player and event type; equal to the table between transactions.
    """

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con
        self._con.executescript(_SCHEMA)
        self.named: frozenset[_Named] = frozenset()
        self.read()

    @property
    def players(self) -> frozenset[str]:
        """The players."""
        return frozenset(player_id for player_id, _ in self.named)

    def read(self) -> None:
        """Take what the table holds: at the start, and after a transaction was undone."""
        asked = "SELECT player_id, event_type FROM unread_protection"
        self.named = frozenset(self._con.execute(asked).fetchall())

    def add(self, sent: bytes, meant: Sequence[_Named] = ()) -> None:
        """Keep whom an item was meant to protect that is set aside, if it says so.

        Parameters
        ----------
        meant
            Players and types of events, as a mapping reads them; without any, what was sent tells.
        """
        for player_id, event_type in meant or _named_by(sent):
            if event_type in PROTECTIVE_TYPES:
                named = player_id.strip(), event_type
                self._con.execute("INSERT OR IGNORE INTO unread_protection VALUES (?, ?)", named)
                self.named |= {named}

    def settle(self, row: Row) -> None:
        """A sound event settles what couldn't be read of its type."""
        named = row["player_id"], row["event_type"]
        if named in self.named:
            asked = "DELETE FROM unread_protection WHERE player_id = ? AND event_type = ?"
            self._con.execute(asked, named)
            self.named -= {named}


def _named_by(sent: bytes) -> tuple[_Named, ...]:
    try:
        item = msgspec.json.decode(sent)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ()
    if not isinstance(item, dict):
        return ()
    player_id, event_type = item.get("player_id"), item.get("event_type")
    if not (isinstance(player_id, str) and isinstance(event_type, str)):
        return ()
    return ((player_id, event_type),)
