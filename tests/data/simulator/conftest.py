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
    protection=replace(USUAL.protection, timeouts=0.01, self_exclusions=0.005, returns=0.3),
)
"""A world in which exclusions are frequent enough to be looked at, and many have two accounts."""


_RETURNS = """
CREATE VIEW returns AS
SELECT player_id, person_id, occurred_at, effective_from, register,
    occurred_at + to_hours(CASE jurisdiction WHEN 'GB' THEN 24 WHEN 'NL' THEN 192 ELSE 0 END)
        AS again_at
FROM events WHERE exclusion_kind = 'reinstatement'
"""
"""Returns from exclusions, and from when play and promotion may begin again."""

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
    """A connection with the log as the view ``events``, and the view ``returns``."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.read_parquet(log.files(), hive_partitioning=False).create_view("events")
        con.execute(_RETURNS)
        yield con
