"""Command: start the service on a place, score some players over HTTP, and show why."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from data.errors import told_plainly
from features.catalogue import FEATURE_INDEX
from features.online_tiles import OnlineTiles
from features.places import online_tiles_path
from serving.demo_live import choose, show_live
from serving.errors import ServingError

READY_WITHIN_S = 60
SCORED_AT_ONCE = 1000
STOP_WITHIN_S = 10

app = typer.Typer(add_completion=False)
console = Console()


class ServiceNotReady(ServingError):
    """The service did not become ready; the message says what it said."""


@app.command()
def demo(
    place: Annotated[Path, typer.Option(help="Folder of the feature store and the registry.")],
    keep: Annotated[bool, typer.Option(help="Leave the service running afterwards.")] = False,
) -> None:
    """Score players of a filled place over HTTP, send events live, and decide for four players."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with told_plainly(), running_service(place) as address:
        answers = score(address, recently_active(place)[:SCORED_AT_ONCE])
        scores = [answer for answer in answers if answer["status"] == "scored"]
        ranked = sorted(scores, key=lambda answer: float(answer["churn_probability"]))
        _show_scores(ranked, Counter(answer.get("reason", "scored") for answer in answers))
        for chosen in (ranked[0], ranked[len(ranked) // 2], ranked[-1]):
            _show_reasons(chosen)
        cast = choose(address, place, [answer["player_id"] for answer in ranked])
        if cast is not None:
            show_live(address, place, cast, console)
        _show_next_steps(address, place, ranked[-1]["player_id"], keep=keep)
        if keep:
            _wait_for_interrupt()


@contextmanager
def running_service(place: Path) -> Iterator[str]:
    """The service as a process of its own on a free loopback port; its address.

    What it says goes to PLACE/service.log.
    """
    if not online_tiles_path(place).is_file():
        raise ServiceNotReady(
            f"{place} has no {online_tiles_path(place).name}: fill it by features.load_online, "
            "or let make demo do all"
        )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "serving.run", "--place", str(place), "--port", str(port)]
    settings = {"PLAYER_DEMO": "true", "PLAYER_CLOCK": "last_event"}
    said = place / "service.log"
    with said.open("wb") as log:
        process = subprocess.Popen(command, env=os.environ | settings, stdout=log, stderr=log)
    try:
        with console.status("starting the service"):
            _wait_until_ready(f"http://127.0.0.1:{port}", process, said)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(STOP_WITHIN_S)


def _wait_until_ready(address: str, process: subprocess.Popen[bytes], said: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    last = "no answer"
    while time.monotonic() < deadline and process.poll() is None:
        try:
            answer = httpx.get(f"{address}/readyz")
        except httpx.TransportError as fault:
            last = str(fault)
        else:
            if answer.is_success:
                return
            last = answer.text
        time.sleep(0.1)
    raise ServiceNotReady(
        f"the service was not ready within {READY_WITHIN_S} s ({last}): see {said}"
    )


def score(address: str, player_ids: list[str]) -> list[dict[str, Any]]:
    """Scores of players, from the running service."""
    answer = httpx.post(f"{address}/v1/score", json={"player_ids": player_ids}, timeout=30)
    answer.raise_for_status()
    scores: list[dict[str, Any]] = answer.json()["scores"]
    return scores


def recently_active(place: Path) -> list[str]:
    """Players with activity in the last 30 days: those whom a churn probability is about."""
    tiles = OnlineTiles(online_tiles_path(place), "last_event")
    ids = np.array(tiles.player_ids())
    rows = tiles.features(ids.tolist())
    tiles.close()
    active = rows.matrix[:, FEATURE_INDEX["activity_count_30d"]] > 0
    return [str(player_id) for player_id in ids[active]]


def _show_scores(ranked: list[dict[str, Any]], reasons: Counter[str]) -> None:
    probabilities = [answer["churn_probability"] for answer in ranked]
    model = f"{ranked[0]['model_id']} version {ranked[0]['model_version']}"
    console.print(
        f"{len(ranked):,} recently active players scored over HTTP by {model}, as of "
        f"{ranked[0]['as_of']}: lowest {probabilities[0]:.1%}, "
        f"median {np.median(probabilities):.1%}, highest {probabilities[-1]:.1%}; "
        f"no score for {reasons['protection']} who are protected and {reasons['inactive']} who "
        "were inactive too long"
    )


def _show_reasons(answer: dict[str, Any]) -> None:
    title = f"{answer['player_id']}: churn probability {answer['churn_probability']:.1%}"
    table = Table(title=title, title_justify="left", show_edge=False)
    table.add_column("log-odds", justify="right")
    table.add_column("reason")
    for reason in answer["reasons"]:
        table.add_row(f"{reason['contribution']:+.2f}", reason["sentence"])
    console.print()
    console.print(table)


def _show_next_steps(address: str, place: Path, player_id: str, *, keep: bool) -> None:
    console.print()
    if keep:
        console.print(f"API to try out   {address}/schema")
        console.print(f"One player       {address}/v1/players/{player_id}/explanation?model=churn")
    else:
        console.print("API to try out   make demo KEEP=1 leaves the service running")
    runs = f"{place}/mlflow.db"
    console.print(
        f"Models and runs  .venv/bin/mlflow ui --backend-store-uri sqlite:///{runs}", soft_wrap=True
    )
    console.print(f"Evaluation       {place}/evaluation.json")
    console.print(
        f"Replay           .venv/bin/python -m serving.replay --place {place}", soft_wrap=True
    )
    console.print(
        "Live to training "
        f".venv/bin/python -m features.compact --data {place}/operator --place {place}",
        soft_wrap=True,
    )
    console.print("Features         docs/features.md")
    console.print("Your own data    data/README.md")


def _wait_for_interrupt() -> None:
    console.print("\nThe service is up; Ctrl-C stops it.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("stopped")


if __name__ == "__main__":
    app()
