"""Tile state: what the online store holds of each player, in one SQLite file.

One row a tile, keyed by player, level and start, with its measures packed. Everything known is
merged, whatever day it became known: the state answers for now alone. It keeps the tiles that
windows can still reach, and one day tile at the epoch that holds all that is older.
"""

import sqlite3
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from data.drafts import draft_of
from data.workspace import make_folder, turn
from features.errors import FeatureError
from features.tile_arrays import Tiles
from features.tile_codec import pack, unpack
from features.tile_sql import LAYOUT_VERSION, LEVEL_US

LEVEL_NUMBER: dict[str, int] = {level: number for number, level in enumerate(LEVEL_US)}

OLDEST_START_US = 0
"""Start of the tile that holds what is older than every window but the lifetime."""


class TileStateError(FeatureError):
    """The online tiles are missing or can't be read; the message names the remedy."""


@dataclass(frozen=True)
class StateFacts:
    """What holds for the whole state.

    Attributes
    ----------
    last_known_us
        Latest ``known_at`` that was applied, µs since the epoch.
    applied_seq
        Number of the log's last commit that was applied.
    coverage
        What the log's sources can tell.
    base_currency
        ISO 4217 code that amounts are in.
    protected
        How many players are protected.
    """

    layout_version: str
    last_known_us: int
    applied_seq: int
    coverage: tuple[str, ...]
    base_currency: str
    protected: int


_SCHEMA = """
CREATE TABLE facts (content TEXT NOT NULL);
CREATE TABLE protected (player_id TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE tiles (
    player_id TEXT NOT NULL,
    level INTEGER NOT NULL,
    start_us INTEGER NOT NULL,
    measures BLOB NOT NULL,
    PRIMARY KEY (player_id, level, start_us)
) WITHOUT ROWID;
"""


@contextmanager
def new_tile_state(path: Path) -> Iterator["TileStateWriter"]:
    """A state to fill; it replaces the file at ``path`` when the block ends without a fault.

    A second one for the same path waits for the first.
    """
    make_folder(path.parent)
    with turn(path.with_name(path.name + ".lock")), draft_of(path) as draft:
        draft.unlink(missing_ok=True)
        with closing(sqlite3.connect(draft)) as con:
            con.executescript(_SCHEMA)
            yield TileStateWriter(con)
            con.commit()


class TileStateWriter:
    """Fills a state."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con

    def add(self, player_ids: Sequence[str], level: str, tiles: Tiles) -> None:
        """Add tiles of one level, grouped by the given players."""
        owners = np.repeat(np.arange(len(player_ids)), np.diff(tiles.offsets))
        number = LEVEL_NUMBER[level]
        self._con.executemany(
            "INSERT INTO tiles VALUES (?, ?, ?, ?)",
            (
                (player_ids[owner], number, start, packed)
                for owner, start, packed in zip(
                    owners.tolist(), tiles.start_us.tolist(), pack(tiles.values), strict=True
                )
            ),
        )

    def protect(self, player_ids: Sequence[str]) -> None:
        """Add the players that are protected."""
        self._con.executemany("INSERT INTO protected VALUES (?)", ((id_,) for id_ in player_ids))

    def finish(self, facts: StateFacts) -> None:
        """State what was added."""
        self._con.execute("INSERT INTO facts VALUES (?)", (msgspec.json.encode(facts).decode(),))


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
        layout = self.facts().layout_version
        if layout != LAYOUT_VERSION:
            raise TileStateError(
                f"{path} holds tiles of layout {layout}, this version reads {LAYOUT_VERSION}: "
                "run features.load_online again"
            )

    def facts(self) -> StateFacts:
        """What holds for the whole state at this moment."""
        ((content,),) = self._con.execute("SELECT content FROM facts").fetchall()
        try:
            return msgspec.json.decode(content, type=StateFacts)
        except msgspec.ValidationError as fault:
            raise TileStateError(
                f"{self._path} was filled by another version ({fault}): "
                "run features.load_online again"
            ) from None

    def player_ids(self) -> list[str]:
        """Every player that has been seen, in order."""
        rows = self._con.execute("SELECT DISTINCT player_id FROM tiles ORDER BY player_id")
        return [player_id for (player_id,) in rows]

    def read(
        self, player_ids: Sequence[str]
    ) -> tuple[StateFacts, frozenset[str], Mapping[str, Tiles]]:
        """Facts, who of some players is protected, and their tiles, all as of one moment.

        Tiles are grouped in the order asked for.
        """
        marks = ",".join("?" * len(player_ids))
        self._con.execute("BEGIN")
        try:
            facts = self.facts()
            protected = self._con.execute(
                f"SELECT player_id FROM protected WHERE player_id IN ({marks})", player_ids
            ).fetchall()
            rows = self._con.execute(
                "SELECT player_id, level, start_us, measures FROM tiles "
                f"WHERE player_id IN ({marks}) ORDER BY level, player_id, start_us",
                player_ids,
            ).fetchall()
        finally:
            self._con.execute("COMMIT")
        return facts, frozenset(id_ for (id_,) in protected), _grouped(player_ids, rows)


def _grouped(
    player_ids: Sequence[str], rows: Sequence[tuple[str, int, int, bytes]]
) -> Mapping[str, Tiles]:
    group = {player_id: number for number, player_id in enumerate(player_ids)}
    owner = np.array([group[row[0]] for row in rows], np.int64)
    level = np.array([row[1] for row in rows], np.int64)
    start = np.array([row[2] for row in rows], np.int64)
    values = unpack([row[3] for row in rows])
    tiles = {}
    for name, number in LEVEL_NUMBER.items():
        chosen = np.flatnonzero(level == number)
        chosen = chosen[np.argsort(owner[chosen], kind="stable")]
        tiles[name] = Tiles(
            offsets=np.searchsorted(owner[chosen], np.arange(len(player_ids) + 1)),
            start_us=start[chosen],
            known_day=np.zeros(len(chosen), np.int64),
            values=values[chosen],
        )
    return tiles
