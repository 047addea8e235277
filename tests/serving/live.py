"""Live events of the tests, and a service of its own that takes them."""

import itertools
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.serving import places
from tests.serving.processes import Running, environment, free_port, running, under_granian

_numbers = itertools.count()


def event(event_type: str, player: str, *, minutes: float = 1, **fields: Any) -> dict[str, Any]:
    """A live event that happened some minutes after the place's last day began."""
    at = places.LAST_DAY + timedelta(minutes=minutes)
    return {
        "event_type": event_type,
        "event_id": f"live-{next(_numbers)}",
        "source": "platform",
        "player_id": player,
        "brand_id": "brand",
        "jurisdiction": "MT",
        "occurred_at": at.isoformat(),
    } | fields


def round_of(player: str, stake: Any = 100, win: int = 30, **fields: Any) -> dict[str, Any]:
    """A settled casino round."""
    settled: dict[str, Any] = {
        "state": "settled", "game_type": "slot", "stake_real": stake, "win_real": win,
        "currency": "EUR",
    }  # fmt: skip
    return event("casino.round", player, **(settled | fields))


def filled(place: Path, *, model: bool = True) -> Path:
    """A place with online tiles and, if asked for, a churn champion."""
    place.mkdir()
    places.fill_store(place)
    if model:
        places.write_model(place / "churn")
        register = [sys.executable, "-m", "tests.serving.register", str(place), "churn"]
        subprocess.run(register, check=True, capture_output=True)
    return place


@contextmanager
def serving(place: Path, **settings: str) -> Iterator[Running]:
    """The service on a place, in demo mode, at the clock of the last event."""
    port = free_port()
    env = environment(PLAYER_DEMO="true", PLAYER_CLOCK="last_event", **settings)
    with running(under_granian(place, port), port, env, place / "service.log") as process:
        yield process


def send(api: httpx.Client, *events: Any) -> dict[str, Any]:
    """Send events as one list; the answer."""
    answer = api.post("/v1/events", json=list(events))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL a process and its children at once, as a loss of power would."""
    import os

    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
