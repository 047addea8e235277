"""Players to decide about, and ways to ask: over HTTP, from a state, and again by a replay."""

import itertools
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from campaigns.player_state import PlayerState
from data.instants import microseconds
from features.live_state import apply_events, open_for_events
from features.online_tiles import OnlineTiles
from features.places import online_tiles_path
from serving.models import ServedModel, read_model
from serving.state_builder import Asked, build_state
from tests.serving import places
from tests.serving.live import event
from tests.serving.processes import DIGEST, Running, environment, free_port, running, under_granian

COMPLIANCE = "a key of the tests for compliance"
ADULT = date(1980, 5, 17)
LAPSED = timedelta(days=50)

DAY = timedelta(days=1)
START = places.LAST_DAY - 20 * DAY

_seq = itertools.count(1)


def at(days: float) -> datetime:
    """A moment some days after the start."""
    return START + days * DAY


def us(days: float) -> int:
    """The same, µs since the epoch."""
    return microseconds(at(days))


def service(place: Path, **settings: str) -> AbstractContextManager[Running]:
    """A service on a place, at the clock of the last event."""
    port = free_port()
    env = environment(
        PLAYER_API_KEYS=DIGEST,
        PLAYER_COMPLIANCE_KEYS=sha256(COMPLIANCE.encode()).hexdigest(),
        PLAYER_CLOCK="last_event",
        **settings,
    )
    return running(under_granian(place, port), port, env, place / f"service-{port}.log")


def replay(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """``python -m serving.replay`` on a place, as a process of its own."""
    command = [sys.executable, "-m", "serving.replay", *arguments, "--place", str(place)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def lapsing(player: str, **own: Any) -> list[dict[str, Any]]:
    """Events of an adult who agreed to be written to, and who last played weeks ago."""
    played = (places.LAST_DAY - LAPSED).isoformat()
    return [
        event("player.registered", player, birth_date=ADULT.isoformat(), **own),
        event("player.status_changed", player, status="active", **own),
        event("consent", player, channel="email", granted=True, product="casino", **own),
        event(
            "casino.round", player, state="settled", game_type="slot", stake_real=100, win_real=30,
            currency="EUR", **({"occurred_at": played} | own),
        ),
    ]  # fmt: skip


def decide(api: httpx.Client, player: str, **asked: Any) -> dict[str, Any]:
    """Ask for a decision; the answer."""
    answer = api.post("/v1/decisions", json={"player_id": player, **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def told(event_type: str, player: str, at: datetime, **fields: Any) -> dict[str, Any]:
    """An event as the live log holds it, known when it happened unless said otherwise."""
    row = {
        "event_type": event_type, "player_id": player, "occurred_at": at, "known_at": at,
        "brand_id": "brand", "jurisdiction": "MT", "is_test": False, "is_activity": False,
    } | fields  # fmt: skip
    return {
        name: microseconds(value) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


@dataclass(frozen=True)
class Ground:
    """An online state that events are applied to and states of players are built from."""

    place: Path

    @classmethod
    def made(cls, place: Path) -> "Ground":
        """One over the small place of the tests, with a model in its folder."""
        places.fill_store(place)
        places.write_model(place / "churn")
        return cls(place)

    def tell(self, *rows: Mapping[str, Any]) -> None:
        """Apply events, each known when the state learns of it, as live ones are."""
        con = open_for_events(online_tiles_path(self.place))
        try:
            apply_events(con, rows, next(_seq))
        finally:
            con.close()

    def tiles(self) -> OnlineTiles:
        return OnlineTiles(online_tiles_path(self.place), "last_event")

    def model(self) -> ServedModel:
        return read_model("churn", "1", self.place / "churn")

    def build(
        self, player: str, *, scored: bool = False, state_age_us: int | None = 0
    ) -> PlayerState:
        """The state of a player now."""
        tiles = self.tiles()
        try:
            models = {"churn": self.model()} if scored else {}
            asked = Asked("an id", "00" * 16, player, state_age_us)
            return build_state(tiles, models, asked)[0]
        finally:
            tiles.close()
