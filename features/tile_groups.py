"""Tiles as a place that keeps them hands them out: level by level, grouped by player."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from features.state_schema import LEVEL_NUMBER
from features.tile_arrays import Integers, Tiles


class HeldTiles(NamedTuple):
    """Tiles of some players as of one moment.

    Attributes
    ----------
    last_known_us
        Latest ``known_at`` that was applied, µs since the epoch.
    by_level
        Level → tiles grouped in the order that the players were asked for; with no tiles of theirs
        below them, ``features.windows.window_values`` reads them as they are.
    """

    last_known_us: int
    by_level: Mapping[str, Tiles]


class TileReader(Protocol):
    """A place that tiles are read from, SQLite or Redis; equal events give equal features."""

    def held(self, player_ids: Sequence[str]) -> HeldTiles:
        """Tiles of players, each asked for once; who was never seen has none."""


def tiles_by_level(
    groups: int, owner: Integers, level: Integers, start_us: Integers, values: Integers
) -> Mapping[str, Tiles]:
    """Group tiles that come in any order.

    Parameters
    ----------
    owner
        Shape (n,): group of each tile, below ``groups``.
    level
        Shape (n,): number of each tile's level.
    start_us
        Shape (n,): begin of each tile's interval, µs since the epoch.
    values
        Shape (n, measures).
    """
    order = np.lexsort((start_us, owner, level))
    ends = np.searchsorted(level[order], np.arange(len(LEVEL_NUMBER) + 1))
    tiles = {}
    for name, number in LEVEL_NUMBER.items():
        chosen = order[ends[number] : ends[number + 1]]
        tiles[name] = Tiles(
            offsets=np.searchsorted(owner[chosen], np.arange(groups + 1)),
            start_us=start_us[chosen],
            known_day=np.zeros(len(chosen), np.int64),
            values=values[chosen],
        )
    return tiles
