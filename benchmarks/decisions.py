"""Decisions over HTTP, each stored durably, and all of them replayed by a fresh process.

Run with ``python -m benchmarks.decisions``. Target size: 10,000 decisions about 5,000 players.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import httpx
import numpy as np
import typer

from benchmarks.live_place import make_place, new_event
from benchmarks.live_service import started_service
from benchmarks.measure import Bench

DECISIONS, PLAYERS = 10_000, 5_000
CALLERS = 16

_ENVELOPE = ("player_id", "brand_id", "jurisdiction", "source", "occurred_at")


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
            _introduce(address)
            _decide(bench, address, decisions)
        _replay(bench, place, decisions)
    bench.finish(out)


def _introduce(address: str) -> None:
    """Adults who agreed to be written to; some excluded themselves or spoke of harm."""
    told = [line for number in range(PLAYERS) for line in _news(number)]
    body = b"\n".join(json.dumps(one).encode() for one in told)
    headers = {"content-type": "application/x-ndjson"}
    answer = httpx.post(f"{address}/v1/events", content=body, headers=headers, timeout=300)
    if answer.json()["accepted"] != len(told):
        raise ValueError(answer.text)


def _news(number: int) -> Iterator[dict[str, Any]]:
    kinds: list[dict[str, Any]] = [
        {"event_type": "player.registered", "birth_date": f"{1960 + number % 40}-05-17"},
        {"event_type": "player.status_changed", "status": "active"},
        {"event_type": "consent", "channel": "email", "product": "casino", "granted": True},
    ]
    if number % 20 == 0:
        kinds.append({"event_type": "exclusion", "exclusion_kind": "self_exclusion"})
    if number % 20 == 1:
        kinds.append({"event_type": "support.contact", "topic": "rg_disclosure"})
    base = new_event(number, f"player-{number}")
    for kind in kinds:
        yield (
            {name: base[name] for name in _ENVELOPE}
            | kind
            | {"event_id": f"{kind['event_type']}-{number}"}
        )


def _decide(bench: Bench, address: str, decisions: int) -> None:
    with httpx.Client(base_url=address, timeout=60) as api, ThreadPoolExecutor(CALLERS) as pool:

        def ask(number: int) -> float:
            begin = time.perf_counter()
            asked = {"player_id": f"player-{number % PLAYERS}"}
            answer = api.post("/v1/decisions", json=asked).raise_for_status().json()
            kinds[answer["suppressed"] or answer["kind"]] += 1
            return time.perf_counter() - begin

        kinds: Counter[str] = Counter()
        ask(0)
        begin = time.perf_counter()
        seconds = list(pool.map(ask, range(decisions - 1)))
        took = time.perf_counter() - begin
    of_kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(kinds.items()))
    note = f"{decisions / took:,.0f}/s; {CALLERS} callers; {of_kinds}"
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
