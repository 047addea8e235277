"""Tiles in Redis beside tiles in SQLite: batches merged durably, and features read.

Run with ``python -m benchmarks.redis_tiles``. Target size: 5,000 players of whom every fifth played
on each of the last 90 days, 100,000 events applied. Smaller is printed as reduced. Redis runs with
``appendfsync always``, SQLite with ``synchronous = FULL``: what was answered is on the disk.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer
from redis import Redis

from benchmarks.live_feast import STORED, feast_redis_reads
from benchmarks.live_place import (
    HEAVY_DAYS,
    HEAVY_EVERY,
    MEDIAN_DAYS,
    START_US,
    make_place,
    new_event,
    players_of,
    read_as_service,
)  # fmt: skip
from benchmarks.measure import Bench
from features.catalogue import FEATURE_NAMES
from features.live_batch import Row, create_batch_tables, fill_batch
from features.live_state import open_for_events
from features.live_tiles import merge_tiles, warm_up
from features.online_tiles import features_of
from features.places import online_tiles_path
from features.redis_shard import RedisShard, fill_shards
from features.redis_tiles import RedisTiles
from features.tile_changes import TileChanges, count_changes
from features.tile_groups import TileReader
from features.tile_sql import DAY_US, HOUR_US
from features.tile_state import TileState
from tests.redis_server import redis_server
from tests.serving.processes import free_port

PLAYERS, EVENTS, READS = 5_000, 100_000, 1_000
KNOWN_US = START_US + DAY_US // 2
ACTIVE_DAYS = {"median": MEDIAN_DAYS, "heavy": HEAVY_DAYS}
FIRST_PLAYER = {"median": 1, "heavy": 0}


def main(
    players: Annotated[int, typer.Option(help="Players; the target is 5,000.")] = PLAYERS,
    events: Annotated[int, typer.Option(help="Events applied; the target is 100,000.")] = EVENTS,
    out: Annotated[Path | None, typer.Option(help="JSON file for the rows.")] = None,
) -> None:
    """Measure both places of tiles in one run."""
    bench = Bench("Tiles in Redis", reduced=players < PLAYERS or events < EVENTS)
    with TemporaryDirectory() as name:
        place = Path(name)
        make_place(place, players)
        warm_up()
        port = free_port()
        with redis_server(place, port) as server:
            shard = _filled(bench, server.client, place)
            _reads(bench, server.client, place, players)
            _feast(bench, place, players, port)
            sizes = [(who, size) for who in ACTIVE_DAYS for size in (100, 1_000)]
            for who, size in sizes:
                _applied(bench, shard, place, list(_batches(players, events // 4, who, size)), who)
            _new_hours(bench, shard, players)
    bench.finish(out)


def _filled(bench: Bench, client: Redis, place: Path) -> RedisShard:
    """The one shard, filled from SQLite; what a tile and a player take."""
    with closing(TileState(online_tiles_path(place))) as state:
        ids = state.player_ids()
        held = state.held(ids)
        begin = time.perf_counter()
        (shard,) = fill_shards(client, 1, ids, held)
        bench.add("Redis filled", f"{len(ids):,} players", time.perf_counter() - begin)
    for who, first in FIRST_PLAYER.items():
        key = shard.shard.tiles(f"player-{first}")
        with client.pipeline() as pipe:
            pipe.memory_usage(key)
            pipe.hvals(key)
            taken, values = pipe.execute()
        packed = sum(map(len, values)) / len(values)
        note = f"{taken / len(values):,.0f} bytes of memory a tile, {packed:,.0f} of them packed"
        bench.add(f"one {who} player in Redis", f"{len(values)} tiles", 0.0, note)
    return shard


def _reads(bench: Bench, client: Redis, place: Path, players: int) -> None:
    with closing(TileState(online_tiles_path(place))) as state:
        readers: dict[str, TileReader] = {"SQLite": state, "Redis": RedisTiles(client, 1)}
        for who, days in ACTIVE_DAYS.items():
            ids = _chosen(players, who)
            for name, reader in readers.items():
                note = f"player of {days} active days"
                _percentiles(bench, f"{name}: tiles read", _timed(reader.held, ids), note)
                read = _timed(_features_from(reader), ids)
                _percentiles(bench, f"{name}: {len(FEATURE_NAMES)} features", read, note)


def _chosen(players: int, who: str) -> list[str]:
    numbers = np.random.default_rng(1).integers(0, players // HEAVY_EVERY, READS)
    return [f"player-{number * HEAVY_EVERY + FIRST_PLAYER[who]}" for number in numbers]


def _feast(bench: Bench, place: Path, players: int, port: int) -> None:
    seconds = feast_redis_reads(place, _chosen(players, "heavy"), port)
    _percentiles(bench, "peer: Feast's Redis store", iter(seconds), STORED)


def _features_from(reader: TileReader) -> Callable[[Sequence[str]], object]:
    def features(player_ids: Sequence[str]) -> object:
        held = reader.held(player_ids)
        return features_of(held.by_level, held.last_known_us + 1, frozenset())

    return features


def _timed(read: Callable[[Sequence[str]], object], ids: list[str]) -> Iterator[float]:
    read(ids[:1])
    for one in ids:
        begin = time.perf_counter()
        read([one])
        yield time.perf_counter() - begin


def _percentiles(bench: Bench, name: str, seconds: Iterator[float], note: str) -> None:
    found = list(seconds)
    for percent in (50, 99):
        bench.add(name, "1 player", float(np.percentile(found, percent)), f"p{percent}; {note}")


def _batches(players: int, events: int, who: str, size: int) -> Iterator[list[Row]]:
    player_of = players_of(who, players)
    for first in range(0, events, size):
        sent = [new_event(n, player_of(n)) for n in range(first, first + size)]
        items = read_as_service([json.dumps(event).encode() for event in sent])
        yield [item.read for item in items if isinstance(item.read, dict)]


def _applied(
    bench: Bench, shard: RedisShard, place: Path, batches: list[list[Row]], who: str
) -> None:
    counted: list[TileChanges] = []
    begin = time.perf_counter()
    with closing(sqlite3.connect(":memory:")) as con:
        create_batch_tables(con)
        for rows in batches:
            fill_batch(con, rows)
            counted.append(count_changes(con, {row["event_type"] for row in rows}, KNOWN_US))
    took = {"events counted into tiles": time.perf_counter() - begin}
    begin, seq = time.perf_counter(), shard.applied_seq()
    for changes in counted:
        seq = shard.apply(changes, after_seq=seq, last_seq=seq + 1, known_us=KNOWN_US)
    took["Redis: merged, on the disk"] = time.perf_counter() - begin
    took["Redis: counted, merged, on the disk"] = sum(took.values())
    took["SQLite: counted, merged, on the disk"] = _in_sqlite(place, batches)
    note = f"players of {ACTIVE_DAYS[who]} active days, batches of {len(batches[0]):,}"
    for name, seconds in took.items():
        _per_second(bench, name, sum(map(len, batches)), seconds, note)


def _in_sqlite(place: Path, batches: list[list[Row]]) -> float:
    with closing(open_for_events(online_tiles_path(place))) as con:
        con.execute("PRAGMA synchronous = FULL")
        begin = time.perf_counter()
        for rows in batches:
            con.execute("BEGIN IMMEDIATE")
            fill_batch(con, rows)
            merge_tiles(con, {row["event_type"] for row in rows}, KNOWN_US)
            con.execute("COMMIT")
        return time.perf_counter() - begin


def _new_hours(bench: Bench, shard: RedisShard, players: int) -> None:
    """The dearest batch: each event is a heavy player's first of an hour, which trims."""
    events = players // HEAVY_EVERY
    (rows,) = _batches(players, events, "heavy", events)
    with closing(sqlite3.connect(":memory:")) as con:
        create_batch_tables(con)
        fill_batch(
            con, [{**row, "player_id": f"player-{n * HEAVY_EVERY}"} for n, row in enumerate(rows)]
        )
        changes = count_changes(con, {"casino.round"}, KNOWN_US)
    later = [(player, level, start + 2 * HOUR_US) for player, level, start in changes.keys]
    seq = shard.applied_seq()
    begin = time.perf_counter()
    shard.apply(changes._replace(keys=later), after_seq=seq, last_seq=seq + 1, known_us=KNOWN_US)
    note = f"players of {HEAVY_DAYS} active days, each event an hour's first; one batch"
    took = time.perf_counter() - begin
    _per_second(bench, "Redis: merged, on the disk", events, took, note)


def _per_second(bench: Bench, name: str, events: int, took: float, note: str) -> None:
    bench.add(name, f"{events:,} events", took, f"{events / took:,.0f}/s; {note}")


if __name__ == "__main__":
    typer.run(main)
