"""Tiles on disk: for each commit of the event log, its hour tiles and its day tiles, made once.

A tile is one player's events that occurred in one interval, merged. It is keyed by the day on which
its events became known as well: what is known as of a midnight is every tile of an earlier known
day, whatever the day of play. A late event adds a tile and changes none. Since merges commute, each
commit is tiled by itself, and a commit that is tiled is never read for tiles again.

Layout, beside the log: ``tiles/<layout version>/000001.hour.parquet`` and ``….day.parquet``, sorted
by player and start. Columns: ``player_id``, ``start_us``, ``known_day`` (days since the epoch), and
the measures, NULL where nothing contributed.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from data.drafts import draft_of
from data.event import LARGEST_INTEGER
from data.event_log import Commit, EventLog
from data.sql_text import literal
from data.tables import event_schema
from data.workspace import turn
from features.errors import FeatureError, TileOverflow
from features.measures import MEASURES
from features.tile_sql import (
    DAY_US,
    EVENT_COLUMNS,
    HOUR_US,
    LAYOUT_VERSION,
    count_events,
    merge_tiles,
    prepared,
)

Level = str


class NotTiled(FeatureError):
    """A commit has no tiles in the present layout."""


def tile_folder(log: EventLog) -> Path:
    """Folder of the log's tiles in the present layout."""
    return log.root / "tiles" / LAYOUT_VERSION


def tile_files(log: EventLog, level: Level) -> list[str]:
    """Tile files of ``hour`` or ``day`` of every commit, as paths."""
    return [str(_path(log, commit, level)) for commit in log.commits()]


def untiled(log: EventLog) -> list[Commit]:
    """Commits without tiles in the present layout, oldest first."""
    return [commit for commit in log.commits() if not _path(log, commit, "day").exists()]


def require_tiles(log: EventLog) -> None:
    """Check that every commit is tiled, so that none is passed over.

    Raises
    ------
    NotTiled
        Naming the first that isn't.
    """
    if missing := untiled(log):
        raise NotTiled(
            f"commit {missing[0].name} of {log.root} has no tiles: "
            f"run python -m features.build --data {log.root}"
        )


def tile_commits(log: EventLog, memory_limit: str = "4GB") -> Iterator[Commit]:
    """Tile each commit that isn't yet, and yield it when its files are in place.

    Cost grows with the events of new commits alone. A killed run leaves drafts that the next one
    replaces; a second run at the same time waits for the first.
    """
    if not untiled(log):
        return
    with turn(log.root / "tiles.lock"):
        for commit in untiled(log):
            with duckdb.connect(config={"memory_limit": memory_limit}) as con:
                con.execute("SET enable_progress_bar = false")
                _tile(con, log, commit)
            yield commit


def _tile(con: duckdb.DuckDBPyConnection, log: EventLog, commit: Commit) -> None:
    read_events(con, log.files([commit])).create_view("events")
    keyed = f"""
        SELECT *, occurred_us - occurred_us % {HOUR_US} AS start_us,
            known_us // {DAY_US} AS known_day
        FROM ({prepared("events")}) AS p
    """
    keys = "player_id, start_us, known_day"
    con.execute(f"CREATE TEMP TABLE hour AS {count_events(keyed, keys)}")
    con.execute(
        "CREATE TEMP VIEW hour_of_day AS "
        f"SELECT * REPLACE (start_us - start_us % {DAY_US} AS start_us) FROM hour"
    )
    con.execute(f"CREATE TEMP TABLE day AS {merge_tiles('hour_of_day', keys)}")
    _refuse_overflow(con, commit)
    for level in ("hour", "day"):
        with draft_of(_path(log, commit, level)) as draft:
            con.execute(
                f"COPY (FROM {level} ORDER BY player_id, start_us, known_day) TO {literal(draft)} "
                "(FORMAT parquet, COMPRESSION zstd)"
            )


def _refuse_overflow(con: duckdb.DuckDBPyConnection, commit: Commit) -> None:
    sums = [measure.name for measure in MEASURES if measure.merge == "sum"]
    largest = con.sql(f"SELECT {', '.join(f'max(abs({name}))' for name in sums)} FROM day")
    for name, value in zip(sums, largest.fetchall()[0], strict=True):
        if value is not None and value > LARGEST_INTEGER:
            raise TileOverflow(
                f"{name} reaches {value} in one player's day of commit {commit.name}, "
                f"beyond {LARGEST_INTEGER}: check the unit of amounts in the mapping"
            )


def read_events(con: duckdb.DuckDBPyConnection, files: list[str]) -> duckdb.DuckDBPyRelation:
    """Relation over files of the log, maybe none, with the columns that tiles read."""
    if not files:
        return con.from_arrow(event_schema().empty_table()).project(EVENT_COLUMNS)
    return con.read_parquet(files, hive_partitioning=False).project(EVENT_COLUMNS)


def _path(log: EventLog, commit: Commit, level: Level) -> Path:
    return tile_folder(log) / f"{commit.name}.{level}.parquet"
