"""A handful of events as a relation in SQLite, for the SQL that DuckDB runs over the whole log.

DuckDB takes 20 ms to run the tiles' SQL over a single event, SQLite 0.07. Both run the same text:
what a measure, a movement of money or a fact is stands in one place.
"""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from data.contract import fields_of
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
    "method", "product", "game_type", "live", "affiliate_ref", "is_activity", "utc_offset_minutes",
    "stake_bonus" + BASE_SUFFIX, "turned_real" + BASE_SUFFIX, "balance_after" + BASE_SUFFIX,
    "bets", "deposits", "withdrawals", "declined_deposits", "occurred_at", "known_at", "currency",
    *_AMOUNTS, *(name + BASE_SUFFIX for name in _AMOUNTS),
)  # fmt: skip
_READ_BY_FACTS = (
    "person_id", "brand_id", "jurisdiction", "is_test", "birth_date", "country", "language",
    "timezone", "vip_tier", "channel", "granted", "until", "limit_kind", "outcome", "strong",
    "register", "effective_from",
)  # fmt: skip

_SCHEMA = f"""
CREATE TEMP TABLE played ({", ".join(_READ_BY_TILES)});
CREATE TEMP TABLE events ({", ".join(_READ_BY_TILES + _READ_BY_FACTS)});
"""


def over_batch(sql: str) -> str:
    """SQL over the log's Parquet as it reads a batch, where moments are µs already."""
    return sql.replace("epoch_us(", "(")


@dataclass(frozen=True)
class _Reading:
    """How events of one type are put into ``played`` and read from it.

    Attributes
    ----------
    columns
        Those that the type can fill: few of all.
    values
        SELECT of each event's player, moment and the measures it can tell.
    measures
        Places of these measures in a tile.
    """

    columns: tuple[str, ...]
    insert: str
    values: str
    measures: Integers


@cache
def _reading(event_type: str) -> _Reading:
    fields = fields_of(event_type)
    filled = {*fields, "event_type", "is_activity"}
    filled |= {name + BASE_SUFFIX for name, field in fields.items() if field.money}
    columns = tuple(name for name in _READ_BY_TILES if name in filled)
    told = [number for number, measure in enumerate(MEASURES) if measure.can_tell(event_type)]
    return _Reading(
        columns,
        f"INSERT INTO played ({', '.join(columns)}) VALUES ({_marks(columns)})",
        _values(event_type, told),
        np.array(told, np.int64),
    )


def _values(event_type: str, told: Sequence[int]) -> str:
    """SELECT over events of one type; SQLite would work out a shared column again and again."""
    inner = f"(SELECT {EVENT_COLUMNS} FROM played WHERE event_type = '{event_type}')"
    values = ", ".join(
        f"coalesce({MEASURES[number].sql}, {EMPTY[MEASURES[number].merge]})" for number in told
    )
    counted = f"SELECT player_id, occurred_us, {values} FROM ({prepared(inner)} LIMIT -1)"
    return over_batch(counted)


_EMPTY_VALUES = np.array([EMPTY[measure.merge] for measure in MEASURES], np.int64)


def create_batch_tables(con: sqlite3.Connection) -> None:
    """Make the temporary relations ``played`` (every event) and ``events`` (those with facts)."""
    con.executescript(_SCHEMA)


def fill_batch(con: sqlite3.Connection, rows: Sequence[Row]) -> bool:
    """Put a batch in place of the one before; whether any of its events tells a fact."""
    con.execute("DELETE FROM played")
    for event_type, alike in _by_type(rows).items():
        reading = _reading(event_type)
        told = [tuple(map(row.get, reading.columns)) for row in alike]
        con.executemany(reading.insert, told)
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


def _by_type(rows: Sequence[Row]) -> dict[str, list[Row]]:
    by_type: dict[str, list[Row]] = {}
    for row in rows:
        by_type.setdefault(row["event_type"], []).append(row)
    return by_type


def event_values(
    con: sqlite3.Connection, event_types: Collection[str]
) -> tuple[list[str], Integers, Integers]:
    """Player, moment and value of every measure of each event of the batch, type by type."""
    players: list[str] = []
    moments, values = [], []
    for event_type in event_types:
        reading = _reading(event_type)
        found = con.execute(reading.values).fetchall()
        numbers = np.array([row[1:] for row in found], np.int64).reshape(len(found), -1)
        players += [row[0] for row in found]
        moments.append(numbers[:, 0])
        values.append(np.tile(_EMPTY_VALUES, (len(found), 1)))
        values[-1][:, reading.measures] = numbers[:, 1:]
    return players, np.concatenate(moments), np.concatenate(values)


def _marks(columns: Sequence[str]) -> str:
    return ", ".join("?" * len(columns))


_UNKNOWN = {*_READ_BY_TILES, *_READ_BY_FACTS} - set(event_schema().names) - {"event_type"}
if _UNKNOWN:
    raise ValueError(f"columns that the log doesn't have: {sorted(_UNKNOWN)}")
