"""Command: move what arrived live into the Parquet log, where training reads it."""

from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Annotated

import pyarrow.parquet as pq
import typer
from rich.console import Console

from data.coverage import told_by
from data.errors import told_plainly
from data.event_log import Commit, EventLog, Source
from data.live_log import LiveLog
from data.live_table import as_table
from data.tables import event_schema
from data.workspace import workspace
from features.errors import FeatureError
from features.places import live_log_path, online_tiles_path
from features.state_place import brought_to_disk, building
from features.tile_state import TileState

SOURCE = "live"
ROWS_AT_ONCE = 50_000

app = typer.Typer(add_completion=False)


class NothingLive(FeatureError):
    """The place has no live log."""


class CompactionRuns(FeatureError):
    """Another compaction of the place is running."""


@app.command()
def main(
    data: Annotated[Path, typer.Option(help="Operator folder: the event log.")],
    place: Annotated[Path, typer.Option(help="Folder of the feature store, with live.sqlite.")],
) -> None:
    """Append the live log's events to the Parquet log, and let go of those that are safe there.

    Runs beside the service. Killed at any moment it loses and doubles nothing; run it again.
    """
    with told_plainly():
        commit = compact(EventLog(data), place)
        rows = f"{commit.rows:,} events" if commit else "nothing new"
        Console().print(f"{rows} from {live_log_path(place)} to {data}", highlight=False)


def compact(log: EventLog, place: Path) -> Commit | None:
    """Append what the Parquet log doesn't hold yet; the commit, or None if there is nothing.

    Raises
    ------
    NothingLive
        If there is no live log.
    CompactionRuns
        If another process compacts the place.
    """
    if not live_log_path(place).is_file():
        raise NothingLive(f"{live_log_path(place)} does not exist: no event was ever sent here")
    lock, busy = place / "compact.lock", CompactionRuns(f"a compaction of {place} runs already")
    with (
        closing(LiveLog(live_log_path(place))) as live,
        workspace(log.root / ".compact", lock, busy) as folder,
    ):
        state_path = online_tiles_path(place)
        applied_seq = _applied_seq(state_path) if state_path.exists() else live.last_seq()
        commit = _append(log, live, applied_seq, folder)
        _let_go(log, live, state_path)
        return commit


def _applied_seq(state_path: Path) -> int:
    with closing(TileState(state_path)) as state:
        return state.facts().applied_seq


def _append(log: EventLog, live: LiveLog, through_seq: int, folder: Path) -> Commit | None:
    """Append what was applied: what couldn't be is withdrawn, and the Parquet log never changes."""
    coverage, staged, last_seq = set(log.coverage()), [], log.live_seq()
    for number, batch in zip(count(), live.batches_after(last_seq, ROWS_AT_ONCE)):
        rows = [row for seq, row in batch if seq <= through_seq]
        if not rows:
            break
        staged.append(folder / f"{number:06d}.parquet")
        pq.write_table(as_table(rows, event_schema()), staged[-1])
        coverage |= told_by(rows)
        last_seq = min(batch[-1][0], through_seq)
    source = Source(SOURCE, frozenset(coverage), ", ".join(sorted(log.activity())))
    return log.append(staged, source, last_seq) if staged else None


def _let_go(log: EventLog, live: LiveLog, state_path: Path) -> None:
    """Drop content that is in the Parquet log and in the state; not while a state is built."""
    if not state_path.exists():
        return
    with building(state_path):
        applied_seq = _applied_seq(state_path)
        if brought_to_disk(state_path):
            live.drop_through(min(log.live_seq(), applied_seq))


if __name__ == "__main__":
    app()
