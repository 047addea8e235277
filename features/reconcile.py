"""Command: compare the online state with one built anew from the log, repair it, report drift."""

import sqlite3
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from data.errors import told_plainly
from data.event_log import EventLog
from data.live_log import LiveLog
from features.build import tile_new_commits
from features.live_state import apply_rest, open_for_events
from features.load_online import load_online
from features.places import online_tiles_path
from features.state_drift import Drift, drifts
from features.state_schema import StateFacts, read_facts
from features.tile_state import TileState

EXAMPLES = 20
"""Drifts that are shown; all are counted."""

app = typer.Typer(add_completion=False)


@dataclass(frozen=True)
class Reconciled:
    """What was compared, and every difference that was found and repaired."""

    facts: StateFacts
    drifts: tuple[Drift, ...]


@app.command()
def main(
    data: Annotated[Path, typer.Option(help="Operator folder: the event log.")],
    place: Annotated[Path, typer.Option(help="Folder of the feature store.")],
) -> None:
    """Build the online state anew beside the service, and compare the present one with it.

    The new state replaces the present one in any case, so what drifted is repaired. Ends with
    code 1 if anything had drifted: none is expected, so find out what changed the file.
    """
    console = Console()
    with told_plainly():
        log = EventLog(data)
        tile_new_commits(log)
        found = reconcile(log, online_tiles_path(place), show_progress=True)
    told = f"events up to commit {found.facts.applied_commit}, live {found.facts.applied_seq}"
    if not found.drifts:
        console.print(f"no drift; {told}", soft_wrap=True)
        return
    console.print(_table(found.drifts))
    console.print(f"{len(found.drifts):,} differences, repaired; {told}", soft_wrap=True)
    raise typer.Exit(1)


def reconcile(log: EventLog, path: Path, *, show_progress: bool = False) -> Reconciled:
    """Replace the online state by one built from the log, and tell how they differed.

    Both are compared as of the same event, held still while the service goes on.

    Raises
    ------
    TileStateError
        If there is no state to compare, or one of another layout.
    """
    with ExitStack() as open_states:
        TileState(path).close()
        held: list[sqlite3.Connection] = []

        def hold_present(live: LiveLog) -> None:
            with closing(open_for_events(path.resolve())) as con:
                apply_rest(con, live)
            held.append(open_states.enter_context(closing(_held_still(path))))

        def hold_new() -> None:
            held.append(open_states.enter_context(closing(_held_still(path))))

        load_online(
            log,
            path,
            show_progress=show_progress,
            before_replacing=hold_present,
            after_replacing=hold_new,
        )
        present, new = held
        facts = read_facts(new)
        return Reconciled(facts, tuple(drifts(present, new, facts.last_known_us + 1)))


def _held_still(path: Path) -> sqlite3.Connection:
    """The state that stands at a path now, as it is now."""
    con = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    con.execute("BEGIN")
    read_facts(con)
    return con


def _table(found: tuple[Drift, ...]) -> Table:
    counts = Counter(drift.place.split(" ")[0] for drift in found)
    title = "Drift: " + ", ".join(f"{count:,} in {place}" for place, count in counts.most_common())
    table = Table("player", "what", "held", "expected", title=title)
    for drift in found[:EXAMPLES]:
        table.add_row(drift.player_id, drift.place, drift.held, drift.expected)
    return table


if __name__ == "__main__":
    app()
