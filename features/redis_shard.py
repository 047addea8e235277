"""Writing tiles to one shard in Redis: each batch once, in order, whole or not at all.

One Lua script merges a batch and moves the shard's ``applied_seq``. It does so only if the batch
follows what is there, so a batch that is sent again after a lost answer, a crash or by a second
owner counts once. Redis runs the script alone and logs its writes together.

Cost: the tiles that a batch touches. A player's first tile of an hour looks over all the player's
tiles, to drop those that no window reaches.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby, islice
from pathlib import Path

import msgspec
import numpy as np
from redis import Redis

from features.redis_keys import Shard, shard_of, tile_fields
from features.state_schema import LEVEL_NUMBER
from features.tile_arrays import Integers, Tiles
from features.tile_changes import TileChanges, kept_since, overflow, refuse_overflow
from features.tile_codec import BITMAP_BYTES, pack
from features.tile_groups import HeldTiles
from features.tile_sql import LEVEL_US
from features.tile_state import TileStateError
from features.windows import MERGE_ENDS

_SCRIPT = Path(__file__).with_name("merge_tiles.lua").read_text()

_LEVELS = {"hour": LEVEL_NUMBER["hour"], "day": LEVEL_NUMBER["day"]}


class RedisShard:
    """Writes the tiles of one shard.

    Parameters
    ----------
    client
        Of a Redis that keeps what it answered (``appendonly yes``, ``appendfsync always``) and
        evicts nothing.
    """

    def __init__(self, client: Redis, shard: Shard) -> None:
        self.shard = shard
        self._client = client
        self._merge = client.register_script(_SCRIPT)

    def begin(self, applied_seq: int, last_known_us: int) -> None:
        """Open the shard after it was filled, as of an event's number and moment.

        Raises
        ------
        TileStateError
            If it is open already.
        """
        if self._fact("layout") == self.shard.layout:
            raise TileStateError(f"shard {self.shard.tag} takes events already: leave it as it is")
        told = {"applied_seq": applied_seq, "last_known_us": last_known_us}
        self._client.hset(self.shard.facts, mapping={"layout": self.shard.layout, **told})

    def fill(self, players: Mapping[str, int], tiles: Mapping[str, Tiles]) -> None:
        """Put players' tiles in place of those that may stand there.

        Parameters
        ----------
        players
            Player → group of the player's tiles.
        tiles
            Level → tiles, grouped.
        """
        hashes: dict[str, dict[bytes, bytes]] = {player_id: {} for player_id in players}
        groups = np.array(list(players.values()), np.int64)
        for level, of_level in tiles.items():
            own = _of_groups(of_level, groups)
            numbers = np.full(len(own.start_us), LEVEL_NUMBER[level])
            packed = zip(tile_fields(numbers, own.start_us), pack(own.values), strict=True)
            for held, count in zip(hashes.values(), np.diff(own.offsets).tolist(), strict=True):
                held.update(islice(packed, count))
        pipe = self._client.pipeline(transaction=False)
        for player_id, held in hashes.items():
            pipe.delete(self.shard.tiles(player_id))
            if held:
                pipe.hset(self.shard.tiles(player_id), mapping=held)
        pipe.execute()

    def applied_seq(self) -> int:
        """Number of the last event that was applied: go on with the next.

        Raises
        ------
        TileStateError
            If the shard is of another layout or was never filled.
        """
        if self._fact("layout") != self.shard.layout:
            raise self._unreadable(self._fact("layout"))
        return int(self._fact("applied_seq"))

    def apply(self, changes: TileChanges, *, after_seq: int, last_seq: int, known_us: int) -> int:
        """Merge what a batch adds, unless the shard isn't where the batch begins.

        Parameters
        ----------
        after_seq
            Number of the event before the batch.
        last_seq
            Number of the batch's last event.
        known_us
            The latest moment that is known, µs since the epoch.

        Returns
        -------
        int
            The shard's ``applied_seq`` now. ``last_seq`` says that the batch is in, by this call or
            before. Any other number says that nothing was done: go on with the event after it.

        Raises
        ------
        TileOverflow
            If a sum leaves ±2**53; nothing is applied then.
        TileStateError
            If the shard is of another layout or was never filled.
        """
        refuse_overflow(*changes)  # the script can't tell numbers apart that are out of bounds
        keys, counts = [self.shard.facts], []
        for player_id, own in groupby(changes.keys, key=lambda key: key[0]):
            keys.append(self.shard.tiles(player_id))
            counts.append(sum(1 for _ in own))
        outcome, *told = self._merge(
            keys, [self._terms(counts, after_seq, last_seq, known_us), *_arguments(changes)]
        )
        if outcome == b"overflow":
            raise overflow(*told)
        if outcome == b"layout":
            raise self._unreadable(told[0].decode())
        return int(told[0])

    def _terms(self, counts: list[int], after_seq: int, last_seq: int, known_us: int) -> bytes:
        """What the script has to know of the batch and of tiles; it declares nothing itself."""
        since = kept_since(known_us)
        terms = {
            "layout": self.shard.layout,
            "after_seq": after_seq,
            "last_seq": last_seq,
            "known_us": known_us,
            "kept_since": [since[level] // length_us for level, length_us in LEVEL_US.items()],
            "ends": MERGE_ENDS,
            "bitmap_bytes": BITMAP_BYTES,
            "tiles": counts,
        }
        return msgspec.msgpack.encode(terms | _LEVELS)

    def _fact(self, name: str) -> str:
        with self._client.pipeline(transaction=False) as pipe:
            pipe.hget(self.shard.facts, name)
            (found,) = pipe.execute()
        return found.decode() if found else "none"

    def _unreadable(self, layout: str) -> TileStateError:
        return TileStateError(
            f"shard {self.shard.tag} is of layout {layout}, this version writes "
            f"{self.shard.layout}: fill it again"
        )


def fill_shards(
    client: Redis, shards: int, player_ids: Sequence[str], held: HeldTiles, applied_seq: int = 0
) -> list[RedisShard]:
    """Fill and open every shard with players' tiles, as a place that keeps them hands them out."""
    filled = [RedisShard(client, Shard(number, shards)) for number in range(shards)]
    groups: list[dict[str, int]] = [{} for _ in filled]
    for group, player_id in enumerate(player_ids):
        groups[shard_of(player_id, shards).number][player_id] = group
    for one, players in zip(filled, groups, strict=True):
        one.fill(players, held.by_level)
        one.begin(applied_seq, held.last_known_us)
    return filled


def _of_groups(tiles: Tiles, groups: Integers) -> Tiles:
    """Some groups of tiles, in the order given."""
    counts = np.diff(tiles.offsets)[groups]
    offsets = np.concatenate([[0], np.cumsum(counts)])
    rows = np.arange(offsets[-1]) + np.repeat(tiles.offsets[groups] - offsets[:-1], counts)
    return Tiles(offsets, tiles.start_us[rows], tiles.known_day[rows], tiles.values[rows])


def _arguments(changes: TileChanges) -> list[bytes]:
    level = np.array([number for _, number, _ in changes.keys], np.int64)
    start_us = np.array([start for _, _, start in changes.keys], np.int64)
    tiles = zip(tile_fields(level, start_us), pack(changes.values), strict=True)
    return [part for tile in tiles for part in tile]
