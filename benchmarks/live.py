"""Live events: applied durably, visible in a score, and read, beside a floor and Feast's own store.

Run with ``python -m benchmarks.live``. Target size: 5,000 players of whom every fifth played on
each of the last 90 days, 100,000 events applied, 20 s at 1,000 events/s over HTTP. Smaller is
printed as reduced.
"""

import gc
import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import httpx
import numpy as np
import typer

from benchmarks.live_feast import feast_reads
from benchmarks.live_place import (
    HEAVY_DAYS,
    MEDIAN_DAYS,
    START_US,
    make_place,
    new_event,
    players_of,
    read_as_service,
)  # fmt: skip
from benchmarks.live_service import started_service
from benchmarks.measure import Bench
from data.live_log import event_key
from data.live_log_writer import LiveLogWriter
from features.catalogue import FEATURE_NAMES
from features.live_state import LiveState
from features.live_tiles import warm_up
from features.online_tiles import OnlineTiles
from features.places import live_log_path, online_tiles_path

PLAYERS, EVENTS, SECONDS = 5_000, 100_000, 20
KNOWN_IDS = 1_000_000
RATE, SENDERS = 1_000, 4


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
        _ids(bench, place, events // 4, KNOWN_IDS if not reduced else KNOWN_IDS // 10)
        _reads(bench, place, players)
        _traffic(bench, place, players, seconds)
    bench.finish(out)


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
    player_of = players_of(who, players)
    sent = [json.dumps(new_event(n, player_of(n))).encode() for n in range(events)]
    read_s = log_s = apply_s = 0.0
    with (
        closing(LiveLogWriter(live_log_path(place))) as log,
        closing(LiveState(online_tiles_path(place))) as state,
    ):
        state.catch_up(log)
        warm_up()
        gc.collect()
        gc.freeze()  # as the service does after its start
        for first in range(0, events, size):
            begin = time.perf_counter()
            items = read_as_service(sent[first : first + size])
            read = time.perf_counter()
            appended = log.append(items, START_US)
            logged = time.perf_counter()
            state.apply(appended.first_seq, appended.rows, log)
            applied = time.perf_counter()
            read_s, log_s, apply_s = (
                read_s + read - begin, log_s + logged - read, apply_s + applied - logged,
            )  # fmt: skip
    days = HEAVY_DAYS if who == "heavy" else MEDIAN_DAYS
    note = f"players of {days} active days, batches of {size:,}"
    _per_second(bench, "events read and checked", events, read_s, note)
    _per_second(bench, "events durable in the log", events, log_s, note)
    _per_second(bench, "events applied to tiles", events, apply_s, note)
    _per_second(bench, "all three", events, read_s + log_s + apply_s, note)


def _ids(bench: Bench, place: Path, events: int, known: int) -> None:
    """The log alone, beside many ids: those that a source counts up, and random ones."""
    makers: dict[str, Callable[[int], str]] = {
        "counted up": lambda n: f"round-{n:09d}",
        "random": lambda n: str(uuid.uuid4()),
    }
    for kind, id_of in makers.items():
        with closing(LiveLogWriter(place / f"{kind}.sqlite")) as log:
            keys = sorted(event_key("bench live", id_of(n)) for n in range(known))
            log.remember((key, b"imported") for key in keys)
            took = 0.0
            for first in range(known, known + events, 100):
                bodies = [
                    json.dumps(new_event(n, "player-1") | {"event_id": id_of(n)}).encode()
                    for n in range(first, first + 100)
                ]
                items = read_as_service(bodies)
                begin = time.perf_counter()
                log.append(items, START_US)
                took += time.perf_counter() - begin
        note = f"ids {kind}, {known:,} known before, batches of 100"
        _per_second(bench, "events durable in the log", events, took, note)


def _per_second(bench: Bench, name: str, events: int, took: float, note: str) -> None:
    bench.add(name, f"{events:,} events", took, f"{events / took:,.0f}/s; {note}")


def _reads(bench: Bench, place: Path, players: int) -> None:
    chosen = [f"player-{n}" for n in np.random.default_rng(1).integers(0, players, 1_000)]
    with closing(OnlineTiles(online_tiles_path(place), "last_event")) as tiles:
        ours = list(_timed(lambda one: tiles.features([one]), chosen))
    _percentiles(
        bench, "online read, scoring path", ours, f"{len(FEATURE_NAMES)} features, computed now"
    )
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
