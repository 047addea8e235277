"""Filling a new state from the Parquet log: all players at once, by DuckDB."""

import sqlite3
from collections.abc import Iterator, Sequence

import duckdb
import numpy as np

from features.money_sql import LEDGER_DAYS, movements
from features.player_facts import TELLS_FACTS, latest_facts
from features.protection import ACCOUNT_LINKS, PROTECTIVE_STEPS, protected_players
from features.state_schema import LEVEL_NUMBER
from features.tile_arrays import Tiles
from features.tile_codec import pack
from features.tile_sql import DAY_US

_AT_ONCE = 50_000


def add_tiles(con: sqlite3.Connection, player_ids: Sequence[str], level: str, tiles: Tiles) -> None:
    """Add tiles of one level, grouped by the given players."""
    owners = np.repeat(np.arange(len(player_ids)), np.diff(tiles.offsets))
    number = LEVEL_NUMBER[level]
    con.executemany(
        "INSERT INTO tiles VALUES (?, ?, ?, ?)",
        (
            (player_ids[owner], number, start, packed)
            for owner, start, packed in zip(
                owners.tolist(), tiles.start_us.tolist(), pack(tiles.values), strict=True
            )
        ),
    )


def add_beside_tiles(
    con: sqlite3.Connection, duck: duckdb.DuckDBPyConnection, last_known_us: int
) -> None:
    """Add movements, facts and protection from DuckDB's relation ``events``."""
    for table, query in _queries(last_known_us):
        copied = duck.execute(query)
        width = len(copied.description or ())
        insert = f"INSERT INTO {table} VALUES ({', '.join('?' * width)})"
        while rows := copied.fetchmany(_AT_ONCE):
            con.executemany(insert, rows)
    con.execute(
        f"{protected_players()} INSERT INTO protected SELECT player_id FROM protected",
        {"cutoff": last_known_us + 1},
    )


def _queries(last_known_us: int) -> Iterator[tuple[str, str]]:
    kept_since = last_known_us - LEDGER_DAYS * DAY_US
    recent = f"(SELECT * FROM events WHERE epoch_us(occurred_at) >= {kept_since})"
    yield "movements", f"{movements(recent)} ORDER BY player_id, occurred_us, currency"
    telling = f"(SELECT * FROM events WHERE {TELLS_FACTS})"
    yield "player_facts", f"{latest_facts(telling)} ORDER BY player_id, name"
    yield (
        "protective_steps",
        "SELECT player_id, epoch_us(occurred_at), epoch_us(known_at), is_exclusion, "
        f"of_register, cause, protects FROM ({PROTECTIVE_STEPS}) ORDER BY ALL",
    )
    yield (
        "account_links",
        f"SELECT player_id, person_id, epoch_us(known_at) FROM ({ACCOUNT_LINKS}) ORDER BY ALL",
    )
