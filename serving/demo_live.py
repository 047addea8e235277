"""The demo's live part: events in, a score that follows at once, and safe decisions out."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
from rich.console import Console
from rich.table import Table

from data.instants import instant_of
from features.online_tiles import OnlineTiles
from features.places import online_tiles_path

DEPOSIT = "deposit:approved"
ROUNDS = 12
CANDIDATES = 20
SHOWN_REASONS = 3


class Cast(NamedTuple):
    """Who the demo is about: players in the base currency, without a protection if there are."""

    returning: str
    ordinary: str
    lapsing: str
    excluding: str
    harmed: str


def choose(address: str, place: Path, ranked: Sequence[str]) -> Cast | None:
    """Choose among players ranked by their probability of leaving; None if there are too few."""
    with closing(OnlineTiles(online_tiles_path(place), "last_event")) as tiles:
        state = tiles.state()
        base = state.facts().sources.base_currency
        fit = [one for one in ranked if state.record(one).currencies == (base,)]

    def protected(player_id: str) -> bool:
        return bool(_decided(address, player_id, mode="dry_run")["suppressed"])

    if len(fit) < 2 * CANDIDATES:
        return None
    likeliest = sorted(fit[: -CANDIDATES - 1 : -1], key=protected)
    median = sorted(fit[len(fit) // 2 :][:CANDIDATES], key=protected)
    return Cast(likeliest[0], median[0], likeliest[1], median[1], likeliest[2])


def show_live(address: str, place: Path, cast: Cast, console: Console) -> None:
    """Send a burst of events, show what it did to a score, and decide for four players."""
    before = _score(address, cast.returning)
    burst = list(_burst(place, cast))
    answer = httpx.post(f"{address}/v1/events", json=burst, timeout=30).json()
    again = httpx.post(f"{address}/v1/events", json=burst, timeout=30).json()
    console.print()
    console.print(
        f"{len(burst)} events sent live: {answer['accepted']} accepted and in every score; "
        f"sent again: {again['duplicates']} duplicates, {again['accepted']} counted"
    )
    _show_change(before, _score(address, cast.returning), console)
    _show_decisions(address, cast, console)


def _burst(place: Path, cast: Cast) -> Iterator[dict[str, Any]]:
    """One player comes back, one player self-excludes, one shows strong harm."""
    with closing(OnlineTiles(online_tiles_path(place), "last_event")) as tiles:
        facts, state = tiles.state().facts(), tiles.state()
        start = instant_of(facts.last_known_us)

        def event(player: str, second: int, **fields: Any) -> dict[str, Any]:
            own = state.record(player).own
            return {
                "event_id": uuid4().hex,
                "source": "demo",
                "player_id": player,
                "brand_id": own["brand"].text if "brand" in own else "demo",
                "jurisdiction": own["jurisdiction"].text if "jurisdiction" in own else "MT",
                "occurred_at": (start + timedelta(seconds=second)).isoformat(),
            } | fields

        money = {"currency": facts.sources.base_currency}
        if "session.started" in facts.sources.coverage:
            yield event(cast.returning, 0, event_type="session.started", session_id=uuid4().hex)
        for number in range(1, ROUNDS + 1):
            if DEPOSIT in facts.sources.activity:
                activity = {"event_type": "deposit", "status": "approved", "amount": 2_000}
            else:
                activity = {
                    "event_type": "casino.round", "state": "settled", "game_type": "slot",
                    "stake_real": 100, "win_real": 80,
                }  # fmt: skip
            yield event(cast.returning, 20 * number, **activity, **money)
        yield event(cast.excluding, 1, event_type="exclusion", exclusion_kind="self_exclusion")
        yield event(cast.harmed, 2, event_type="rg.flag", rule_id="analyst", strong=True)


def _score(address: str, player_id: str) -> dict[str, Any]:
    return _asked(f"{address}/v1/score", player_id=player_id)


def _decided(address: str, player_id: str, **fields: str) -> dict[str, Any]:
    return _asked(f"{address}/v1/decisions", player_id=player_id, **fields)


def _asked(url: str, **fields: str) -> dict[str, Any]:
    answer = httpx.post(url, json=fields, timeout=30)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def _show_change(before: dict[str, Any], after: dict[str, Any], console: Console) -> None:
    title = (
        f"{after['player_id']} came back: churn probability "
        f"{before['churn_probability']:.1%} → {after['churn_probability']:.1%}"
    )
    table = Table(title=title, title_justify="left", show_edge=False)
    table.add_column("before")
    table.add_column("after")
    told = [[one["sentence"] for one in score["reasons"][:SHOWN_REASONS]]
            for score in (before, after)]  # fmt: skip
    for row in zip(*told, strict=False):
        table.add_row(*row)
    console.print()
    console.print(table)


def _show_decisions(address: str, cast: Cast, console: Console) -> None:
    table = Table(title="Decisions", title_justify="left", show_edge=False)
    for column in ("player", "action", "probability", "why"):
        table.add_column(column)
    for role, player_id in list(cast._asdict().items())[1:]:
        decision = _decided(address, player_id)
        reasons = decision["reasons"][decision["kind"] == "intervention" :]
        why = reasons[0]["text"] if reasons else ""
        action = decision["action"] + (" (protected)" if decision["suppressed"] else "")
        table.add_row(f"{role}: {player_id}", action, f"{decision['action_probability']:.3f}", why)
    console.print()
    console.print(table)
