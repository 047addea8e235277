"""Merging a batch of live events into its players' tiles: of 5 minutes, of an hour and of a day."""

import sqlite3
from collections.abc import Sequence

import numpy as np

from data.event import LARGEST_INTEGER
from features.errors import TileOverflow
from features.live_batch import event_values
from features.measures import MEASURES
from features.sessions import SESSION_DAYS
from features.state_schema import LEVEL_NUMBER, OLDEST_START_US
from features.tile_arrays import Integers
from features.tile_codec import empty_values, pack, unpack
from features.tile_sql import DAY_US, HOUR_US, LEVEL_US
from features.windows import LONGEST_WINDOW_US, merge_rows

_SUMS = sum(measure.merge == "sum" for measure in MEASURES)

_Key = tuple[str, int, int]


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
    _forget(con, {key[0] for key in distinct}, now_us)


def _keys(
    players: Sequence[str], occurred_us: Integers, now_us: int
) -> tuple[list[_Key], Integers]:
    """Tiles that each event belongs to, and the event's number beside each."""
    keys: list[_Key] = []
    sources: list[int] = []
    for level, since_us in reached_since(now_us).items():
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


def reached_since(now_us: int) -> dict[str, int]:
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
        (_, number, _), measure = keys[beyond[0, 0]], MEASURES[beyond[0, 1]].name
        level = list(LEVEL_NUMBER)[number]
        raise TileOverflow(
            f"{measure} of one player leaves ±2^53 in the {level} tile: check amounts and units"
        )


def _forget(con: sqlite3.Connection, players: set[str], now_us: int) -> None:
    """Drop tiles that no window reaches any more; of days the lifetime still reads."""
    since = reached_since(now_us)
    con.executemany(
        "DELETE FROM tiles WHERE player_id = ? AND level = ? AND start_us < ?",
        [
            (player, LEVEL_NUMBER[level], since[level])
            for player in players
            for level in ("5min", "hour")
        ],
    )
