"""Decisions over HTTP, each stored durably, and all of them replayed by a fresh process.

Run with ``python -m benchmarks.decisions``. Target size: 10,000 decisions about 5,000 players.
"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import httpx
import numpy as np
import typer

from benchmarks.live_place import make_place
from benchmarks.live_service import started_service
from benchmarks.measure import Bench

DECISIONS, PLAYERS = 10_000, 5_000
CALLERS = 16


def main(
    decisions: Annotated[int, typer.Option(help="The target is 10,000.")] = DECISIONS,
    out: Annotated[Path | None, typer.Option(help="JSON file for the rows.")] = None,
) -> None:
    """Take decisions and take them again."""
    bench = Bench("Decisions", reduced=decisions < DECISIONS)
    with TemporaryDirectory() as name:
        place = Path(name)
        make_place(place, PLAYERS)
        with started_service(place) as address:
            _decide(bench, address, decisions)
        _replay(bench, place, decisions)
    bench.finish(out)


def _decide(bench: Bench, address: str, decisions: int) -> None:
    with httpx.Client(base_url=address, timeout=60) as api, ThreadPoolExecutor(CALLERS) as pool:

        def ask(number: int) -> float:
            begin = time.perf_counter()
            asked = {"player_id": f"player-{number % PLAYERS}"}
            api.post("/v1/decisions", json=asked).raise_for_status()
            return time.perf_counter() - begin

        ask(0)
        begin = time.perf_counter()
        seconds = list(pool.map(ask, range(decisions - 1)))
        took = time.perf_counter() - begin
    note = f"{decisions / took:,.0f}/s; {CALLERS} callers"
    bench.add("decisions over HTTP, durable", f"{decisions:,} decisions", took, note)
    for percent in (50, 99):
        value = float(np.percentile(seconds, percent))
        bench.add("one decision", f"{CALLERS} callers", value, f"p{percent}")


def _replay(bench: Bench, place: Path, decisions: int) -> None:
    command = [sys.executable, "-m", "serving.replay", "--place", str(place)]
    begin = time.perf_counter()
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    took = time.perf_counter() - begin
    told = " ".join(ended.stdout.split())
    if not told.startswith(f"{decisions:,} decisions and their scores came out bit-equal"):
        raise ValueError(told)
    bench.add("replayed by a fresh process", f"{decisions:,} decisions", took, "all bit-equal")


if __name__ == "__main__":
    typer.run(main)
