"""Live events: applied durably, visible in a score, and read, beside a floor and Feast's own store.

Run with ``python -m benchmarks.live``. Target size: 5,000 players of whom every fifth played on
each of the last 90 days, 100,000 events applied, 20 s at 1,000 events/s over HTTP. Smaller is
printed as reduced.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import httpx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import typer

from benchmarks.live_feast import feast_reads
from benchmarks.live_service import started_service
from benchmarks.measure import Bench
from data.activity import Activity
from data.event_log import EventLog, LogSettings, Source
from data.live_event import Arrival
from data.live_items import read_items
from data.live_log import LiveLogWriter
from data.tables import event_schema
from features.live_state import LiveState
from features.load_online import load_online
from features.online_tiles import OnlineTiles
from features.places import live_log_path, online_tiles_path
from features.tile_sql import DAY_US
from features.tiles import tile_commits

PLAYERS, EVENTS, SECONDS = 5_000, 100_000, 20
HEAVY_EVERY, HEAVY_DAYS, MEDIAN_DAYS = 5, 90, 12
RATE, SENDERS = 1_000, 4
START_US = 1_767_225_600_000_000
COVERAGE = frozenset({"casino.round", "casino.round:settled", "casino.round.win_real"})
TOKENS = ["casino.round:settled"]


def main(
    players: Annotated[int, typer.Option(help="Players; the target is 5,000.")] = PLAYERS,
    events: Annotated[int, typer.Option(help="Events applied; the target is 100,000.")] = EVENTS,
    seconds: Annotated[int, typer.Option(help="Seconds of traffic; the target is 20.")] = SECONDS,
    out: Annotated[Path | None, typer.Option(help="JSON file for the rows.")] = None,
) -> None:
    """Measure the way of an event: disk, tiles, score."""
    reduced = players < PLAYERS or events < EVENTS or seconds < SECONDS
    bench = Bench("Live", reduced=reduced)
    with TemporaryDirectory() as name:
        place = Path(name)
        make_place(place, players)
        _floor(bench, place, events)
        for who in ("median", "heavy"):
            for size in (100, 1_000):
                _applied(bench, place, players, events // 4, who, size)
        _reads(bench, place, players)
        _traffic(bench, place, players, seconds)
    bench.finish(out)


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
    log.append([staged], Source("bench", COVERAGE, ", ".join(TOKENS)))
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


def _players(who: str, players: int) -> Callable[[int], str]:
    """Ten events in a row are of one player, as a session's are."""
    if who == "heavy":
        return lambda n: f"player-{(n // 10 * HEAVY_EVERY) % players}"
    return lambda n: f"player-{(n // 10 * HEAVY_EVERY + 1) % players}"


