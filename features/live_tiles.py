"""Merging a batch of live events into its players' tiles in the SQLite state."""

import sqlite3
from collections.abc import Sequence

import numpy as np

from features.state_schema import LEVEL_NUMBER
from features.tile_arrays import Integers
from features.tile_changes import TileKey, count_changes, kept_since, refuse_overflow
from features.tile_codec import empty_values, pack, unpack
from features.windows import merge_rows


def warm_up() -> None:
    """Load compiled code, which the first event would wait a second for."""
    none = np.empty(0, np.int64)
    merge_rows(empty_values(0), none, none, empty_values(0))


def merge_tiles(con: sqlite3.Connection, event_types: set[str], now_us: int) -> None:
    """Merge what the batch in ``played`` counts, as of the latest moment that is known.

    Raises
    ------
    TileOverflow
        If a sum leaves ±2**53.
    """
    keys, added = count_changes(con, event_types, now_us)
    merged = _present_tiles(con, keys)
    each = np.arange(len(keys))
    merge_rows(added, each, each, merged)
    refuse_overflow(keys, merged)
    con.executemany(
        "INSERT OR REPLACE INTO tiles VALUES (?, ?, ?, ?)",
        [(*key, packed) for key, packed in zip(keys, pack(merged), strict=True)],
    )
    _forget(con, {key[0] for key in keys}, now_us)


def _present_tiles(con: sqlite3.Connection, keys: Sequence[TileKey]) -> Integers:
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


def _forget(con: sqlite3.Connection, players: set[str], now_us: int) -> None:
    """Drop tiles that no window reaches any more; of days the lifetime still reads."""
    since = kept_since(now_us)
    con.executemany(
        "DELETE FROM tiles WHERE player_id = ? AND level = ? AND start_us < ?",
        [
            (player, LEVEL_NUMBER[level], since[level])
            for player in players
            for level in ("5min", "hour")
        ],
    )
