"""Command: what a policy of yours brings, beside no offer in the same world with the same luck."""

from datetime import date
from functools import partial
from importlib import import_module
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from data.errors import DataError, told_plainly
from data.simulator.first_day import USUAL_START, FirstDay
from data.simulator.truth.verdicts import Lived, Policy, Verdict, lived, no_offer, verdicts
from data.simulator.world import World

_WIDTH = 100
_LABELS = {
    "play_days": "days of play",
    "margin_eur": "margin less bonuses, EUR",
    "margin_budgets": "the same in own budgets",
    "harm_days": "days of full harm",
    "offers": "offers sent",
    "bonuses": "bonuses claimed",
    "interventions": "interventions",
}


class NoSuchPolicy(DataError):
    """What ``--policy`` names can't be found or called."""


def judged(
    policy: Policy, players: int, days: int, seed: int, start: date, progress: Progress
) -> list[Verdict]:
    """Live a world twice, under no offer and under a policy, and compare."""
    lives: list[Lived] = []
    for told, one in (("Live without offers", no_offer), ("Live under the policy", policy)):
        task = progress.add_task(told, total=days)
        world = World(players, days, seed, start)
        lives.append(lived(world, one, partial(progress.advance, task)))
    return verdicts(*lives)


def found(name: str) -> Policy:
    """The policy called ``module:function``.

    Raises
    ------
    NoSuchPolicy
        If there is no such module or function.
    """
    module, _, function = name.partition(":")
    try:
        policy: Policy = getattr(import_module(module), function)
    except (ImportError, AttributeError, ValueError) as fault:
        raise NoSuchPolicy(
            f"--policy takes module:function, with the module importable from here; {fault}"
        ) from fault
    return policy


def command(
    policy: Annotated[str, typer.Option(help="module:function, from a World to a Chosen or None.")],
    players: Annotated[int, typer.Option(min=20, help="Number of accounts.")] = 2000,
    days: Annotated[int, typer.Option(min=2, help="Number of days.")] = 180,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same world.")] = 7,
    start: FirstDay = USUAL_START,
) -> None:
    """Tell what a policy brings per account, each difference with its 95 % interval by accounts.

    Welcome and reload bonuses and newsletters go on in both lives. Margin is theoretical: real
    stakes times the house edge, less what all bonuses paid out.
    """
    with told_plainly(), Progress(console=Console(stderr=True)) as progress:
        compared = judged(found(policy), players, days, seed, start.date(), progress)
    table = Table(f"per account, {days:,} days", "no offer", policy, "difference ± 95 %")
    for one in sorted(compared, key=lambda one: [*_LABELS].index(one.measure)):
        difference = f"{one.difference:+.3f} ± {one.half_width:.3f}"
        means = f"{one.without:.3f}", f"{one.under_policy:.3f}"
        table.add_row(_LABELS[one.measure], *means, difference)
    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(table)


if __name__ == "__main__":
    typer.run(command)
