"""What the service needs before it starts, and what it says when a part is missing."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from litestar.testing import TestClient

from data.live_log_writer import LiveLogWriter
from features.places import live_log_path, online_tiles_path
from serving.app import create_app
from serving.errors import NotReady, RefusedToStart
from serving.lanes import FEW_PLAYERS, Lanes
from serving.settings import Settings, read_settings
from tests.serving import places
from tests.serving.processes import DIGEST, environment, free_port, running, under_granian


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in [name for name in os.environ if name.startswith("PLAYER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PLAYER_PLACE", "somewhere")
    return monkeypatch


def test_outside_demo_mode_it_refuses_to_start_without_keys(tmp_path: Path) -> None:
    ended = subprocess.run(
        under_granian(tmp_path, free_port()), env=environment(), capture_output=True, timeout=60
    )
    message = ended.stderr.decode()
    assert ended.returncode == 1
    assert "PLAYER_API_KEYS" in message
    assert "Traceback" not in message
    assert len(message.splitlines()) == 1


def test_the_application_imports_none_of_the_heavy_libraries() -> None:
    """They cost seconds of every start and a hundred megabytes of every process."""
    heavy = {"pandas", "sklearn", "shap", "feast", "mlflow", "duckdb", "lightgbm", "bentoml"}
    listed = subprocess.run(
        [sys.executable, "-c", "import serving.app, sys; print(*sys.modules)"],
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert not heavy & set(listed.stdout.decode().split())


def test_the_settings_name_every_fault_at_once(clean: pytest.MonkeyPatch) -> None:
    clean.setenv("PLAYER_API_KEYS", "plain-text-key")
    clean.setenv("PLAYER_API_KEY", "typo")
    with pytest.raises(RefusedToStart) as fault:
        read_settings()
    assert "PLAYER_API_KEY is no setting" in str(fault.value)
    assert "PLAYER_API_KEYS: each key stands as its SHA-256 digest" in str(fault.value)
    assert "plain-text-key" not in str(fault.value)


def test_the_digest_of_an_empty_key_is_refused(clean: pytest.MonkeyPatch) -> None:
    clean.setenv("PLAYER_API_KEYS", sha256(b"").hexdigest())
    with pytest.raises(RefusedToStart, match="empty key"):
        read_settings()


def test_several_keys_are_separated_by_commas(clean: pytest.MonkeyPatch) -> None:
    other = sha256(b"other").hexdigest()
    clean.setenv("PLAYER_API_KEYS", f"{DIGEST}, {other}")
    assert read_settings().api_keys == {DIGEST, other}


def test_without_registry_and_store_it_starts_and_says_what_is_missing(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(place=tmp_path, demo=True)).app) as client:
        assert client.get("/healthz").status_code == 200
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert "Missing: online store, registry." in ready.json()["detail"]
        assert str(tmp_path) not in ready.text
        faults = {
            fault["part"]: fault["reason"] for fault in client.get("/v1/models").json()["faults"]
        }
        assert "online.sqlite does not exist" in faults["online store"]
        assert "train and promote a model" in faults["registry"]
        score = client.post("/v1/score", json={"player_id": "player-001"})
        assert score.status_code == 503
        assert score.json()["type"].endswith(":not-ready")


@pytest.mark.parametrize(
    "uri", ["postgresql://mlflow:s3cret@127.0.0.1:1/mlflow", "http://mlflow:s3cret@127.0.0.1:1"]
)
def test_a_registry_that_is_down_is_a_fault_that_shows_no_secret(place: Path, uri: str) -> None:
    settings = Settings(place=place, demo=True, registry_uri=uri, events=False)
    with TestClient(create_app(settings).app) as client:
        ready, models = client.get("/readyz"), client.get("/v1/models")
    assert ready.status_code == 503
    assert "Missing: registry." in ready.json()["detail"]
    (fault,) = models.json()["faults"]
    assert "//…@127.0.0.1:1" in fault["reason"]
    assert "s3cret" not in ready.text + models.text


def test_a_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    command = under_granian(tmp_path / "nowhere", 1)
    env = environment(PLAYER_DEMO="true")
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert ended.returncode == 1
    assert "is no folder: --place names the one" in ended.stderr


def test_a_store_that_was_replaced_is_read_without_a_restart(place: Path, tmp_path: Path) -> None:
    """``load_online`` replaces the file; a reader that kept the old one would answer stale."""
    shutil.copytree(place / "operator", tmp_path / "operator")
    lanes = Lanes(online_tiles_path(tmp_path), "wall")

    def is_known(player_id: str, players: int) -> bool:
        asked = [player_id] * players
        return bool(asyncio.run(lanes.run(lambda tiles: tiles.features(asked).known[-1], players)))

    for players in (1, FEW_PLAYERS + 1):
        with pytest.raises(NotReady, match=r"online\.sqlite does not exist"):
            is_known("player-001", players)
    places.load_tiles(tmp_path)
    for players in (1, FEW_PLAYERS + 1):
        assert is_known("player-001", players)
        assert not is_known("newcomer", players)
    places.add_event(tmp_path, "newcomer")
    for players in (1, FEW_PLAYERS + 1):
        assert is_known("newcomer", players)
    lanes.close()


def test_a_store_that_is_damaged_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    online_tiles_path(tmp_path).write_text("no database")
    lanes = Lanes(online_tiles_path(tmp_path), "wall")
    assert "can't be read" in str(lanes.fault())
    lanes.close()


def test_killed_without_its_worker_it_leaves_port_and_place_to_the_next(tmp_path: Path) -> None:
    port, env = free_port(), environment(PLAYER_DEMO="true")

    def answers() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def is_free() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) != 0

    for start in range(2):
        log = tmp_path / f"{start}.log"
        with running(under_granian(tmp_path, port), port, env, log) as service:
            wait_until(answers)
            service.process.kill()
            service.process.wait()
            wait_until(is_free)


def wait_until(it_is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not it_is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_folder_made_for_a_place_is_for_its_user_alone(tmp_path: Path) -> None:
    place = tmp_path / "operators" / "place"
    LiveLogWriter(live_log_path(place)).close()
    assert [oct(folder.stat().st_mode & 0o777) for folder in (place, place.parent)] == ["0o700"] * 2
