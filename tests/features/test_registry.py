"""Feast's registry is a SQLite file, or a Postgres named by a variable; clients see the same."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import feast
import httpx
import pytest

from features.repository import REGISTRY_URL, SETTINGS_FILE, PlaceError, open_store
from features.services import SERVICES
from tests.postgres import new_database
from tests.serving.processes import free_port


def run(code: str, place: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process with its own environment; the place is its only argument."""
    return subprocess.run(
        [sys.executable, "-c", code, str(place)],
        env={**os.environ, **variables}, capture_output=True, text=True, check=False,
    )  # fmt: skip


APPLY = "import sys; from features.apply import register; register(sys.argv[1])"
NAMES = """
import sys, feast
found = feast.FeatureStore(repo_path=sys.argv[1]).list_feature_services()
print(*sorted(one.name for one in found))
"""
EXPECTED = " ".join(sorted(service.name for service in SERVICES.values()))


@pytest.fixture(scope="module")
def in_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("place")
    command = [sys.executable, "-m", "features.apply", "--place", str(place)]
    subprocess.run(command, check=True, capture_output=True)
    return place


def test_by_default_it_is_a_file_of_the_place(in_sqlite: Path) -> None:
    assert (in_sqlite / "registry.sqlite").read_bytes().startswith(b"SQLite format 3")
    found = feast.FeatureStore(repo_path=str(in_sqlite)).list_feature_services()
    assert {one.name for one in found} == {service.name for service in SERVICES.values()}


def test_in_postgres_it_is_found_by_whoever_has_the_address(tmp_path: Path, postgres: str) -> None:
    url = new_database(postgres).replace("postgresql://", "postgresql+psycopg://")
    place = tmp_path / "place"
    command = [sys.executable, "-m", "features.apply", "--place", str(place)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, REGISTRY_URL: url})
    assert url not in (place / SETTINGS_FILE).read_text()
    told = run(NAMES, place, **{REGISTRY_URL: url})
    assert told.stdout.split() == EXPECTED.split(), told.stderr
    assert not (place / "registry.sqlite").exists()
    with pytest.raises(PlaceError, match=f"set {REGISTRY_URL}"):
        open_store(place)


@pytest.fixture
def page(in_sqlite: Path) -> Iterator[str]:
    """Address of Feast's own pages over the place."""
    port = free_port()
    command = [sys.executable, "-m", "feast.cli.cli", "--chdir", str(in_sqlite), "ui"]
    process = subprocess.Popen([*command, "--host", "127.0.0.1", "--port", str(port)])
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


def test_feast_s_pages_show_it(page: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            shown = httpx.get(page, follow_redirects=True)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            assert shown.status_code == 200
            assert '<div id="root">' in shown.text
            return
    raise AssertionError("the page didn't come up")
