"""The one writer of a live log; its lock dies with its process."""

import fcntl
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import msgspec

from data.content import REASON, REMEDY
from data.errors import DataError
from data.live_digest import content_digest, imported_digest
from data.live_items import Appended, Item, Outcome
from data.live_log import LiveLog, LiveLogUnreadable, event_key
from data.live_row import Refused, Row
from data.workspace import make_folder


class LiveLogBusy(DataError):
    """Another process writes into the same live log."""


class LiveLogWriter(LiveLog):
    """The one writer.

    Raises
    ------
    LiveLogBusy
        If another process is the writer.
    """

    def __init__(self, path: Path) -> None:
        make_folder(path.parent)
        self._lock: IO[str] = path.with_name(path.name + ".lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            super().__init__(path)
        except BlockingIOError:
            self._lock.close()
            raise LiveLogBusy(
                f"another process writes to {path}: stop it, or start this one on another place"
            ) from None
        except LiveLogUnreadable:
            self._lock.close()
            raise
        self._last_seq = self.last_seq()

    def go_on_after(self, seq: int) -> None:
        """Number what comes after an event that a state holds, though this log lost it."""
        if seq > self._last_seq:
            with self._con:
                self._con.execute("DELETE FROM sqlite_sequence WHERE name = 'events'")
                self._con.execute("INSERT INTO sqlite_sequence VALUES ('events', ?)", (seq,))
            self._last_seq = seq

    def append(self, items: Sequence[Item], received_us: int) -> Appended:
        """Append what is new, set aside what is wrong; on the disk when this returns.

        One commit, so one wait for the disk, whatever the number of items.
        """
        con = self._con
        rows: list[Row] = []
        outcomes: list[Outcome] = []
        con.execute("BEGIN IMMEDIATE")
        try:
            for item in items:
                outcome = self._place(item, received_us)
                if outcome.status == "accepted" and not isinstance(item.read, Refused):
                    rows.append(item.read)
                outcomes.append(outcome)
            first = self._last_seq + 1
            con.executemany(
                "INSERT INTO events VALUES (?, ?)",
                [(first + n, msgspec.msgpack.encode(row)) for n, row in enumerate(rows)],
            )
            con.execute("COMMIT")
        except BaseException:
            con.execute("ROLLBACK")
            self.unread.read()
            raise
        self._last_seq += len(rows)
        return Appended(outcomes, first, rows)

    def _place(self, item: Item, received_us: int) -> Outcome:
        if isinstance(item.read, Refused):
            return self._set_aside(item.sent, item.read, received_us, item.meant)
        row = item.read
        key, digest = event_key(row["source"], row["event_id"]), content_digest(row)
        if self._con.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, digest)).rowcount:
            self.unread.settle(row)
            return Outcome("accepted")
        ((known,),) = self._con.execute("SELECT digest FROM seen WHERE event_key = ?", (key,))
        if known in (digest, imported_digest(row)):
            return Outcome("duplicate")
        restated = Refused("event_id", str(row["event_id"]), REASON, REMEDY)
        return self._set_aside(item.sent, restated, received_us, item.meant)

    def close(self) -> None:
        """Let the file and the writer's lock go."""
        super().close()
        self._lock.close()
