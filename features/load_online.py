"""Command: fill the online tile state from an event log."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from data.errors import told_plainly
from data.event_log import EventLog, LogError
from data.instants import instant_of
from features.build import progress_bar, tile_new_commits
from features.places import online_tiles_path
from features.protection import PROTECTED, create_protection_tables
from features.tile_arrays import Tiles
from features.tile_queries import SESSION_DAYS, fetch_tiles
from features.tile_sql import (
    DAY_US,
    HOUR_US,
    LAYOUT_VERSION,
    LEVEL_US,
    count_events,
    merge_tiles,
    prepared,
)
from features.tile_state import OLDEST_START_US, StateFacts, new_tile_state
from features.tiles import read_events, require_tiles, tile_files
from features.windows import WINDOWS

PLAYERS_A_CHUNK = 10_000
LONGEST_WINDOW_US = max(window.length_us or 0 for window in WINDOWS)

app = typer.Typer(add_completion=False)


@app.command()
def load(
    data: Annotated[Path, typer.Option(help="Operator folder: the event log.")],
    place: Annotated[Path, typer.Option(help="Folder of the feature store.")],
) -> None:
    """Fill the online tiles with all that the log knows.

    The new state replaces the old one in one step; readers never see half of it.
    """
    with told_plainly():
        log = EventLog(data)
        tile_new_commits(log)
        load_online(log, online_tiles_path(place), show_progress=True)


def load_online(log: EventLog, path: Path, *, show_progress: bool = False) -> StateFacts:
    """Build the tile state of every player in the log, as of just after its last known event."""
    log = log.pinned()
    commits = log.commits()
    if not commits:
        raise LogError(f"{log.root} is empty: ingest events first")
    require_tiles(log)
    last_known_us = max(commit.last_known_us for commit in commits)
    with (
        duckdb.connect() as con,
        new_tile_state(path) as writer,
        progress_bar(shown=show_progress) as progress,
    ):
        con.execute("SET enable_progress_bar = false")
        players = _open_relations(con, log)
        protected = _protected(con, log, last_known_us)
        writer.protect(protected)
        task = progress.add_task("online tiles", total=len(players))
        for begin in range(0, len(players), PLAYERS_A_CHUNK):
            chunk = players[begin : begin + PLAYERS_A_CHUNK]
            for level, tiles in _chunk_tiles(con, chunk, last_known_us + 1):
                writer.add(chunk, level, tiles)
            progress.advance(task, len(chunk))
        facts = StateFacts(
            layout_version=LAYOUT_VERSION,
            last_known_us=last_known_us,
            applied_seq=commits[-1].number,
            coverage=tuple(sorted(log.coverage())),
            base_currency=log.settings.base_currency,
            protected=len(protected),
        )
        writer.finish(facts)
    return facts


def _open_relations(con: duckdb.DuckDBPyConnection, log: EventLog) -> list[str]:
    for level in ("hour", "day"):
        con.read_parquet(tile_files(log, level)).create_view(f"{level}_tile")
    read_events(con, log.files()).create_view("event")
    ids = con.sql("SELECT DISTINCT player_id FROM day_tile ORDER BY player_id").fetchall()
    return [player_id for (player_id,) in ids]


def _protected(con: duckdb.DuckDBPyConnection, log: EventLog, last_known_us: int) -> list[str]:
    con.read_parquet(log.files(), hive_partitioning=False).create_view("events")
    create_protection_tables(con)
    now = instant_of(last_known_us + 1)
    found = con.query(f"WITH {PROTECTED} FROM protected ORDER BY ALL", params={"cutoff": now})
    return [player_id for (player_id,) in found.fetchall()]


def _chunk_tiles(
    con: duckdb.DuckDBPyConnection, players: list[str], now_us: int
) -> Iterator[tuple[str, Tiles]]:
    today = now_us - now_us % DAY_US
    con.execute("CREATE OR REPLACE TEMP TABLE chosen (player_id VARCHAR, owner BIGINT)")
    con.execute(
        "INSERT INTO chosen SELECT unnest($ids), unnest(range(len($ids)))", {"ids": players}
    )
    keys = "owner, start_us, known_day"
    oldest_day = today - LONGEST_WINDOW_US
    day = f"""(SELECT * REPLACE (0 AS known_day,
        CASE WHEN start_us < {oldest_day} THEN {OLDEST_START_US} ELSE start_us END AS start_us)
        FROM day_tile JOIN chosen USING (player_id))"""
    hour = f"""(SELECT * REPLACE (0 AS known_day) FROM hour_tile JOIN chosen USING (player_id)
        WHERE start_us >= {today - SESSION_DAYS * DAY_US})"""
    hour_ago = now_us - now_us % LEVEL_US["5min"] - HOUR_US
    recent = f"""(SELECT * FROM event JOIN chosen USING (player_id)
        WHERE occurred_us >= {hour_ago})"""
    five = f"""SELECT *, 0 AS known_day, occurred_us - occurred_us % {LEVEL_US["5min"]} AS start_us
        FROM ({prepared(recent)}) AS p"""
    for level, counted in (
        ("5min", count_events(five, keys)),
        ("hour", merge_tiles(hour, keys)),
        ("day", merge_tiles(day, keys)),
    ):
        yield level, fetch_tiles(con, f"{counted} ORDER BY owner, start_us", len(players))


if __name__ == "__main__":
    app()
