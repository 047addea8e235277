"""One small simulated operator, written once and read by many tests."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from rich.console import Console
from rich.progress import Progress

from data.event_log import EventLog
from data.simulator.run import Run, simulate
from data.simulator.settings.world import WorldSettings

PLAYERS, DAYS = 400, 120

USUAL = WorldSettings()
PROTECTIVE = replace(
    USUAL,
    population=replace(USUAL.population, second_account_share=0.1),
    protection=replace(USUAL.protection, timeouts=0.01, self_exclusions=0.005),
)
"""A world in which exclusions are frequent enough to be looked at, and many have two accounts."""


WriteWorld = Callable[..., EventLog]


def _write(
    out: Path, players: int, days: int, seed: int, settings: WorldSettings = USUAL
) -> EventLog:
    run = Run(players, days, seed, date(2026, 1, 1), settings=settings)
    simulate(out, run, Progress(console=Console(quiet=True)))
    return EventLog(out)


@pytest.fixture(scope="session")
def write_world() -> WriteWorld:
    """Simulate (folder, players, days, seed) into a folder, with the usual settings or others."""

    return _write


@pytest.fixture(scope="session")
def log(
    tmp_path_factory: pytest.TempPathFactory,
    write_world: WriteWorld,
) -> EventLog:
    out = tmp_path_factory.mktemp("operator") / "log"
    return write_world(out, PLAYERS, DAYS, 11, PROTECTIVE)


@pytest.fixture(scope="session")
def events(log: EventLog) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the log as the view ``events``."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.read_parquet(log.files(), hive_partitioning=False).create_view("events")
        yield con
