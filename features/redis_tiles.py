"""Reading tiles from Redis: the arrays that the kernel takes, as the SQLite state gives them."""

from collections.abc import Mapping, Sequence

import numpy as np
from redis import Redis

from features.redis_keys import Shard, read_fields, shard_of
from features.tile_codec import unpack
from features.tile_groups import HeldTiles, tiles_by_level
from features.tile_state import TileStateError


class RedisTiles:
    """Reads players' tiles; of each shard all that is asked for as of one moment.

    Parameters
    ----------
    shards
        How many shards the players are spread over.
    """

    def __init__(self, client: Redis, shards: int) -> None:
        self._client, self._shards = client, shards

    def held(self, player_ids: Sequence[str]) -> HeldTiles:
        """Tiles of players, each asked for once; who was never seen has none.

        Raises
        ------
        TileStateError
            If a shard is of another layout or was never filled.
        """
        members: dict[Shard, list[int]] = {}
        for group, player_id in enumerate(player_ids):
            members.setdefault(shard_of(player_id, self._shards), []).append(group)
        last_known_us, owner = 0, []
        fields: list[bytes] = []
        packed: list[bytes] = []
        for shard, groups in members.items():
            known_us, hashes = self._read(shard, [player_ids[group] for group in groups])
            last_known_us = max(last_known_us, known_us)
            for group, tiles in zip(groups, hashes, strict=True):
                owner += [group] * len(tiles)
                fields += tiles.keys()
                packed += tiles.values()
        level, start_us = read_fields(fields)
        by_level = tiles_by_level(
            len(player_ids), np.array(owner, np.int64), level, start_us, unpack(packed)
        )
        return HeldTiles(last_known_us, by_level)

    def _read(
        self, shard: Shard, player_ids: Sequence[str]
    ) -> tuple[int, Sequence[Mapping[bytes, bytes]]]:
        """The shard's latest known moment, and each player's fields."""
        with self._client.pipeline(transaction=True) as pipe:
            pipe.hmget(shard.facts, ["layout", "last_known_us"])
            for player_id in player_ids:
                pipe.hgetall(shard.tiles(player_id))
            (layout, known_us), *hashes = pipe.execute()
        if layout is None or known_us is None or layout.decode() != shard.layout:
            raise TileStateError(
                f"shard {shard.tag} is of layout {layout and layout.decode()}, this version reads "
                f"{shard.layout}: fill it again"
            )
        return int(known_us), hashes
