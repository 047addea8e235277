"""Command: simulate an operator and write its event log."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from threadpoolctl import threadpool_limits

from data.errors import told_plainly
from data.event_log import EventLog, LogSettings
from data.simulator.actions import Chosen
from data.simulator.exchange import BASE_CURRENCY
from data.simulator.first_day import USUAL_START, FirstDay
from data.simulator.log_writing import writing_to
from data.simulator.mishaps import count_mishaps
from data.simulator.settings.world import WorldSettings
from data.simulator.support_texts.writing import FILE, write_texts
from data.simulator.truth.oracle import Gains
from data.simulator.truth.record import TruthRecord
from data.simulator.unfinished import refuse_used, unfinished
from data.simulator.world import World

TIMEZONE = "Europe/London"
"""The operator's business day."""

ENOUGH_DECISIONS = 5_000
"""With fewer, what is attainable comes out below no offer at times: the facts tell too little."""

_LONGEST_DAYS = 3650


@dataclass(frozen=True)
class Run:
    """What a simulation is made of: the same run brings the same bytes."""

    players: int
    days: int
    seed: int
    start: date
    offers: bool = True
    settings: WorldSettings = field(default_factory=WorldSettings)


def simulate(out: Path, run: Run, progress: Progress) -> Gains | None:
    """Live through the world's days and leave its event log at ``out``, whole or not at all.

    A run that was stopped is taken up again: its days are lived anew, which is the lesser part of
    the work, and what was written stays. Returns what each way of choosing offers earned, if any
    were made.

    Raises
    ------
    TargetNotEmpty
        If ``out`` exists and isn't an empty folder.
    """
    refuse_used(out)
    with unfinished(out, repr(run)) as draft:
        log = EventLog.create(draft / "log", LogSettings(BASE_CURRENCY, TIMEZONE))
        world = World(run.players, run.days, run.seed, run.start, run.settings)
        days = progress.add_task("Simulate days", total=run.days)
        truth = TruthRecord(world.state, draft / "decisions")
        # A second core writes the log; small products of matrices would wait for it.
        with writing_to(log) as writing, threadpool_limits(1, "blas"):
            while not world.over:
                chosen = world.own_choice() if run.offers else Chosen.nobody()
                day = world.day
                truth.observe(day, chosen)
                writing.add(world.step(chosen))
                truth.observe_harm(day)
                progress.advance(days)
        gains = truth.write(draft / "log")
        write_texts(log, run.seed, draft / "log")
        (draft / "log").replace(out)
    return gains


def command(
    out: Annotated[Path, typer.Option(help="Folder of the new event log; absent or empty.")],
    players: Annotated[int, typer.Option(min=20, max=1_000_000, help="Number of accounts.")] = 5000,
    days: Annotated[int, typer.Option(min=2, max=_LONGEST_DAYS, help="Number of days.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same events.")] = 7,
    start: FirstDay = USUAL_START,
    offers: Annotated[bool, typer.Option(help="The operator's own policy makes offers.")] = True,
) -> None:
    """Simulate an operator: players, sessions, rounds, bets, payments and protection.

    The same command goes on where a stopped one ended.
    """
    with told_plainly(), Progress() as progress:
        earned = simulate(out, Run(players, days, seed, start.date(), offers), progress)
        for mishap, count in count_mishaps(EventLog(out)).items():
            progress.console.print(f"{count:>12,} {mishap}")
        if earned is not None:
            progress.console.print(told_gains(earned))
        progress.console.print(
            f"The event log is in {out}, what customers wrote in {out}/{FILE}; "
            f"{out}/truth is for judges alone"
        )


def told_gains(earned: Gains) -> str:
    """What each way of choosing earns, or that there is too little to tell it by."""
    told = "Gain over no offer a decision: "
    if earned.decisions < ENOUGH_DECISIONS:
        return f"{told}{earned.decisions:,} are too few to tell, {ENOUGH_DECISIONS:,} would do"
    return (
        f"{told}EUR {earned.logging_policy:.3f} by the operator's policy, "
        f"{earned.attainable:.3f} attainable, {earned.all_seeing:.3f} for who sees all"
    )


if __name__ == "__main__":
    typer.run(command)
