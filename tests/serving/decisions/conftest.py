"""A database of decisions of either kind: a SQLite file, and a private Postgres on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from serving.decisions.engine import open_engine
from serving.decisions.schema import upgrade
from serving.decisions.store import DecisionStore
from tests.postgres import new_database, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a Postgres that was started for this run, without a database's name."""
    with running_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/decisions.sqlite"
    server: str = request.getfixturevalue("postgres")
    return new_database(server)


@pytest.fixture
def empty(url: str) -> Iterator[Engine]:
    """An engine on an empty database."""
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty: Engine) -> Engine:
    """An engine on a database with this version's tables."""
    upgrade(empty)
    return empty


@pytest.fixture
def store(engine: Engine) -> DecisionStore:
    """A store without a decision."""
    return DecisionStore(engine)
