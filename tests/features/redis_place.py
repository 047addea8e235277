"""Redis with one shard and nobody in it, and a look at what it keeps."""

from collections.abc import Sequence

import numpy as np
from redis import Redis

from features.measures import MEASURE_INDEX
from features.redis_shard import RedisShard, fill_shards
from features.state_schema import LEVEL_NUMBER
from features.tile_arrays import no_tiles
from features.tile_changes import TileChanges, TileKey
from features.tile_codec import empty_values
from features.tile_groups import HeldTiles, TileReader
from features.tile_sql import DAY_US, LEVEL_US

NOW_US = 1_767_225_600_000_000 + DAY_US // 2 + 1
NOBODY = HeldTiles(NOW_US, {level: no_tiles(0) for level in LEVEL_US})


def key(player_id: str, level: str, at_us: int = NOW_US) -> TileKey:
    return player_id, LEVEL_NUMBER[level], at_us - at_us % LEVEL_US[level]


def opened(client: Redis) -> RedisShard:
    """The only shard, with nobody in it."""
    client.flushall()
    (shard,) = fill_shards(client, 1, [], NOBODY)
    return shard


def one(player_id: str, measure: str, value: int, level: str = "day") -> TileChanges:
    """A single tile with a single measure."""
    values = empty_values(1)
    values[0, MEASURE_INDEX[measure]] = value
    return TileChanges([key(player_id, level)], values)


def kept(reader: TileReader, player_ids: Sequence[str]) -> dict[TileKey, list[int]]:
    """Every tile of some players."""
    found = {}
    for level, of_level in reader.held(player_ids).by_level.items():
        owners = np.repeat(np.arange(len(player_ids)), np.diff(of_level.offsets))
        told = (owners.tolist(), of_level.start_us.tolist(), of_level.values.tolist())
        for owner, start, values in zip(*told, strict=True):
            found[player_ids[owner], LEVEL_NUMBER[level], start] = values
    return found
