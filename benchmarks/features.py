"""Features offline and online, beside the floor (a scan) and peers, in one run.

Run with ``python -m benchmarks.features``. Target size: 20M bets of 50,000 players over 26 weeks,
26 weekly cutoffs. A smaller ``--bets`` is printed as reduced.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import typer

from benchmarks.measure import Bench
from data.event_log import EventLog, LogSettings, Source
from data.tables import event_schema
from features.catalogue import FEATURE_NAMES
from features.load_online import load_online
from features.online_tiles import OnlineTiles
from features.rows import iterate_rows
from features.tile_sql import DAY_US
from features.tiles import tile_commits

TARGET_BETS = 20_000_000
WEEKS = 26
BETS_A_PLAYER = 400
START_US = 1_735_689_600_000_000
ONLINE_READS = 2_000

BETS_A_SESSION = 30

BETS_SQL = f"""
SELECT 'casino.round' AS event_type, 'bet-' || bet AS event_id,
    'player-' || (hash(session) % {{players}}) AS player_id, 'brand' AS brand_id,
    'MT' AS jurisdiction, 'bench' AS source, 1 AS schema_version,
    moment AS occurred_at, moment AS known_at, moment AS ingested_at,
    'EUR' AS currency, 60 AS utc_offset_minutes, false AS is_test, true AS is_activity,
    'settled' AS state,
    ['slot', 'table', 'live'][1 + (hash(session * 5) % 3)::BIGINT] AS game_type,
    stake AS stake_real, stake AS stake_real_base, win AS win_real, win AS win_real_base
FROM (
    SELECT *, make_timestamptz({START_US}
            + (hash(session * 17) % {WEEKS * 7})::BIGINT * {DAY_US}
            + (18 + hash(session * 19) % 5)::BIGINT * 3600000000
            + (hash(bet * 7) % 2400000000)::BIGINT) AS moment,
        (20 + hash(bet * 3) % 2000)::BIGINT AS stake,
        CASE WHEN hash(bet * 11) % 3 = 0 THEN (hash(bet * 13) % 5000)::BIGINT ELSE 0 END AS win
    FROM (SELECT i AS bet, i // {BETS_A_SESSION} AS session FROM range({{bets}}) AS t(i))
)
"""

COVERAGE = frozenset({"casino.round", "casino.round:settled"})


def main(
    bets: Annotated[int, typer.Option(help="Bets; the target is 20,000,000.")] = TARGET_BETS,
    out: Annotated[Path | None, typer.Option(help="JSON file for the rows.")] = None,
) -> None:
    """Measure the way from events to features."""
    players = bets // BETS_A_PLAYER
    bench = Bench("Features", reduced=bets < TARGET_BETS)
    with TemporaryDirectory() as name:
        folder = Path(name)
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            pool.submit(_make_log, folder, bets, players).result()
        log = EventLog(folder / "log")
        _offline(bench, log, folder, bets, players)
        _online(bench, log, folder, players)
    bench.finish(out)


def _make_log(folder: Path, bets: int, players: int) -> None:
    """A log of made-up bets; columns that no bet fills stay empty, as in a real log.

    It is made in a process of its own, whose memory is not the features'.
    """
    schema = event_schema()
    staged = folder / "staged.parquet"
    with duckdb.connect() as con, pq.ParquetWriter(staged, schema) as writer:
        con.execute("SET enable_progress_bar = false")
        for batch in con.sql(BETS_SQL.format(bets=bets, players=players)).to_arrow_reader():
            made = pa.Table.from_batches([batch])
            columns = [
                made.column(field.name).cast(field.type)
                if field.name in made.column_names
                else pa.nulls(len(batch), field.type)
                for field in schema
            ]
            writer.write_table(pa.table(columns, schema=schema))
    log = EventLog.create(folder / "log", LogSettings("EUR", "UTC"))
    log.append([staged], Source("bench", COVERAGE, "rounds"))
    staged.unlink()


def _offline(bench: Bench, log: EventLog, folder: Path, bets: int, players: int) -> None:
    with bench.step("floor: scan of four columns", f"{bets:,} bets"):
        _query(
            "SELECT count(player_id), max(occurred_at), sum(stake_real), sum(win_real) "
            f"FROM read_parquet({log.files()})"
        )
    with bench.step("tiles", f"{bets:,} bets", "once for each commit"):
        for _ in tile_commits(log):
            pass
    entities = _entities(players)
    size = f"{entities.num_rows:,} rows x {len(FEATURE_NAMES)} features"
    with bench.step("rows, computed", size, f"{WEEKS} weekly cutoffs"):
        for _ in iterate_rows(log, entities):
            pass
    with bench.step("rows, computed and written", size, f"{WEEKS} weekly cutoffs"):
        writer = None
        for rows in iterate_rows(log, entities):
            writer = writer or pq.ParquetWriter(folder / "rows.parquet", rows.schema)
            writer.write_table(rows)
    with bench.step("peer: DuckDB on raw events", f"{WEEKS} cutoffs x 65 features"):
        for week in range(1, WEEKS + 1):
            _query(_peer_sql(log, week))


def _query(sql: str) -> pa.Table:
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        return con.sql(sql).to_arrow_table()


def _entities(players: int) -> pa.Table:
    cutoffs = START_US + np.arange(1, WEEKS + 1) * 7 * DAY_US
    ids = [f"player-{number}" for number in range(players)]
    return pa.table(
        {
            "player_id": pa.array(ids).take(pa.array(np.repeat(np.arange(players), WEEKS))),
            "cutoff": pa.array(np.tile(cutoffs, players), pa.timestamp("us", "UTC")),
        }
    )


def _peer_sql(log: EventLog, week: int) -> str:
    """One cutoff of 65 conditional aggregates over the raw events: 13 measures in 5 windows."""
    cutoff_us = START_US + week * 7 * DAY_US
    amounts = ["stake_real", "win_real", "stake_real - win_real"]
    measures = [f"{op}({amount}" for amount in amounts for op in ("sum", "max", "min", "avg")]
    aggregates = ", ".join(
        f"{measure}) FILTER (known_at >= make_timestamptz({cutoff_us - days * DAY_US}))"
        for days in (1, 7, 30, 90, 10_000)
        for measure in (*measures, "count(stake_real")
    )
    return (
        f"SELECT player_id, {aggregates} FROM read_parquet({log.files()}) "
        f"WHERE known_at < make_timestamptz({cutoff_us}) GROUP BY player_id"
    )


def _online(bench: Bench, log: EventLog, folder: Path, players: int) -> None:
    with bench.step("online tiles loaded", f"{players:,} players"):
        load_online(log, folder / "online.sqlite")
    tiles = OnlineTiles(folder / "online.sqlite", "last_event")
    chosen = np.random.default_rng(1).integers(0, players, ONLINE_READS)
    seconds = []
    for number in chosen:
        begin = time.perf_counter()
        tiles.features([f"player-{number}"])
        seconds.append(time.perf_counter() - begin)
    tiles.close()
    size = f"1 player x {len(FEATURE_NAMES)} features"
    for percent in (50, 99):
        bench.add("online read", size, float(np.percentile(seconds, percent)), f"p{percent}")


if __name__ == "__main__":
    typer.run(main)
