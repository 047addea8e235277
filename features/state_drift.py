"""How two online states differ: tiles as windows read them, and all that stands beside tiles.

A state that grew by events keeps tiles that no window reaches any more until their player's next
event, and old days by themselves; a state built anew doesn't. So both are brought to the same form,
as of the same moment, before they are compared.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np

from features.measures import MEASURES
from features.money_sql import LEDGER_DAYS
from features.state_schema import LEVEL_NUMBER, OLDEST_START_US
from features.tile_arrays import Integers
from features.tile_changes import kept_since
from features.tile_codec import empty_values, unpack
from features.tile_sql import DAY_US
from features.windows import merge_rows

_Key = tuple[str, int, int]
_PLAYERS_AT_ONCE = 2_000

_BESIDE = {
    "movements": "SELECT * FROM movements WHERE occurred_us >= :since AND",
    "player_facts": "SELECT * FROM player_facts WHERE",
    "protective_steps": "SELECT * FROM protective_steps WHERE",
    "account_links": "SELECT player_id, person_id FROM account_links WHERE",
    "protected": "SELECT * FROM protected WHERE",
}


@dataclass(frozen=True)
class Drift:
    """One thing that a state holds otherwise than its events say.

    Attributes
    ----------
    place
        The table, or the measure and the tile's level.
    held, expected
        In words; ``nothing`` where it is missing.
    """

    player_id: str
    place: str
    held: str
    expected: str


def drifts(held: sqlite3.Connection, expected: sqlite3.Connection, now_us: int) -> Iterator[Drift]:
    """Everything in which one state differs from another, as of a moment, µs since the epoch."""
    players = sorted(_players(held) | _players(expected))
    for begin in range(0, len(players), _PLAYERS_AT_ONCE):
        chosen = players[begin : begin + _PLAYERS_AT_ONCE]
        told: dict[str, str | int] = {
            "first": chosen[0],
            "last": chosen[-1],
            "since": now_us - LEDGER_DAYS * DAY_US,
        }
        yield from _drifts_of_tiles(*(_reached(con, told, now_us) for con in (held, expected)))
        for table, query in _BESIDE.items():
            ours, theirs = (
                set(con.execute(f"{query} player_id BETWEEN :first AND :last", told))
                for con in (held, expected)
            )
            for row in sorted(ours - theirs, key=str):
                yield Drift(row[0], table, _words(row), "nothing")
            for row in sorted(theirs - ours, key=str):
                yield Drift(row[0], table, "nothing", _words(row))


def _words(row: Sequence[object]) -> str:
    return " ".join(str(value) for value in row[1:]) or "listed"


def _drifts_of_tiles(ours: dict[_Key, Integers], theirs: dict[_Key, Integers]) -> Iterator[Drift]:
    nothing = empty_values(1)[0]
    for key in sorted(ours.keys() | theirs.keys()):
        here, there = ours.get(key, nothing), theirs.get(key, nothing)
        for column in np.flatnonzero(here != there).tolist():
            place = f"{MEASURES[column].name} in the {list(LEVEL_NUMBER)[key[1]]} tile {key[2]}"
            yield Drift(key[0], place, str(here[column]), str(there[column]))


def _players(con: sqlite3.Connection) -> set[str]:
    every = " UNION ".join(f"SELECT player_id FROM {table}" for table in ("tiles", *_BESIDE))
    return {player for (player,) in con.execute(every)}


def _reached(
    con: sqlite3.Connection, chosen: Mapping[str, str | int], now_us: int
) -> dict[_Key, Integers]:
    """Tiles of a range of players that windows reach, with old days merged into one."""
    rows = con.execute(
        "SELECT player_id, level, start_us, measures FROM tiles "
        "WHERE player_id BETWEEN :first AND :last",
        chosen,
    ).fetchall()
    since = {LEVEL_NUMBER[level]: start for level, start in kept_since(now_us).items()}
    day = LEVEL_NUMBER["day"]
    keyed = sorted(
        ((player, level, start if start >= since[level] else OLDEST_START_US), measures)
        for player, level, start, measures in rows
        if start >= since[level] or level == day
    )
    keys = [key for key, _ in groupby(keyed, itemgetter(0))]
    place = {key: number for number, key in enumerate(keys)}
    merged = empty_values(len(keys))
    values = unpack([measures for _, measures in keyed])
    target = np.array([place[key] for key, _ in keyed], np.int64)
    merge_rows(values, np.arange(len(keyed)), target, merged)
    return dict(zip(keys, merged, strict=True))
