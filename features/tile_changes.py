"""What a batch of events adds to tiles: the same for every place that tiles are kept in."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from data.event import LARGEST_INTEGER
from features.errors import TileOverflow
from features.live_batch import event_values
from features.measures import MEASURES
from features.sessions import SESSION_DAYS
from features.state_schema import LEVEL_NUMBER, OLDEST_START_US
from features.tile_arrays import Integers
from features.tile_codec import empty_values
from features.tile_sql import DAY_US, HOUR_US, LEVEL_US
from features.windows import LONGEST_WINDOW_US, MERGE_ENDS, merge_rows

TileKey = tuple[str, int, int]
"""Player, number of the level, start in µs since the epoch."""


class TileChanges(NamedTuple):
    """Tiles to merge into those that are kept; each stands here once.

    Attributes
    ----------
    keys
        Their n keys, ascending.
    values
        Shape (n, measures), in the order of ``MEASURES``.
    """

    keys: list[TileKey]
    values: Integers


def count_changes(con: sqlite3.Connection, event_types: set[str], now_us: int) -> TileChanges:
    """Count the batch in ``played`` into tiles of 5 minutes, of an hour and of a day.

    Parameters
    ----------
    now_us
        The latest moment that is known; tiles that no window at it reaches are left out.
    """
    players, occurred_us, values = event_values(con, event_types)
    keys, sources = _keys(players, occurred_us, now_us)
    distinct = sorted(set(keys))
    place = {key: number for number, key in enumerate(distinct)}
    target = np.array([place[key] for key in keys], np.int64)
    counted = empty_values(len(distinct))
    merge_rows(values, sources, target, counted)
    return TileChanges(distinct, counted)


def kept_since(now_us: int) -> dict[str, int]:
    """Level → start of the earliest tile that a window can still reach, µs since the epoch."""
    today = now_us - now_us % DAY_US
    return {
        "5min": now_us - now_us % LEVEL_US["5min"] - HOUR_US,
        "hour": today - SESSION_DAYS * DAY_US,
        "day": today - LONGEST_WINDOW_US,
    }


def refuse_overflow(keys: Sequence[TileKey], values: Integers) -> None:
    """Refuse sums beyond ±2**53.

    Raises
    ------
    TileOverflow
        For the first of them.
    """
    sums = values[:, : MERGE_ENDS[0]]
    beyond = np.argwhere((sums > LARGEST_INTEGER) | (sums < -LARGEST_INTEGER))
    if len(beyond):
        row, measure = beyond[0]
        raise overflow(measure, keys[row][1])


def overflow(measure: int, level: int) -> TileOverflow:
    """The fault of a sum that left its bounds, by the numbers of its measure and level."""
    return TileOverflow(
        f"{MEASURES[measure].name} of one player leaves ±2^53 in the {list(LEVEL_NUMBER)[level]} "
        "tile: check amounts and units"
    )


def _keys(
    players: Sequence[str], occurred_us: Integers, now_us: int
) -> tuple[list[TileKey], Integers]:
    """Tiles that each event belongs to, and the event's number beside each."""
    keys: list[TileKey] = []
    sources: list[int] = []
    for level, since_us in kept_since(now_us).items():
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
