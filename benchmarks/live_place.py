"""An operator with many players of known histories, and events that come after them."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.activity import Activity
from data.event_log import EventLog, LogSettings, Source
from data.live_items import Item, read_items
from data.live_row import Arrival
from data.tables import event_schema
from features.load_online import load_online
from features.places import online_tiles_path
from features.tile_sql import DAY_US
from features.tiles import tile_commits

HEAVY_EVERY, HEAVY_DAYS, MEDIAN_DAYS = 5, 90, 12
START_US = 1_767_225_600_000_000
TOKENS = ["casino.round:settled"]

_COVERAGE = frozenset({"casino.round", "casino.round:settled", "casino.round.win_real"})


def make_place(place: Path, players: int) -> None:
    """An operator whose players played on 12 days, every fifth on each of 90."""
    rows = [
        _history(f"player-{number}", day)
        for number in range(players)
        for day in range(HEAVY_DAYS if number % HEAVY_EVERY == 0 else MEDIAN_DAYS)
    ]
    staged = place / "staged.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=event_schema()), staged)
    log = EventLog.create(place / "operator", LogSettings("EUR", "UTC"))
    log.append([staged], Source("bench", _COVERAGE, ", ".join(TOKENS)))
    staged.unlink()
    for _ in tile_commits(log):
        pass
    load_online(log, online_tiles_path(place))


def _history(player: str, day: int) -> dict[str, Any]:
    at = np.datetime64(START_US - day * DAY_US, "us").astype(object)
    return {
        "event_type": "casino.round", "event_id": f"{player}-{day}", "player_id": player,
        "brand_id": "brand", "jurisdiction": "MT", "source": "bench", "schema_version": 1,
        "occurred_at": at, "known_at": at, "ingested_at": at, "known_at_assumed": False,
        "is_test": False, "is_activity": True, "currency": "EUR", "state": "settled",
        "game_type": "slot", "stake_real": 100, "stake_real_base": 100, "win_real": 90,
        "win_real_base": 90,
    }  # fmt: skip


def new_event(number: int, player: str) -> dict[str, Any]:
    """A round a moment after the last known one."""
    at = np.datetime64(START_US + 60_000_000 + number * 1_000, "us").astype(object)
    return {
        "event_type": "casino.round", "event_id": f"n{number}-{time.time_ns()}",
        "player_id": player, "brand_id": "brand", "jurisdiction": "MT", "source": "bench live",
        "occurred_at": at.isoformat() + "Z", "currency": "EUR", "state": "settled",
        "game_type": "slot", "stake_real": 100, "win_real": 20, "balance_after": 4_000,
    }  # fmt: skip


def players_of(who: str, players: int) -> Callable[[int], str]:
    """Number of an event → its player: ten events in a row are of one, as a session's are.

    Parameters
    ----------
    who
        ``heavy`` players played on each of 90 days, ``median`` ones on 12.
    """
    first = 0 if who == "heavy" else 1
    return lambda n: f"player-{(n // 10 * HEAVY_EVERY + first) % players}"


def read_as_service(sent: Sequence[bytes]) -> list[Item]:
    """Events as the service reads them, known half a day after the place's last moment."""
    known_us = START_US + DAY_US // 2
    items = read_items(sent, Arrival(known_us, 0, "EUR", Activity.of(TOKENS)))
    for item in items:
        if isinstance(item.read, dict):
            item.read["known_at"] = item.read["ingested_at"] = known_us
    return items
