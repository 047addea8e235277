"""What the online state holds of each player, in one SQLite file.

Tiles, one row a tile, keyed by player, level and start, with its measures packed. Everything known
is merged, whatever day it became known: the state answers for now alone. It keeps the tiles that
windows can still reach, and one day tile at the epoch that holds all that is older. Beside them the
exact movements of money, facts, and who is protected and why.
"""

import hashlib
import sqlite3
from functools import lru_cache
from typing import NamedTuple

import msgspec

from features.money_sql import MOVED_COLUMNS, movements
from features.player_facts import told_facts
from features.protection import PROTECTIVE_STEPS
from features.tile_sql import LAYOUT_VERSION, LEVEL_US

LEVEL_NUMBER: dict[str, int] = {level: number for number, level in enumerate(LEVEL_US)}

OLDEST_START_US = 0
"""Start of the tile that holds what is older than every window but the lifetime."""

SCHEMA = f"""
CREATE TABLE facts (
    layout_version TEXT NOT NULL,
    last_known_us INTEGER NOT NULL,
    applied_commit INTEGER NOT NULL,
    applied_seq INTEGER NOT NULL,
    sources TEXT NOT NULL
);
CREATE TABLE tiles (
    player_id TEXT NOT NULL,
    level INTEGER NOT NULL,
    start_us INTEGER NOT NULL,
    measures BLOB NOT NULL,
    PRIMARY KEY (player_id, level, start_us)
) WITHOUT ROWID;
CREATE TABLE movements (
    player_id TEXT NOT NULL,
    occurred_us INTEGER NOT NULL,
    currency TEXT NOT NULL,
    {", ".join(f"{name} INTEGER NOT NULL" for name in MOVED_COLUMNS)},
    PRIMARY KEY (player_id, occurred_us, currency)
) WITHOUT ROWID;
CREATE TABLE player_facts (
    player_id TEXT NOT NULL,
    name TEXT NOT NULL,
    occurred_us INTEGER NOT NULL,
    known_us INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (player_id, name)
) WITHOUT ROWID;
CREATE TABLE protective_steps (
    player_id TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    is_exclusion INTEGER NOT NULL,
    of_register INTEGER NOT NULL,
    cause TEXT NOT NULL,
    protects INTEGER NOT NULL
);
CREATE INDEX steps_of_player ON protective_steps (player_id);
CREATE TABLE account_links (
    player_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    known_at INTEGER NOT NULL,
    PRIMARY KEY (player_id, person_id)
) WITHOUT ROWID;
CREATE INDEX accounts_of_person ON account_links (person_id);
CREATE TABLE protected (player_id TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
"""

_FILLED_BY = (LAYOUT_VERSION, SCHEMA, told_facts("e"), PROTECTIVE_STEPS, movements("e"))
STATE_LAYOUT = hashlib.sha256(repr(_FILLED_BY).encode()).hexdigest()[:12]
"""Names what a state holds and how; one of another layout is filled anew, never misread."""


class Sources(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the log's sources told, at the last load.

    Attributes
    ----------
    coverage
        What they can tell.
    activity
        What counts as activity, by tokens of ``data.activity``.
    base_currency
        ISO 4217 code that amounts are in.
    """

    coverage: frozenset[str]
    activity: frozenset[str]
    base_currency: str


class StateFacts(NamedTuple):
    """What holds for the whole state.

    Attributes
    ----------
    last_known_us
        Latest ``known_at`` that was applied, µs since the epoch.
    applied_commit
        Number of the Parquet log's last commit that was applied.
    applied_seq
        Number of the live log's last event that was applied.
    """

    layout_version: str
    last_known_us: int
    applied_commit: int
    applied_seq: int
    sources: Sources


def write_facts(con: sqlite3.Connection, facts: StateFacts) -> None:
    """State the facts of a new state."""
    sources = msgspec.json.encode(facts.sources, order="deterministic").decode()
    con.execute("DELETE FROM facts")
    con.execute("INSERT INTO facts VALUES (?, ?, ?, ?, ?)", (*facts[:-1], sources))


def read_facts(con: sqlite3.Connection) -> StateFacts:
    """The facts at this moment.

    Raises
    ------
    msgspec.ValidationError, ValueError
        If they are another version's.
    """
    ((layout, known_us, commit, seq, sources),) = con.execute("SELECT * FROM facts").fetchall()
    return StateFacts(layout, known_us, commit, seq, _sources_of(sources))


@lru_cache(maxsize=4)
def _sources_of(content: str) -> Sources:
    return msgspec.json.decode(content, type=Sources)
