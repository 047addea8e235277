"""Command: simulate a small operator and write its event log."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from data.errors import DataError, told_plainly
from data.event_log import EventLog, LogSettings
from data.simulator.calendar import Calendar
from data.simulator.delivery import deliver
from data.simulator.event_tables import Operator
from data.simulator.exchange import BASE_CURRENCY, draw_rates
from data.simulator.ledger import with_balances
from data.simulator.settings.world import WorldSettings
from data.simulator.simulate import run_days
from data.simulator.staging import Outbox, append, stage
from data.simulator.world import World

TIMEZONE = "Europe/London"
"""The operator's business day."""

_LONGEST_DAYS = 3650


class TargetNotEmpty(DataError):
    """The folder for the new log holds something already."""


class TargetNotWritable(DataError):
    """No folder can be made where the new log should stand."""


def simulate(out: Path, world: World, progress: Progress) -> None:
    """Live through the world's days and leave its event log at ``out``, whole or not at all.

    Raises
    ------
    TargetNotEmpty
        If ``out`` exists and isn't an empty folder.
    """
    _refuse_used(out)
    with _draft_of(out) as draft:
        outbox = _live(world, progress)
        _write(outbox, draft, progress)
        (draft / "log").replace(out)


def _live(world: World, progress: Progress) -> Outbox:
    days = progress.add_task("Simulate days", total=world.calendar.days)
    for _ in run_days(world):
        progress.advance(days)
    frames = with_balances(world.records.frames(world.calendar.end_us))
    rates = draw_rates(world.settings.exchange, world.calendar.days, world.streams.exchange)
    deliveries = {
        name: deliver(world.settings.delivery, name, frame.at_us, world.streams.delivery)
        for name, frame in frames.items()
    }
    operator = Operator(world.calendar, world.population.profiles, rates)
    return Outbox(operator, frames, deliveries)


def _write(outbox: Outbox, draft: Path, progress: Progress) -> None:
    log = EventLog.create(draft / "log", LogSettings(BASE_CURRENCY, TIMEZONE))
    (draft / "staged").mkdir()
    staging = progress.add_task("Stage events", total=len(outbox))
    staged = []
    for one in stage(outbox, draft / "staged"):
        staged.append(one)
        progress.advance(staging, one.rows)
    appending = progress.add_task("Append to the log", total=len(outbox))
    for rows in append(staged, log):
        progress.advance(appending, rows)


def _refuse_used(out: Path) -> None:
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise TargetNotEmpty(
            f"{out} was expected to be absent or an empty folder, but holds something: "
            "choose another --out, or remove it first"
        )


@contextmanager
def _draft_of(out: Path) -> Iterator[Path]:
    """A folder beside ``out``, locked while it is in use and removed afterwards.

    Drafts of runs that were killed are unlocked; they are removed first.
    """
    draft = _new_draft(out)
    lock = _lock(draft)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _new_draft(out: Path) -> Path:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        for old in out.parent.glob(f".{out.name}.*.draft"):
            if (lock := _lock(old)) is not None:
                shutil.rmtree(old)
                os.close(lock)
        return Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".draft", dir=out.parent))
    except OSError as fault:
        raise TargetNotWritable(
            f"a folder that can be written to was expected at {out.parent}: {fault}; "
            "choose another --out"
        ) from fault


def _lock(folder: Path) -> int | None:
    """Lock a folder until its descriptor is closed; None if a live process holds it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def command(
    out: Annotated[Path, typer.Option(help="Folder of the new event log; absent or empty.")],
    players: Annotated[int, typer.Option(min=20, max=1_000_000, help="Number of accounts.")] = 5000,
    days: Annotated[int, typer.Option(min=2, max=_LONGEST_DAYS, help="Number of days.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same events.")] = 7,
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")] = datetime(
        2026, 1, 1
    ),
) -> None:
    """Simulate a small operator: players, sessions, rounds, bets, payments and protection."""
    with told_plainly(), Progress() as progress:
        calendar = Calendar.of(start.date(), days)
        _refuse_used(out)
        world = World.create(WorldSettings(), calendar, players, seed)
        simulate(out, world, progress)
        progress.console.print(f"The event log is in {out}")


if __name__ == "__main__":
    typer.run(command)
