"""A handful of events as a relation in SQLite, for the SQL that DuckDB runs over the whole log.

DuckDB takes 20 ms to run the tiles' SQL over a single event, SQLite 0.07. Both run the same text:
what a measure, a movement of money or a fact is stands in one place.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from data.tables import BASE_SUFFIX, event_schema
from features.measure import EMPTY
from features.measures import MEASURES
from features.player_facts import PLAY_TYPES
from features.tile_arrays import Integers
from features.tile_sql import EVENT_COLUMNS, prepared

Row = Mapping[str, Any]
"""One event by the columns of ``event_schema()``; absent ones may be missing, moments are µs."""

_AMOUNTS = (
    "amount", "stake_real", "win_real", "payout", "buy_in", "deposit_amount", "withdrawal_amount",
)  # fmt: skip
_READ_BY_TILES = (
    "player_id", "event_type", "state", "status", "action", "exclusion_kind", "topic", "purpose",
    "method", "product", "game_type", "live", "is_activity", "utc_offset_minutes",
    "stake_bonus" + BASE_SUFFIX, "turned_real" + BASE_SUFFIX, "balance_after" + BASE_SUFFIX,
    "bets", "deposits", "withdrawals", "declined_deposits", "occurred_at", "known_at", "currency",
    *_AMOUNTS, *(name + BASE_SUFFIX for name in _AMOUNTS),
)  # fmt: skip
_READ_BY_FACTS = (
    "person_id", "brand_id", "jurisdiction", "is_test", "birth_date", "country", "language",
    "timezone", "vip_tier", "channel", "granted", "until", "limit_kind", "outcome", "strong",
)  # fmt: skip

_SCHEMA = f"""
CREATE TEMP TABLE played ({", ".join(_READ_BY_TILES)});
CREATE TEMP TABLE events ({", ".join(_READ_BY_TILES + _READ_BY_FACTS)});
"""

_VALUES = ", ".join(
    f"coalesce({measure.sql}, {EMPTY[measure.merge]}) AS {measure.name}" for measure in MEASURES
)


def _materialized(relation: str) -> str:
    """SELECT of each event's own values; SQLite would work out a shared column again and again."""
    inner = f"(SELECT {EVENT_COLUMNS} FROM {relation})"
    return f"SELECT player_id, occurred_us, {_VALUES} FROM ({prepared(inner)} LIMIT -1)"


EVENT_VALUES = _materialized("played")


def create_batch_tables(con: sqlite3.Connection) -> None:
    """Make the temporary relations ``played`` (every event) and ``events`` (those with facts)."""
    con.create_function("epoch_us", 1, _as_it_is, deterministic=True)
    con.executescript(_SCHEMA)


def _as_it_is(moment_us: int | None) -> int | None:
    return moment_us


def fill_batch(con: sqlite3.Connection, rows: Sequence[Row]) -> bool:
    """Put a batch in place of the one before; whether any of its events tells a fact."""
    con.execute("DELETE FROM played")
    con.executemany(
        f"INSERT INTO played VALUES ({_marks(_READ_BY_TILES)})",
        [tuple(map(row.get, _READ_BY_TILES)) for row in rows],
    )
    linking = _new_links(con, rows)
    telling = [
        row
        for row in rows
        if row["event_type"] not in PLAY_TYPES
        or (row["player_id"], row.get("person_id")) in linking
    ]
    if telling:
        con.execute("DELETE FROM events")
        con.executemany(
            f"INSERT INTO events VALUES ({_marks(_READ_BY_TILES + _READ_BY_FACTS)})",
            [tuple(map(row.get, _READ_BY_TILES + _READ_BY_FACTS)) for row in telling],
        )
    return bool(telling)


def _new_links(con: sqlite3.Connection, rows: Sequence[Row]) -> set[tuple[str, str]]:
    """Accounts and persons of the batch that weren't linked yet."""
    told = {(row["player_id"], row["person_id"]) for row in rows if row.get("person_id")}
    known = "SELECT 1 FROM account_links WHERE player_id = ? AND person_id = ?"
    return {link for link in told if con.execute(known, link).fetchone() is None}


def event_values(con: sqlite3.Connection) -> tuple[list[str], Integers, Integers]:
    """Player, moment and value of every measure of each event of the batch."""
    found = con.execute(EVENT_VALUES).fetchall()
    numbers = np.array([row[1:] for row in found], np.int64).reshape(len(found), 1 + len(MEASURES))
    return [row[0] for row in found], numbers[:, 0], numbers[:, 1:]


def _marks(columns: Sequence[str]) -> str:
    return ", ".join("?" * len(columns))


_UNKNOWN = {*_READ_BY_TILES, *_READ_BY_FACTS} - set(event_schema().names) - {"event_type"}
if _UNKNOWN:
    raise ValueError(f"columns that the log doesn't have: {sorted(_UNKNOWN)}")
