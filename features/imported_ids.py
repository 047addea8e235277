"""What an import brought, told to the live log: an event counts once, whichever way it came."""

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from data.event_log import EventLog
from data.live_log import IMPORTED_SQL, LiveLog, event_key

_EVENTS_AT_ONCE = 50_000


def remember_ids(log: EventLog, live: LiveLog) -> frozenset[int]:
    """Tell the live log the ids of commits that it doesn't know yet.

    First all ids are told, then those that came before are looked for: none can come in between.

    Returns
    -------
    Numbers of the live events that were imported as well: the imported ones stay.
    """
    known, both_ways = live.remembered(), set[int]()
    with duckdb.connect() as duck:
        duck.execute("SET enable_progress_bar = false")
        for commit in log.commits():
            if commit.number > known and commit.files:
                rows = duck.read_parquet(log.files([commit]), hive_partitioning=False)
                rows.project(IMPORTED_SQL).create_view("imported", replace=True)
                live.remember(_imported(duck))
                both_ways.update(_came_live(duck, live, log.live_seq()))
    return frozenset(both_ways)


def _imported(duck: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, bytes]]:
    duck.execute("SELECT event_key, digest FROM imported ORDER BY event_key")
    while portion := duck.fetchmany(_EVENTS_AT_ONCE):
        yield from portion


def _came_live(duck: duckdb.DuckDBPyConnection, live: LiveLog, after_seq: int) -> Iterator[int]:
    """Numbers of the live events that the Parquet log has by import and not by compaction."""
    for batch in live.batches_after(after_seq, _EVENTS_AT_ONCE):
        seq_of = {event_key(row["source"], row["event_id"]): seq for seq, row in batch}
        duck.register("came", pa.table({"event_key": list(seq_of)}))
        both = duck.execute("SELECT event_key FROM imported SEMI JOIN came USING (event_key)")
        yield from (seq_of[key] for (key,) in both.fetchall())