def _floor(bench: Bench, place: Path, events: int) -> None:
    body = json.dumps(new_event(1, "player-1")).encode()
    with closing(sqlite3.connect(place / "floor.sqlite", isolation_level=None)) as con:
        con.execute("PRAGMA journal_mode = WAL")
        con.execute("PRAGMA synchronous = FULL")
        con.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, content BLOB)")
        begin = time.perf_counter()
        for _ in range(events // 1_000):
            con.execute("BEGIN")
            con.executemany("INSERT INTO events (content) VALUES (?)", [(body,)] * 1_000)
            con.execute("COMMIT")
        took = time.perf_counter() - begin
    _per_second(bench, "floor: SQLite, insert and fsync", events, took, "batches of 1,000")


def _applied(bench: Bench, place: Path, players: int, events: int, who: str, size: int) -> None:
    player_of = _players(who, players)
    sent = [json.dumps(new_event(n, player_of(n))).encode() for n in range(events)]
    arrival = Arrival(START_US + DAY_US // 2, 0, "EUR", Activity.of(TOKENS))
    with (
        closing(LiveLogWriter(live_log_path(place))) as log,
        closing(LiveState(online_tiles_path(place))) as state,
    ):
        state.catch_up(log)
        _warm_up(log, state, arrival)
        begin = time.perf_counter()
        for first in range(0, events, size):
            items = read_items(sent[first : first + size], arrival)
            for item in items:
                if isinstance(item.read, dict):
                    item.read["known_at"] = item.read["ingested_at"] = START_US + DAY_US // 2
            appended = log.append(items, START_US)
            state.apply(appended.first_seq, appended.rows, log)
        took = time.perf_counter() - begin
    days = HEAVY_DAYS if who == "heavy" else MEDIAN_DAYS
    _per_second(
        bench, "events read, durable, applied", events, took,
        f"players of {days} active days, batches of {size:,}",
    )  # fmt: skip


def _warm_up(log: LiveLogWriter, state: LiveState, arrival: Arrival) -> None:
    """Let compiled code be loaded before anything is timed."""
    items = read_items([json.dumps(new_event(0, "player-0")).encode()], arrival)
    for item in items:
        if isinstance(item.read, dict):
            item.read["known_at"] = item.read["ingested_at"] = START_US + DAY_US // 2
    appended = log.append(items, START_US)
    state.apply(appended.first_seq, appended.rows, log)


def _per_second(bench: Bench, name: str, events: int, took: float, note: str) -> None:
    bench.add(name, f"{events:,} events", took, f"{events / took:,.0f}/s; {note}")


def _reads(bench: Bench, place: Path, players: int) -> None:
    chosen = [f"player-{n}" for n in np.random.default_rng(1).integers(0, players, 1_000)]
    with closing(OnlineTiles(online_tiles_path(place), "last_event")) as tiles:
        ours = list(_timed(lambda one: tiles.features([one]), chosen))
    _percentiles(bench, "online read, scoring path", ours, "156 features, computed now")
    for name, seconds, note in feast_reads(place, chosen):
        _percentiles(bench, name, seconds, note)


def _timed(read: Callable[[str], object], chosen: list[str]) -> Iterator[float]:
    read(chosen[0])
    for one in chosen:
        begin = time.perf_counter()
        read(one)
        yield time.perf_counter() - begin


def _percentiles(bench: Bench, name: str, seconds: list[float], note: str) -> None:
    for percent in (50, 99):
        value = float(np.percentile(seconds, percent))
        bench.add(name, "1 player", value, f"p{percent}; {note}")


def _traffic(bench: Bench, place: Path, players: int, seconds: int) -> None:
    """1,000 events/s in requests of 10; of one event a tenth of a second, when it is in a score."""
    with started_service(place) as address, httpx.Client(base_url=address, timeout=30) as api:
        stop = threading.Event()
        sent = [0] * SENDERS
        senders = [
            threading.Thread(target=_send, args=(address, players, stop, sent, number))
            for number in range(SENDERS)
        ]
        for sender in senders:
            sender.start()
        waits = []
        begin = time.perf_counter()
        number = 10**7
        while time.perf_counter() - begin < seconds:
            event = new_event(number, f"probe-{number}")
            at = time.perf_counter()
            api.post("/v1/events", json=event).raise_for_status()
            answer = api.post("/v1/score", json={"player_id": event["player_id"]})
            waits.append(time.perf_counter() - at)
            if answer.status_code != 200:
                raise ValueError(f"the event isn't in the score: {answer.text}")
            number += 1
            time.sleep(0.1)
        rate = sum(sent) / (time.perf_counter() - begin)
        stop.set()
        for sender in senders:
            sender.join()
    _percentiles(bench, "event sent → in a score, over HTTP", waits, f"beside {rate:,.0f} events/s")


def _send(address: str, players: int, stop: threading.Event, sent: list[int], sender: int) -> None:
    with httpx.Client(base_url=address, timeout=30) as api:
        begin, number = time.perf_counter(), 0
        while not stop.is_set():
            batch = [new_event(number + n, f"player-{(number + n) % players}") for n in range(10)]
            for event in batch:
                event["event_id"] += f"-{sender}"
            api.post("/v1/events", json=batch).raise_for_status()
            number += 10
            sent[sender] = number
            time.sleep(max(0.0, begin + number * SENDERS / RATE - time.perf_counter()))


if __name__ == "__main__":
    typer.run(main)
