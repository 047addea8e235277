"""The live log: events that arrived one by one, durable before their sender is answered.

One SQLite file beside the Parquet log. What is in it moves to Parquet from time to time
(``features.compact``); the ids stay for ever, so that the same event is never counted twice. One
process writes; the lock dies with it.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from data.errors import DataError
from data.live_items import Outcome
from data.live_row import Refused, Row
from data.unread_protection import UnreadProtection
from data.workspace import make_folder

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    log_seq INTEGER PRIMARY KEY AUTOINCREMENT, content BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS seen (
    event_key TEXT NOT NULL PRIMARY KEY, digest BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS remembered (number INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS dropped (through_seq INTEGER NOT NULL PRIMARY KEY);
CREATE TABLE IF NOT EXISTS quarantine (
    digest BLOB NOT NULL PRIMARY KEY, received_us INTEGER NOT NULL, field TEXT NOT NULL,
    value TEXT, reason TEXT NOT NULL, remedy TEXT NOT NULL, content BLOB NOT NULL
);
"""

_VERSION = 2
"""Of the tables, kept in the file."""

_IDS_AT_ONCE = 20_000
"""Ids of one transaction, so that events don't wait for those of a whole import."""

_DROP = """
DELETE FROM events WHERE log_seq IN (
    SELECT log_seq FROM events WHERE log_seq <= ? ORDER BY log_seq LIMIT 5000
)
"""

WAL_PAGES = 4_000
"""16 MB of write-ahead log before pages go to their places: each goes there once for many commits,
and the commit that brings them waits tens of milliseconds."""

IMPORTED_SQL = (
    "source || chr(31) || event_id AS event_key, "
    "unhex(md5(event_type || chr(31) || player_id)) AS digest"
)
"""``event_key`` and ``imported_digest`` for DuckDB."""


class LiveLogUnreadable(DataError):
    """The live log is damaged or isn't one."""


def event_key(source: str, event_id: str) -> str:
    """Key of an event for ever. Unhashed: ids that a source counts up stand on the same page."""
    return f"{source}\x1f{event_id}"


def _require_version(con: sqlite3.Connection, path: Path) -> None:
    ((version,),) = con.execute("PRAGMA user_version")
    if version == _VERSION:
        return
    ((tables,),) = con.execute("SELECT count(*) FROM sqlite_master")
    if tables:
        raise LiveLogUnreadable(
            f"{path} is of layout {version}, this version writes {_VERSION}: compact it with the "
            "version that wrote it, then start on a new one"
        )
    con.execute(f"PRAGMA user_version = {_VERSION}")


class LiveLog:
    """Reads a live log; ``LiveLogWriter`` appends to it.

    Attributes
    ----------
    unread
        Players of whom something that may protect them couldn't be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        make_folder(path.parent)
        try:
            self._con = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._con.execute("PRAGMA busy_timeout = 5000")
            _require_version(self._con, path)
            self._con.execute("PRAGMA journal_mode = WAL")
            self._con.execute("PRAGMA synchronous = FULL")
            self._con.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
            self._con.executescript(_SCHEMA)
            self.unread = UnreadProtection(self._con)
        except sqlite3.DatabaseError as fault:
            raise LiveLogUnreadable(f"{path} is no live log ({fault}): restore it") from None

    def last_seq(self) -> int:
        """Number of the latest event that was ever appended; 0 before the first."""
        found = self._con.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'")
        return next((seq for (seq,) in found), 0)

    def after(self, seq: int, most: int = 5000) -> list[tuple[int, Row]]:
        """Events that follow a number, in order."""
        found = self._con.execute(
            "SELECT log_seq, content FROM events WHERE log_seq > ? ORDER BY log_seq LIMIT ?",
            (seq, most),
        )
        return [(log_seq, msgspec.msgpack.decode(content)) for log_seq, content in found]

    def batches_after(self, seq: int, most: int = 5000) -> Iterator[list[tuple[int, Row]]]:
        """The same in batches until the log's end."""
        while found := self.after(seq, most):
            yield found
            seq = found[-1][0]

    def quarantined(self) -> list[dict[str, Any]]:
        """What couldn't be read, oldest first."""
        found = self._con.execute(
            "SELECT received_us, field, value, reason, remedy, content FROM quarantine "
            "ORDER BY received_us, digest"
        )
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found]

    def withdraw(self, seq: int, refused: Refused) -> None:
        """Set an event aside that was appended and can't be applied. Its id stays known."""
        with self._con:
            self._con.execute("BEGIN IMMEDIATE")
            found = self._con.execute("SELECT content FROM events WHERE log_seq = ?", (seq,))
            for (content,) in found.fetchall():
                row = msgspec.msgpack.decode(content)
                self._set_aside(msgspec.json.encode(row), refused, row["ingested_at"])
            self._con.execute("DELETE FROM events WHERE log_seq = ?", (seq,))

    def _set_aside(
        self,
        sent: bytes,
        refused: Refused,
        received_us: int,
        meant: tuple[tuple[str, str], ...] = (),
    ) -> Outcome:
        self._con.execute(
            "INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?)",
            (blake2b(sent, digest_size=16).digest(), received_us, *refused, sent),
        )
        self.unread.add(sent, meant)
        return Outcome("quarantined", refused)

    def drop_through(self, seq: int) -> int:
        """Forget the content of events that are in the Parquet log; how many. Ids stay."""
        dropped = 0
        self._con.execute("INSERT OR IGNORE INTO dropped VALUES (?)", (seq,))
        while True:
            portion = self._con.execute(_DROP, (seq,)).rowcount
            dropped += portion
            if portion <= 0:
                return dropped

    def dropped_through(self) -> int:
        """Number of the last event whose content may be gone from here."""
        ((seq,),) = self._con.execute("SELECT coalesce(max(through_seq), 0) FROM dropped")
        return int(seq)

    def remembered(self) -> int:
        """Number of the Parquet log's last commit whose ids are known here."""
        ((number,),) = self._con.execute("SELECT coalesce(max(number), 0) FROM remembered")
        return int(number)

    def remember(self, imported: Iterable[tuple[str, bytes]]) -> None:
        """Take the ids and digests of imported events: sent live again they are duplicates."""
        rest = iter(imported)
        while portion := list(islice(rest, _IDS_AT_ONCE)):
            with self._con:
                self._con.execute("BEGIN IMMEDIATE")
                self._con.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", portion)

    def finish_remembering(self, commit: int, came_live: Iterable[int]) -> None:
        """Take a commit's ids as known, and forget the content of its events that came live too."""
        with self._con:
            self._con.execute("BEGIN IMMEDIATE")
            gone = [(seq,) for seq in came_live]
            self._con.executemany("DELETE FROM events WHERE log_seq = ?", gone)
            self._con.execute("INSERT OR IGNORE INTO remembered VALUES (?)", (commit,))

    def close(self) -> None:
        """Let the file go."""
        self._con.close()
