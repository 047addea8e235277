"""The simulated operator at two sizes: time, peak memory and events, each in a process of its own.

Run with ``python -m benchmarks.simulator``. Target size: 20,000 players over 365 days.
"""

import resource
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.progress import Progress

from benchmarks.measure import Bench, Row
from data.event_log import EventLog
from data.simulator.run import Run, simulate

TARGET_PLAYERS, TARGET_DAYS = 20_000, 365
SMALLER = 4


def main(
    players: Annotated[int, typer.Option(min=80, help="Players; the target is 20,000.")] = (
        TARGET_PLAYERS
    ),
    days: Annotated[int, typer.Option(min=10, help="Days; the target is 365.")] = TARGET_DAYS,
    out: Annotated[Path | None, typer.Option(help="JSON file for the rows.")] = None,
) -> None:
    """Measure a run with the operator's own offers, and one of a quarter of its players."""
    bench = Bench("Simulated operator", players < TARGET_PLAYERS or days < TARGET_DAYS)
    for count in (players // SMALLER, players):
        with TemporaryDirectory() as name:
            bench.rows.append(_measured(Path(name) / "log", count, days, bench.reduced))
    bench.finish(out)


def _measured(out: Path, players: int, days: int, reduced: bool) -> Row:
    begin = time.perf_counter()
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        peak_mb = pool.submit(_simulate, out, players, days).result()
    seconds = time.perf_counter() - begin
    events = sum(commit.rows for commit in EventLog(out).commits())
    cost_us = seconds * 1e6 / (players * days)
    note = f"{events:,} events, {cost_us:.0f} µs a player-day"
    return Row("Run, written", f"{players:,} × {days} days", seconds, peak_mb, note, reduced)


def _simulate(out: Path, players: int, days: int) -> float:
    """Simulate, and tell the process's peak memory in MB."""
    with Progress(disable=True) as progress:
        simulate(out, Run(players, days, seed=7, start=date(2026, 1, 1)), progress)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    typer.run(main)
