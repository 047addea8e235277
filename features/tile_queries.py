"""Reading tiles for rows: what is stored for their players, and what ran since their midnight."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.event_log import EventLog
from features.measure import EMPTY, Measure
from features.measures import MEASURE_INDEX, MEASURES
from features.needs import NEEDED
from features.sessions import SESSION_DAYS
from features.tile_arrays import Integers, Tiles, no_tiles
from features.tile_codec import empty_values
from features.tile_sql import DAY_US, HOUR_US, LEVEL_US, count_events, prepared
from features.tiles import read_events, tile_files

FIVE_MINUTES_US = LEVEL_US["5min"]
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Rows:
    """Rows to compute features for.

    Attributes
    ----------
    player_ids
        The distinct players, sorted, length p.
    player
        Shape (n,): index of each row's player.
    cutoff_us
        Shape (n,): as-of moment of each row, µs since the epoch.
    """

    player_ids: list[str]
    player: Integers
    cutoff_us: Integers


def stored_tiles(con: duckdb.DuckDBPyConnection, log: EventLog, rows: Rows) -> Mapping[str, Tiles]:
    """Tiles on disk of the rows' players, grouped by player. None of 5 minutes are."""
    players = len(rows.player_ids)
    con.execute("CREATE OR REPLACE TEMP TABLE chosen (player_id VARCHAR, player BIGINT)")
    con.execute(
        "INSERT INTO chosen SELECT unnest($ids), unnest(range(len($ids)))", {"ids": rows.player_ids}
    )
    since = (int(rows.cutoff_us.min()) // DAY_US - SESSION_DAYS) * DAY_US
    return {
        "5min": no_tiles(players),
        "hour": _stored(con, log, "hour", players, since),
        "day": _stored(con, log, "day", players, 0),
    }


def _stored(
    con: duckdb.DuckDBPyConnection, log: EventLog, level: str, players: int, since_us: int
) -> Tiles:
    files, needed = tile_files(log, level), NEEDED[level]
    if not files:
        return no_tiles(players)
    con.read_parquet(files).create_view("tile", replace=True)
    return fetch_tiles(
        con,
        f"""SELECT player AS owner, start_us, known_day,
            {", ".join(measure.name for measure in needed)}
        FROM tile JOIN chosen USING (player_id)
        WHERE start_us >= {since_us} ORDER BY owner, start_us""",
        players,
        needed,
    )


def running_tiles(con: duckdb.DuckDBPyConnection, log: EventLog, rows: Rows) -> Mapping[str, Tiles]:
    """Tiles of what became known between each row's midnight (UTC) and its moment, grouped by row.

    Counted from the events themselves by the same SQL as stored tiles. The 5-minute level holds
    what its hour-long window needs, from before midnight too.
    """
    reach = _reach(rows)
    days = [EPOCH + timedelta(days=day) for day in pc.unique(reach.column("day")).to_pylist()]
    con.register("reach", reach)
    read_events(con, log.files_of_days(days)).create_view("event", replace=True)
    con.execute(
        """CREATE OR REPLACE TEMP TABLE recent AS
        SELECT event.*, number, midnight_us, hour_ago_us
        FROM event JOIN reach
        ON event.player_id = reach.player_id AND event.known_us // 86400000000 = reach.day
        WHERE known_us < cutoff_us AND known_us >= least(midnight_us, hour_ago_us)"""
    )
    n = len(rows.cutoff_us)
    return {
        "5min": _running(con, "5min", "occurred_us >= hour_ago_us", n),
        "hour": _running(con, "hour", "known_us >= midnight_us", n),
        "day": _running(con, "day", "known_us >= midnight_us", n),
    }


def _reach(rows: Rows) -> pa.Table:
    """Known days whose events a row reads: its own, and the one before if its hour began there."""
    number = np.arange(len(rows.cutoff_us))
    midnight = rows.cutoff_us - rows.cutoff_us % DAY_US
    hour_ago = rows.cutoff_us - rows.cutoff_us % FIVE_MINUTES_US - HOUR_US
    early = hour_ago < midnight
    chosen = np.concatenate([number, number[early]])
    day = np.concatenate([rows.cutoff_us // DAY_US, rows.cutoff_us[early] // DAY_US - 1])
    return pa.table(
        {
            "number": chosen,
            "player_id": pa.array(rows.player_ids, pa.string()).take(pa.array(rows.player[chosen])),
            "day": day,
            "cutoff_us": rows.cutoff_us[chosen],
            "midnight_us": midnight[chosen],
            "hour_ago_us": hour_ago[chosen],
        }
    )


def _running(con: duckdb.DuckDBPyConnection, level: str, condition: str, n: int) -> Tiles:
    events = f"""SELECT *, number AS owner, 0 AS known_day,
        occurred_us - occurred_us % {LEVEL_US[level]} AS start_us
        FROM ({prepared("recent")}) AS p WHERE {condition}"""
    counted = count_events(events, "owner, start_us, known_day", NEEDED[level])
    return fetch_tiles(con, f"{counted} ORDER BY owner, start_us", n, NEEDED[level])


def fetch_tiles(
    con: duckdb.DuckDBPyConnection,
    sql: str,
    groups: int,
    measures: tuple[Measure, ...] = MEASURES,
) -> Tiles:
    """Run a query of ``owner, start_us, known_day`` and measures, ordered by owner and start."""
    table = con.sql(sql).to_arrow_table()
    owner = table.column("owner").to_numpy()
    values = empty_values(table.num_rows)
    for measure in measures:
        counted = table.column(measure.name)
        if counted.null_count < table.num_rows:
            filled = pc.fill_null(counted, EMPTY[measure.merge])
            values[:, MEASURE_INDEX[measure.name]] = filled.to_numpy()
    return Tiles(
        offsets=np.searchsorted(owner, np.arange(groups + 1)),
        start_us=table.column("start_us").to_numpy(),
        known_day=table.column("known_day").to_numpy().astype(np.int64),
        values=values,
    )
