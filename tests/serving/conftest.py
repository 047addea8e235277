"""One place, and the service over it as real processes, for the whole run."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.serving import places
from tests.serving.deciding import Ground
from tests.serving.processes import (
    DIGEST,
    Running,
    environment,
    free_port,
    running,
    under_bentoml,
    under_granian,
)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A state that a file's tests tell events to."""
    return Ground.made(tmp_path_factory.mktemp("ground"))


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Online tiles of 40 players, a churn champion, and a second champion that must be refused."""
    place = tmp_path_factory.mktemp("place")
    places.fill_store(place)
    manifest = places.write_model(place / "churn")
    places.write_model(place / "changed")
    replace(places.with_wrong_answer(manifest), model_id="changed").write(place / "changed")
    register = [sys.executable, "-m", "tests.serving.register", str(place), "churn", "changed"]
    subprocess.run(register, check=True, capture_output=True)
    return place


@pytest.fixture(scope="session")
def bento(place: Path) -> Iterator[Running]:
    """The service under BentoML, started but perhaps not ready."""
    port = free_port()
    env = environment(
        PLAYER_PLACE=str(place),
        PLAYER_API_KEYS=DIGEST,
        PLAYER_CLOCK="last_event",
        PLAYER_EVENTS="false",
        BENTOML_HOME=str(place / "bentoml"),
    )
    with running(under_bentoml(port), port, env, place / "bentoml.log") as process:
        yield process


@pytest.fixture(scope="session")
def granian(place: Path, bento: Running) -> Iterator[Running]:
    """The service under its own runner. BentoML starts slowly, so it is asked to start first."""
    port = free_port()
    env = environment(
        PLAYER_API_KEYS=DIGEST, PLAYER_COMPLIANCE_KEYS=DIGEST, PLAYER_CLOCK="last_event"
    )
    with running(under_granian(place, port), port, env, place / "granian.log") as process:
        process.wait_until_ready()
        yield process


@pytest.fixture(scope="session")
def api(granian: Running) -> Iterator[httpx.Client]:
    """A client of the service under its own runner."""
    with granian.client() as client:
        yield client
