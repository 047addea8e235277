"""What was answered survives: fsyncs are counted by the kernel's trace, deaths are SIGKILL."""

import os
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import Random
from threading import Thread, Timer
from typing import Any

import httpx
import pytest

from data.event_log import EventLog
from data.live_log import LiveLog
from features.build import tile_new_commits
from features.catalogue import FEATURE_INDEX
from features.compact import compact
from features.load_online import load_online
from features.online_tiles import OnlineTiles
from features.places import live_log_path, online_tiles_path
from serving.decisions.engine import open_engine
from serving.decisions.reviews import Reviews
from serving.decisions.schema import upgrade
from tests.effort import times
from tests.serving.live import filled, round_of
from tests.serving.processes import environment, free_port, under_granian

PLAYERS = [f"player-{number:03d}" for number in range(20)]


@contextmanager
def started(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A command in a process group of its own, which is killed as a whole afterwards."""
    env = environment(PLAYER_DEMO="true", PLAYER_CLOCK="last_event")
    with log.open("ab") as out:
        process = subprocess.Popen(command, env=env, stdout=out, stderr=out, start_new_session=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until_up(url: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(log.read_text())


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_an_answer_waits_for_the_disk_and_a_batch_waits_once(tmp_path: Path) -> None:
    place, trace, port = filled(tmp_path / "place", model=False), tmp_path / "trace", free_port()
    strace = ["strace", "-f", "-qq", "-y", "-e", "trace=fsync,fdatasync", "-o", str(trace)]
    with started([*strace, *under_granian(place, port)], tmp_path / "log"):
        url = f"http://127.0.0.1:{port}"
        wait_until_up(url, tmp_path / "log")
        with httpx.Client(base_url=url, timeout=30) as api:

            def syncs(*batches: list[dict[str, Any]]) -> int:
                before = waits_for_the_log(trace)
                for batch in batches:
                    assert api.post("/v1/events", json=batch).json()["accepted"] == len(batch)
                return waits_for_the_log(trace) - before

            syncs([round_of("player-000")])
            singles = syncs(*([round_of("player-000")] for _ in range(20)))
            batch = syncs([round_of(player) for player in PLAYERS * 25])
    assert singles >= 20
    assert 1 <= batch <= 3


def waits_for_the_log(trace: Path) -> int:
    return sum("live.sqlite" in line for line in trace.read_text().splitlines())


def test_killed_at_any_moment_the_service_loses_and_doubles_nothing(
    tmp_path: Path, seed: int | None
) -> None:
    """Kills, repeats by the sender, loads and compactions beside; the sums are exact."""
    place, port, random = filled(tmp_path / "place", model=False), free_port(), Random(seed or 1)
    before = stakes(place)
    batch = times(times(100))
    events = [
        round_of(random.choice(PLAYERS), stake=random.randrange(1, 5_000), win=0)
        for _ in range(16 * batch)
    ]
    left = [events[begin : begin + batch] for begin in range(0, len(events), batch)]
    kills = 0
    while left:
        with started(under_granian(place, port), tmp_path / "log") as process:
            wait_until_up(f"http://127.0.0.1:{port}", tmp_path / "log")
            left = sent_until_killed(port, left, process, random)
            kills += bool(left)
        if random.random() < 0.5:
            compact(EventLog(place / "operator"), place)
        if random.random() < 0.5:
            tile_new_commits(EventLog(place / "operator"))
            load_online(EventLog(place / "operator"), online_tiles_path(place))
    assert kills >= 2 * times(1) + 1
    expected = Counter(before)
    for event in events:
        expected[event["player_id"]] += event["stake_real"]
    assert stakes(place) == expected
    compact(EventLog(place / "operator"), place)
    tile_new_commits(EventLog(place / "operator"))
    load_online(EventLog(place / "operator"), online_tiles_path(place))
    assert stakes(place) == expected
    with closing(LiveLog(live_log_path(place))) as log:
        assert log.last_seq() == len(events)
        assert log.after(0) == []


def test_loads_and_compactions_beside_live_traffic_lose_and_double_nothing(tmp_path: Path) -> None:
    place = filled(tmp_path / "place", model=False)
    expected = stakes(place)
    events = [round_of(PLAYERS[number % 20], stake=number) for number in range(1_000)]
    for event in events:
        expected[event["player_id"]] += event["stake_real"]
    log = EventLog(place / "operator")
    port = free_port()
    with started(under_granian(place, port), tmp_path / "log"):
        wait_until_up(f"http://127.0.0.1:{port}", tmp_path / "log")
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as api:
            sender = Thread(
                target=lambda: [
                    api.post("/v1/events", json=events[begin : begin + 20]).raise_for_status()
                    for begin in range(0, len(events), 20)
                ]
            )
            sender.start()
            while sender.is_alive():
                compact(log, place)
                tile_new_commits(log)
                load_online(log, online_tiles_path(place))
            sender.join()
            assert api.post("/v1/events", json=events[:20]).json()["duplicates"] == 20
        assert stakes(place) == expected
    compact(log, place)
    tile_new_commits(log)
    load_online(log, online_tiles_path(place))
    assert stakes(place) == expected


def test_who_changed_before_a_kill_is_looked_at_after_it(tmp_path: Path) -> None:
    place, port, player = filled(tmp_path / "place"), free_port(), "player-003"
    with started(under_granian(place, port), tmp_path / "log"):
        wait_until_up(f"http://127.0.0.1:{port}", tmp_path / "log")
        wait_until_looked_at(place, player, since_us=0)
        httpx.post(f"http://127.0.0.1:{port}/v1/events", json=round_of(player)).raise_for_status()
    with closing(OnlineTiles(online_tiles_path(place), "last_event")) as tiles:
        since_us = tiles.state().facts().last_known_us
    with started(under_granian(place, port), tmp_path / "log"):
        wait_until_looked_at(place, player, since_us)


def wait_until_looked_at(place: Path, player: str, since_us: int) -> None:
    deadline = time.monotonic() + 60
    engine = open_engine(f"sqlite:///{place}/decisions.sqlite")
    upgrade(engine)
    while not any(
        one.player_id == player and (one.reviewed_at_us or 0) > since_us
        for one in Reviews(engine).due(2**60, 10_000)
    ):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    engine.dispose()


def sent_until_killed(
    port: int, batches: list[list[dict[str, Any]]], process: subprocess.Popen[bytes], random: Random
) -> list[list[dict[str, Any]]]:
    """Send batches; one of the next few is in flight when the service is killed.

    What wasn't answered is left, and with it one that was, as a sender does who isn't sure.
    """
    last = random.randrange(1, 4)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as api:
        for number, batch in enumerate(batches):
            if number == last:
                Timer(random.uniform(0, 0.08), os.killpg, (process.pid, signal.SIGKILL)).start()
            try:
                answer = api.post("/v1/events", json=batch).json()
            except httpx.TransportError:
                return batches[max(number - 1, 0) :]
            assert answer["quarantined"] == 0
            assert answer["accepted"] + answer["duplicates"] == len(batch)
    return []


def stakes(place: Path) -> Counter[str]:
    tiles = OnlineTiles(online_tiles_path(place), "last_event")
    found = tiles.features(PLAYERS).matrix[:, FEATURE_INDEX["stake_sum_lifetime"]]
    tiles.close()
    return Counter(dict(zip(PLAYERS, map(int, found), strict=True)))
