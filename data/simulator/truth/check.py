"""Command: hold the expected responses against lived ones, action by action."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from data.simulator.actions import ACTION_NAMES, FIRST_INTERVENTION, Chosen
from data.simulator.arrays import Floats
from data.simulator.calendar import Calendar
from data.simulator.logging_policy import eligible, present
from data.simulator.settings.world import WorldSettings
from data.simulator.truth.response import Sums, expected_response
from data.simulator.truth.rollout import live
from data.simulator.truth.worth import budget_eur
from data.simulator.world import live_day, opened

_START = date(2026, 1, 1)


@dataclass(frozen=True)
class Agreement:
    """Mean difference that an action makes to a player over the horizon.

    Attributes
    ----------
    measure
        One of ``play_days``, ``margin_eur``, ``harm_days``, and ``margin_budgets``: the margin in
        each player's own budgets, so that the few who bring most don't outweigh all others.
    half_width
        Of the 95 % interval of ``lived - expected``.
    """

    action: str
    measure: str
    players: int
    expected: float
    lived: float
    half_width: float


def agreements(
    players: int, day: int, seed: int, settings: WorldSettings | None = None
) -> Iterator[Agreement]:
    """Compare every action, for all who may get it on a day before which nothing was done."""
    settings = settings or WorldSettings()
    calendar = Calendar.of(_START, day + settings.worth.horizon_days + 2)
    state = opened(settings, calendar, players, seed)
    for earlier in range(day):
        live_day(state, earlier, Chosen.nobody())
    player, without = present(state, day), {}
    budget, expected = budget_eur(state, player), expected_response(state, player, day)
    may = eligible(state, player, day)
    may[:, FIRST_INTERVENTION:] = True
    for action in range(len(ACTION_NAMES)):
        lived = _measures(live(state, day, player, action), budget)
        if action == 0:
            without = lived
            continue
        meant = _measures(expected.of(action), budget)
        for name, values in meant.items():
            rows = may[:, action]
            yield _agreement(action, name, values[rows], (lived[name] - without[name])[rows])


def _measures(sums: Sums, budget: Floats) -> dict[str, Floats]:
    return {
        "play_days": sums.play_days,
        "margin_eur": sums.margin_eur,
        "margin_budgets": sums.margin_eur / budget,
        "harm_days": sums.harm_days,
    }


def _agreement(action: int, measure: str, expected: Floats, lived: Floats) -> Agreement:
    count, spread = len(lived), float((lived - expected).std())
    half_width = 1.96 * spread / np.sqrt(count)
    means = float(expected.mean()), float(lived.mean())
    return Agreement(ACTION_NAMES[action], measure, count, *means, float(half_width))


def command(
    players: Annotated[int, typer.Option(min=100, help="Number of accounts.")] = 10_000,
    day: Annotated[int, typer.Option(min=1, help="Day of the decision.")] = 60,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same world.")] = 7,
) -> None:
    """Compare what actions are expected to bring with what is lived, each with the same luck."""
    headings = "action", "measure", "players", "expected", "lived", "95 % of\ndifference"
    table = Table(*headings, box=None, pad_edge=False)
    for one in agreements(players, day, seed):
        means = f"{one.expected:+.4f}", f"{one.lived:+.4f}"
        table.add_row(
            one.action, one.measure, f"{one.players:,}", *means, f"± {one.half_width:.4f}"
        )
    Console().print(table)


if __name__ == "__main__":
    typer.run(command)
