"""Where the online state stands: a name that points at its present file.

A state that is built anew is a file of its own, and becomes the present one by one rename of the
pointer. So a reader or writer of the old one never meets a file half of this and half of that; both
look at each turn where the pointer points.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from data.workspace import make_folder, turn
from features.state_schema import SCHEMA


def identity(path: Path) -> int:
    """Names the file that a path points at now; 0 if there is none."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def building(path: Path) -> AbstractContextManager[None]:
    """Turn in which a state is built; what it still has to read may not be dropped meanwhile."""
    return turn(path.with_name(path.name + ".lock"))


@contextmanager
def new_state(path: Path) -> Iterator[tuple[sqlite3.Connection, Path]]:
    """A connection to an empty state, and its file, for ``publish_state``.

    A second one for the same path waits for the first. What isn't published is removed.
    """
    make_folder(path.parent)
    with building(path):
        draft = path.with_name(f"{path.stem}-{time.time_ns()}{path.suffix}")
        _remove_others(path)
        try:
            with closing(sqlite3.connect(draft, isolation_level=None)) as con:
                con.execute("PRAGMA synchronous = OFF")
                con.executescript(SCHEMA)
                yield con, draft
        finally:
            _remove_others(path)


def publish_state(path: Path, con: sqlite3.Connection, draft: Path) -> None:
    """Make a draft the present state. Its content is on the disk before its name is."""
    con.execute("PRAGMA journal_mode = WAL")
    con.execute("PRAGMA main.wal_checkpoint(TRUNCATE)")
    for place in (draft, draft.parent):
        descriptor = os.open(place, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    pointer = path.with_name(path.name + ".draft")
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(draft.name)
    pointer.replace(path)


def brought_to_disk(path: Path) -> bool:
    """Wait until all that was applied is on the disk; False if readers were in the way."""
    with closing(sqlite3.connect(path.resolve(), isolation_level=None)) as con:
        con.execute("PRAGMA busy_timeout = 5000")
        ((busy, _, _),) = con.execute("PRAGMA wal_checkpoint(FULL)")
        return not busy


def applying(path: Path) -> AbstractContextManager[None]:
    """Turn in which events are applied, or the present state changes; never both at once."""
    return turn(path.with_name(path.name + ".applying"))


def _remove_others(path: Path) -> None:
    """Remove states that the pointer doesn't point at; who still reads one keeps it open."""
    present = path.resolve()
    for file in path.parent.glob(f"{path.stem}-*{path.suffix}*"):
        if not file.name.startswith(present.name):
            file.unlink(missing_ok=True)
