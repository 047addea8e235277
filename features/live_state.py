"""Applying live events to the online state: each once, in the order of the live log.

An event is merged into its three tiles (5 minutes, hour, day), whatever order events come in;
what it moves and tells goes beside them. All of a batch and the number of its last event are one
transaction, so a process killed at any moment has applied a batch or hasn't, and goes on from
``applied_seq``. The live log is what has to be on the disk; this can be made again from it.

Cost: what a batch touches, whatever the length of its players' histories.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.event import LARGEST_INTEGER
from data.live_event import Refused
from data.live_log import WAL_PAGES, LiveLog
from features.errors import TileOverflow
from features.live_batch import Row, create_batch_tables, event_values, fill_batch
from features.live_facts import apply_facts, apply_movements
from features.measures import MEASURES
from features.sessions import SESSION_DAYS
from features.state_place import applying, identity
from features.state_schema import LEVEL_NUMBER, OLDEST_START_US, StateFacts, read_facts
from features.tile_arrays import Integers
from features.tile_codec import empty_values, pack, unpack
from features.tile_sql import DAY_US, HOUR_US, LEVEL_US
from features.tile_state import TileStateError
from features.windows import LONGEST_WINDOW_US, merge_rows

_SUMS = sum(measure.merge == "sum" for measure in MEASURES)

_Key = tuple[str, int, int]


class LiveState:
    """Applies events to the state that stands at a path; for one thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = 0
        self._con: sqlite3.Connection | None = None

    def catch_up(self, log: LiveLog) -> StateFacts:
        """Apply what the live log has and the state hasn't; the facts afterwards."""
        with applying(self.path):
            con = self._present()
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
        return self._con


def warm_up() -> None:
    """Load compiled code, which the first event would wait a second for."""
    none = np.empty(0, np.int64)
    merge_rows(empty_values(0), none, none, empty_values(0))


def open_for_events(path: Path) -> sqlite3.Connection:
    """A connection that events can be applied through."""
    con = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    con.execute("PRAGMA busy_timeout = 5000")
    con.execute("PRAGMA synchronous = NORMAL")
    con.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
    create_batch_tables(con)
    return con


def apply_rest(con: sqlite3.Connection, log: LiveLog) -> dict[int, Refused]:
    """Apply every event of the live log that follows the last one applied; what was withdrawn."""
    withdrawn: dict[int, Refused] = {}
    for batch in log.batches_after(read_facts(con).applied_seq):
        withdrawn |= _apply_numbered(con, batch, log)
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
        _merge_tiles(con, {row["event_type"] for row in rows}, known_us)
        apply_movements(con)
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


def _merge_tiles(con: sqlite3.Connection, event_types: set[str], now_us: int) -> None:
    players, occurred_us, values = event_values(con, event_types)
    keys, sources = _keys(players, occurred_us, now_us)
    distinct = sorted(set(keys))
    place = {key: number for number, key in enumerate(distinct)}
    merged = _present_tiles(con, distinct)
    target = np.array([place[key] for key in keys], np.int64)
    merge_rows(values, sources, target, merged)
    _refuse_overflow(distinct, merged)
    con.executemany(
        "INSERT OR REPLACE INTO tiles VALUES (?, ?, ?, ?)",
        [(*key, packed) for key, packed in zip(distinct, pack(merged), strict=True)],
    )
    _forget_minutes(con, {key[0] for key in distinct}, now_us)


def _keys(
    players: Sequence[str], occurred_us: Integers, now_us: int
) -> tuple[list[_Key], Integers]:
    """Tiles that each event belongs to, and the event's number beside each."""
    keys: list[_Key] = []
    sources: list[int] = []
    for level, since_us in _since(now_us).items():
        starts = occurred_us - occurred_us % LEVEL_US[level]
        number = LEVEL_NUMBER[level]
        for event, (player, start) in enumerate(zip(players, starts.tolist(), strict=True)):
            if start >= since_us:
                keys.append((player, number, start))
                sources.append(event)
            elif level == "day":
                keys.append((player, number, OLDEST_START_US))
                sources.append(event)
    return keys, np.array(sources, np.int64)


def _since(now_us: int) -> dict[str, int]:
    """Level → start of the earliest tile that a window can still reach."""
    today = now_us - now_us % DAY_US
    return {
        "5min": now_us - now_us % LEVEL_US["5min"] - HOUR_US,
        "hour": today - SESSION_DAYS * DAY_US,
        "day": today - LONGEST_WINDOW_US,
    }


def _present_tiles(con: sqlite3.Connection, keys: Sequence[_Key]) -> Integers:
    merged = empty_values(len(keys))
    found: list[tuple[int, bytes]] = []
    for number, key in enumerate(keys):
        row = con.execute(
            "SELECT measures FROM tiles WHERE player_id = ? AND level = ? AND start_us = ?", key
        ).fetchone()
        if row is not None:
            found.append((number, row[0]))
    if found:
        merged[[number for number, _ in found]] = unpack([packed for _, packed in found])
    return merged


def _refuse_overflow(keys: Sequence[_Key], merged: Integers) -> None:
    beyond = np.argwhere(np.abs(merged[:, :_SUMS]) > LARGEST_INTEGER)
    if len(beyond):
        key, measure = keys[beyond[0, 0]], MEASURES[beyond[0, 1]].name
        raise TileOverflow(
            f"{measure} of one player leaves ±2^53 in the {key[1]} tile: check amounts and units",
        )


def _forget_minutes(con: sqlite3.Connection, players: set[str], now_us: int) -> None:
    """Drop tiles of 5 minutes that no window reaches any more."""
    since = _since(now_us)["5min"]
    con.executemany(
        "DELETE FROM tiles WHERE player_id = ? AND level = ? AND start_us < ?",
        [(player, LEVEL_NUMBER["5min"], since) for player in players],
    )
