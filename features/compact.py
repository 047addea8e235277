"""Command: move what arrived live into the Parquet log, where training reads it."""

from contextlib import closing
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import pyarrow.parquet as pq
import typer
from rich.console import Console

from data.errors import told_plainly
from data.event_log import Commit, EventLog, Source
from data.live_log import LiveLog
from data.live_table import as_table
from data.tables import event_schema
from data.workspace import turn
from features.errors import FeatureError
from features.places import live_log_path, online_tiles_path
from features.state_place import building
from features.tile_state import TileState

SOURCE = "live"
ROWS_AT_ONCE = 50_000

app = typer.Typer(add_completion=False)


class NothingLive(FeatureError):
    """The place has no live log."""


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
    """
    if not live_log_path(place).is_file():
        raise NothingLive(f"{live_log_path(place)} does not exist: no event was ever sent here")
    with closing(LiveLog(live_log_path(place))) as live, turn(place / "compact.lock"):
        commit = _append(log, live)
        _let_go(log, live, online_tiles_path(place))
        return commit


def _append(log: EventLog, live: LiveLog) -> Commit | None:
    source = Source(
        name=SOURCE, coverage=log.coverage(), activity=", ".join(sorted(log.activity()))
    )
    last_seq = log.live_seq()
    with TemporaryDirectory(dir=log.root, prefix=".compact-") as folder:
        staged = []
        for number, batch in zip(count(), live.batches_after(last_seq, ROWS_AT_ONCE)):
            staged.append(Path(folder) / f"{number:06d}.parquet")
            rows = [row for _, row in batch]
            pq.write_table(as_table(rows, event_schema()), staged[-1])
            last_seq = batch[-1][0]
        return log.append(staged, source, last_seq) if staged else None


def _let_go(log: EventLog, live: LiveLog, state_path: Path) -> None:
    """Drop content that is in the Parquet log and in the state; not while a state is built."""
    if not state_path.exists():
        return
    with building(state_path):
        state = TileState(state_path)
        applied_seq = state.facts().applied_seq
        state.close()
        live.drop_through(min(log.live_seq(), applied_seq))


if __name__ == "__main__":
    app()
