"""Command: fill the online tile state from an event log."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from data.activity import Activity
from data.drafts import write_atomically
from data.errors import told_plainly
from data.event_log import EventLog, LogError
from data.live_log import LiveLog
from features.build import progress_bar, tile_new_commits
from features.imported_ids import remember_ids
from features.live_batch import create_batch_tables
from features.live_state import apply_rest
from features.places import live_log_path, online_tiles_path
from features.sessions import SESSION_DAYS
from features.state_fill import add_beside_tiles, add_tiles
from features.state_place import applying, new_state, publish_state
from features.state_schema import (
    OLDEST_START_US,
    STATE_LAYOUT,
    Sources,
    StateFacts,
    read_facts,
    write_facts,
)
from features.tile_arrays import Tiles
from features.tile_queries import fetch_tiles
from features.tile_sql import (
    DAY_US,
    HOUR_US,
    LEVEL_US,
    count_events,
    merge_tiles,
    prepared,
)
from features.tiles import read_events, require_tiles, tile_files
from features.windows import LONGEST_WINDOW_US

PLAYERS_A_CHUNK = 10_000

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
        facts = load_online(log, online_tiles_path(place), show_progress=True)
        told = {"applied_commit": facts.applied_commit, "applied_seq": facts.applied_seq}
        write_atomically(place / "loaded.json", json.dumps(told, indent=2))


def load_online(
    log: EventLog,
    path: Path,
    *,
    show_progress: bool = False,
    before_replacing: Callable[[LiveLog], None] | None = None,
    after_replacing: Callable[[], None] | None = None,
) -> StateFacts:
    """Build the state of every player in the log, and go on with the live log's events.

    Runs beside the service: what arrives meanwhile is applied to the new state before it becomes
    the present one.

    Parameters
    ----------
    before_replacing, after_replacing
        What is done while no event is applied, just before the new state replaces the present one,
        and just after.
    """
    with new_state(path) as (con, draft), closing(LiveLog(live_log_path(path.parent))) as live:
        log = log.pinned()
        facts = _facts(log)
        con.execute("BEGIN")
        _fill(con, log, facts.last_known_us, show_progress=show_progress)
        write_facts(con, facts)
        con.execute("COMMIT")
        both_ways = remember_ids(log, live)
        create_batch_tables(con)
        apply_rest(con, live, both_ways)
        with applying(path):
            apply_rest(con, live, both_ways)
            if before_replacing is not None:
                before_replacing(live)
            publish_state(path, con, draft)
            if after_replacing is not None:
                after_replacing()
        live.finish_remembering(log.commits()[-1].number, both_ways)
        return read_facts(con)


def _facts(log: EventLog) -> StateFacts:
    commits = log.commits()
    if not commits:
        raise LogError(f"{log.root} is empty: ingest events first")
    require_tiles(log)
    return StateFacts(
        layout_version=STATE_LAYOUT,
        last_known_us=max(commit.last_known_us for commit in commits),
        applied_commit=commits[-1].number,
        applied_seq=log.live_seq(),
        sources=Sources(
            coverage=log.coverage(),
            activity=Activity.of(log.activity()).tokens,
            base_currency=log.settings.base_currency,
        ),
    )


def _fill(
    con: sqlite3.Connection, log: EventLog, last_known_us: int, *, show_progress: bool
) -> None:
    with duckdb.connect() as duck, progress_bar(shown=show_progress) as progress:
        duck.execute("SET enable_progress_bar = false")
        duck.execute("SET TimeZone = 'UTC'")
        players = _open_relations(duck, log)
        task = progress.add_task("online tiles", total=len(players))
        for begin in range(0, len(players), PLAYERS_A_CHUNK):
            chunk = players[begin : begin + PLAYERS_A_CHUNK]
            for level, tiles in _chunk_tiles(duck, chunk, last_known_us + 1):
                add_tiles(con, chunk, level, tiles)
            progress.advance(task, len(chunk))
        add_beside_tiles(con, duck, last_known_us)


def _open_relations(con: duckdb.DuckDBPyConnection, log: EventLog) -> list[str]:
    for level in ("hour", "day"):
        con.read_parquet(tile_files(log, level)).create_view(f"{level}_tile")
    read_events(con, log.files()).create_view("event")
    con.read_parquet(log.files(), hive_partitioning=False).create_view("events")
    ids = con.sql("SELECT DISTINCT player_id FROM day_tile ORDER BY player_id").fetchall()
    return [player_id for (player_id,) in ids]


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
