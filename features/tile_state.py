"""Reading the online state: one connection, one consistent record a call."""

import sqlite3
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np

from features.errors import FeatureError
from features.player_record import PlayerRecord, read_record
from features.state_schema import STATE_LAYOUT, StateFacts, read_facts
from features.tile_arrays import Tiles
from features.tile_codec import unpack
from features.tile_groups import HeldTiles, tiles_by_level


class TileStateError(FeatureError):
    """The online tiles are missing or can't be read; the message names the remedy."""


def require_layout(con: sqlite3.Connection, path: Path) -> None:
    """Refuse a state of another layout.

    Raises
    ------
    TileStateError
        If another version filled it.
    """
    layout = _facts_of(con, path).layout_version
    if layout != STATE_LAYOUT:
        raise TileStateError(
            f"{path} is a state of layout {layout}, this version reads {STATE_LAYOUT}: "
            "run features.load_online again"
        )


def _facts_of(con: sqlite3.Connection, path: Path) -> StateFacts:
    try:
        return read_facts(con)
    except (msgspec.ValidationError, ValueError, TypeError, sqlite3.OperationalError) as fault:
        raise TileStateError(
            f"{path} was filled by another version ({fault}): run features.load_online again"
        ) from None


class TileState:
    """Reads a state. One connection, one consistent record a call; usable from any one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.is_file():
            raise TileStateError(f"{path} does not exist: fill it with features.load_online")
        uri = f"{path.resolve().as_uri()}?mode=ro"
        self._con = sqlite3.connect(
            uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=1024
        )
        self.close = weakref.finalize(self, self._con.close)
        """Close the connection; it is closed too when nobody holds the state any more."""
        require_layout(self._con, path)

    def facts(self) -> StateFacts:
        """What holds for the whole state at this moment."""
        return _facts_of(self._con, self._path)

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Hold the state as it is now for all that is read inside."""
        if self._con.in_transaction:
            yield
            return
        self._con.execute("BEGIN")
        try:
            yield
        finally:
            self._con.execute("COMMIT")

    def record(self, player_id: str) -> PlayerRecord:
        """What is told of a player and of the person's other accounts, beside behaviour."""
        return read_record(self._con, player_id)

    def player_ids(self) -> list[str]:
        """Every player that has been seen, in order."""
        rows = self._con.execute("SELECT DISTINCT player_id FROM tiles ORDER BY player_id")
        return [player_id for (player_id,) in rows]

    def held(self, player_ids: Sequence[str]) -> HeldTiles:
        """Tiles of players, each asked for once; who was never seen has none."""
        facts, _, tiles = self.read(player_ids)
        return HeldTiles(facts.last_known_us, tiles)

    def read(
        self, player_ids: Sequence[str]
    ) -> tuple[StateFacts, frozenset[str], Mapping[str, Tiles]]:
        """Facts, who of some players is protected, and their tiles, all as of one moment.

        Tiles are grouped in the order asked for.
        """
        marks = ",".join("?" * len(player_ids))
        with self.moment():
            facts = self.facts()
            protected = self._con.execute(
                f"SELECT player_id FROM protected WHERE player_id IN ({marks})", player_ids
            ).fetchall()
            rows = self._con.execute(
                "SELECT player_id, level, start_us, measures FROM tiles "
                f"WHERE player_id IN ({marks}) ORDER BY level, player_id, start_us",
                player_ids,
            ).fetchall()
        return facts, frozenset(id_ for (id_,) in protected), _grouped(player_ids, rows)


def _grouped(
    player_ids: Sequence[str], rows: Sequence[tuple[str, int, int, bytes]]
) -> Mapping[str, Tiles]:
    group = {player_id: number for number, player_id in enumerate(player_ids)}
    owner = np.array([group[row[0]] for row in rows], np.int64)
    level = np.array([row[1] for row in rows], np.int64)
    start = np.array([row[2] for row in rows], np.int64)
    values = unpack([row[3] for row in rows])
    return tiles_by_level(len(player_ids), owner, level, start, values)
