"""One small simulated operator, written once and read by many tests."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from rich.console import Console
from rich.progress import Progress

from data.event_log import EventLog
from data.simulator.calendar import Calendar
from data.simulator.run import simulate
from data.simulator.settings import WorldSettings
from data.simulator.world import World

PLAYERS, DAYS = 400, 120


def quiet_progress() -> Progress:
    return Progress(console=Console(quiet=True))


@pytest.fixture(scope="session")
def write_world() -> Callable[[Path, int, int, int], EventLog]:
    """Simulate (players, days, seed) into a folder."""

    def write(out: Path, players: int, days: int, seed: int) -> EventLog:
        calendar = Calendar.of(date(2026, 1, 1), days)
        world = World.create(WorldSettings(), calendar, players, seed)
        simulate(out, world, quiet_progress())
        return EventLog(out)

    return write


@pytest.fixture(scope="session")
def log(
    tmp_path_factory: pytest.TempPathFactory,
    write_world: Callable[[Path, int, int, int], EventLog],
) -> EventLog:
    return write_world(tmp_path_factory.mktemp("operator") / "log", PLAYERS, DAYS, 11)


@pytest.fixture(scope="session")
def events(log: EventLog) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the log as the view ``events``."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.read_parquet(log.files(), hive_partitioning=False).create_view("events")
        yield con
