"""How tiles stand in Redis: one hash for each player, one small field for each tile.

A player belongs to one shard for ever; the shard is the hash tag of all its keys, so that one
script may touch them together. A field's name is the level (a byte) and the number of the interval
since the epoch (int32, big-endian), its value what ``features.tile_codec`` packs.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np

from features.measures import MEASURES
from features.state_schema import STATE_LAYOUT
from features.tile_arrays import Integers
from features.tile_sql import LEVEL_US

_FIELD = np.dtype([("level", "u1"), ("slot", ">i4")])
_LENGTH_US = np.array(list(LEVEL_US.values()), np.int64)

_KEPT_BY = (STATE_LAYOUT, tuple(measure.name for measure in MEASURES), "bitmap+int64", ">Bi4")
REDIS_LAYOUT = hashlib.sha256(repr(_KEPT_BY).encode()).hexdigest()[:12]
"""Names what a shard holds and how; one of another layout is filled anew, never misread."""


class Shard(NamedTuple):
    """One part of the players, whose keys stand on one server.

    Attributes
    ----------
    number
        From 0.
    shards
        How many there are; another number is another layout.
    """

    number: int
    shards: int

    @property
    def tag(self) -> str:
        """The hash tag of its keys."""
        return f"{{s{self.number:02d}}}"

    @property
    def layout(self) -> str:
        """What the shard's facts have to say of its layout."""
        return f"{REDIS_LAYOUT}/{self.shards}"

    @property
    def facts(self) -> str:
        """Key of what holds for the whole shard: layout, applied_seq, last_known_us."""
        return f"{self.tag}:facts"

    def tiles(self, player_id: str) -> str:
        """Key of a player's tiles.

        Raises
        ------
        ValueError
            If the player is another shard's: nobody would find the tiles there.
        """
        if shard_of(player_id, self.shards) != self:
            raise ValueError(f"{player_id} is not a player of shard {self.tag}")
        return f"{self.tag}:tiles:{player_id}"


def shard_of(player_id: str, shards: int) -> Shard:
    """The shard that a player belongs to."""
    return Shard(crc32(player_id.encode()) % shards, shards)


def tile_fields(level: Integers, start_us: Integers) -> list[bytes]:
    """Names of the fields of n tiles, by number of the level and start in µs since the epoch."""
    fields = np.empty(len(level), _FIELD)
    fields["level"], fields["slot"] = level, start_us // _LENGTH_US[level]
    content, width = fields.tobytes(), _FIELD.itemsize
    return [content[at : at + width] for at in range(0, len(content), width)]


def read_fields(fields: Sequence[bytes]) -> tuple[Integers, Integers]:
    """Number of the level and start of each tile, by the names of their fields."""
    found = np.frombuffer(b"".join(fields), _FIELD)
    level = found["level"].astype(np.int64)
    return level, found["slot"] * _LENGTH_US[level]
