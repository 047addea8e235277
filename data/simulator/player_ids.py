"""Player numbers, by which the world counts, and player ids, by which events name the same."""

import re

import pyarrow as pa

from data.errors import DataError
from data.simulator.arrays import Ints

_ID = re.compile(r"player-(\d{6,})")


class UnknownName(DataError):
    """A policy names a player, an action or a channel that the world doesn't have."""


def player_ids(player: Ints) -> pa.Array:
    """Ids of players by number: ``player-000012`` is number 12."""
    return pa.array([f"player-{number:06d}" for number in player.tolist()], pa.string())


def player_number(player_id: str) -> int:
    """Number of the player with an id.

    Raises
    ------
    UnknownName
        If it isn't an id of this world's players.
    """
    found = _ID.fullmatch(player_id)
    if not found:
        raise UnknownName(f"player ids look like player-000012; {player_id!r} is none")
    return int(found[1])
