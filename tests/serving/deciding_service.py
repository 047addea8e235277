"""A place and a service for decisions: these tests send events, which move everybody's scores."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.serving.deciding import COMPLIANCE, service
from tests.serving.live import filled
from tests.serving.processes import Running


@pytest.fixture(scope="session")
def deciding_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Players and a churn champion, for decisions alone."""
    return filled(tmp_path_factory.mktemp("deciding") / "place")


@pytest.fixture(scope="session")
def deciding(deciding_place: Path) -> Iterator[Running]:
    """The service with a plain key and one of compliance."""
    with service(deciding_place) as process:
        process.wait_until_ready()
        yield process


@pytest.fixture(scope="session")
def plain(deciding: Running) -> Iterator[httpx.Client]:
    """A client whose key may not see why a player is protected."""
    with deciding.client() as client:
        yield client


@pytest.fixture(scope="session")
def compliance(deciding: Running) -> Iterator[httpx.Client]:
    """A client whose key may."""
    with deciding.client() as client:
        client.headers["Authorization"] = f"Bearer {COMPLIANCE}"
        yield client
