"""Applying live events to the online state: each once, in the order of the live log.

An event is merged into its three tiles (5 minutes, hour, day), whatever order events come in;
what it moves and tells goes beside them. All of a batch and the number of its last event are one
transaction, so a process killed at any moment has applied a batch or hasn't, and goes on from
``applied_seq``. The live log is what has to be on the disk; this can be made again from it.

Cost: what a batch touches, whatever the length of its players' histories.
"""

import sqlite3
from collections.abc import Collection, Sequence
from pathlib import Path

from data.live_log import WAL_PAGES, LiveLog
from data.live_row import Refused
from features.errors import TileOverflow
from features.live_batch import Row, create_batch_tables, fill_batch
from features.live_facts import apply_facts, apply_movements
from features.live_tiles import merge_tiles
from features.state_place import applying, identity
from features.state_schema import StateFacts, read_facts
from features.tile_state import TileStateError, require_layout


class LiveState:
    """Applies events to the state that stands at a path; for one thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = 0
        self._con: sqlite3.Connection | None = None

    def catch_up(self, log: LiveLog) -> StateFacts:
        """Apply what the live log has and the state hasn't; the facts afterwards.

        Raises
        ------
        TileStateError
            If the log has let go of events that the state never saw.
        """
        with applying(self.path):
            con = self._present()
            if read_facts(con).applied_seq < log.dropped_through():
                raise TileStateError(
                    f"{self.path} misses events that were compacted: run features.load_online"
                )
            apply_rest(con, log)
            return read_facts(con)

    def apply(self, first_seq: int, rows: Sequence[Row], log: LiveLog) -> dict[int, Refused]:
        """Apply rows that were just appended as ``first_seq`` and on, and whatever is before.

        Returns what couldn't be applied and was withdrawn from the log, by number.
        """
        with applying(self.path):
            con = self._present()
            if read_facts(con).applied_seq != first_seq - 1:
                return apply_rest(con, log)
            return _apply_numbered(con, list(enumerate(rows, first_seq)), log)

    def facts(self) -> StateFacts:
        """What holds for the present state."""
        return read_facts(self._present())

    def close(self) -> None:
        """Let the file go."""
        if self._con is not None:
            self._con.close()
            self._con = None

    def _present(self) -> sqlite3.Connection:
        """The state that the path points at now."""
        file = identity(self.path)
        if not file:
            raise TileStateError(f"{self.path} does not exist: fill it with features.load_online")
        if self._con is None or file != self._file:
            self.close()
            self._con, self._file = open_for_events(self.path.resolve()), file
            require_layout(self._con, self.path)
        return self._con


def open_for_events(path: Path) -> sqlite3.Connection:
    """A connection that events can be applied through."""
    con = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    con.execute("PRAGMA busy_timeout = 5000")
    con.execute("PRAGMA synchronous = NORMAL")
    con.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
    create_batch_tables(con)
    return con


def apply_rest(
    con: sqlite3.Connection, log: LiveLog, without: Collection[int] = ()
) -> dict[int, Refused]:
    """Apply every event of the live log that follows the last one applied; what was withdrawn.

    Parameters
    ----------
    without
        Numbers of events that the state holds already.
    """
    withdrawn: dict[int, Refused] = {}
    for batch in log.batches_after(read_facts(con).applied_seq):
        withdrawn |= _apply_numbered(con, [one for one in batch if one[0] not in without], log)
        con.execute("UPDATE facts SET applied_seq = ?", (batch[-1][0],))
    return withdrawn


def _apply_numbered(
    con: sqlite3.Connection, numbered: Sequence[tuple[int, Row]], log: LiveLog
) -> dict[int, Refused]:
    """Apply events; those whose sums would overflow are found by halves and set aside."""
    if not numbered:
        return {}
    last_seq = numbered[-1][0]
    try:
        apply_events(con, [row for _, row in numbered], last_seq)
    except TileOverflow as fault:
        if len(numbered) > 1:
            half = len(numbered) // 2
            first = _apply_numbered(con, numbered[:half], log)
            return first | _apply_numbered(con, numbered[half:], log)
        refused = Refused("", None, str(fault), "repair the amount and send it under a new id")
        log.withdraw(last_seq, refused)
        con.execute("UPDATE facts SET applied_seq = ?", (last_seq,))
        return {last_seq: refused}
    return {}


def apply_events(con: sqlite3.Connection, rows: Sequence[Row], last_seq: int) -> None:
    """Apply events in one transaction.

    Raises
    ------
    TileOverflow
        If a sum leaves ±2**53; nothing is applied then.
    """
    if not rows:
        return
    known_us = max(read_facts(con).last_known_us, *(row["known_at"] for row in rows))
    con.execute("BEGIN IMMEDIATE")
    try:
        telling = fill_batch(con, rows)
        merge_tiles(con, {row["event_type"] for row in rows}, known_us)
        apply_movements(con, known_us)
        if telling:
            apply_facts(con, known_us)
        con.execute(
            "UPDATE facts SET last_known_us = ?, applied_seq = ?",
            (known_us, last_seq),
        )
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise
