"""What an import brought, told to the live log: an event counts once, whichever way it came."""

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from data.event_log import EventLog
from data.live_log import EVENT_KEY_SQL, LiveLog, event_key

_KEYS_AT_ONCE = 50_000


def remember_ids(log: EventLog, live: LiveLog) -> None:
    """Tell the live log the ids of commits that it doesn't know yet.

    An event that came live as well stays as it was imported. First all ids are told, then those
    that came before are looked for: none can come in between.
    """
    known = live.remembered()
    with duckdb.connect() as duck:
        duck.execute("SET enable_progress_bar = false")
        for commit in log.commits():
            if commit.number > known and commit.files:
                rows = duck.read_parquet(log.files([commit]), hive_partitioning=False)
                rows.project(f"{EVENT_KEY_SQL} AS key").create_view("imported", replace=True)
                live.remember(_keys(duck))
                live.finish_remembering(commit.number, list(_came_live(duck, live, log.live_seq())))


def _keys(duck: duckdb.DuckDBPyConnection) -> Iterator[tuple[str]]:
    duck.execute("SELECT key FROM imported ORDER BY key")
    while portion := duck.fetchmany(_KEYS_AT_ONCE):
        yield from portion


def _came_live(duck: duckdb.DuckDBPyConnection, live: LiveLog, after_seq: int) -> Iterator[int]:
    """Numbers of the live events that the Parquet log has by import and not by compaction."""
    for batch in live.batches_after(after_seq, _KEYS_AT_ONCE):
        seq_of = {event_key(row["source"], row["event_id"]): seq for seq, row in batch}
        duck.register("came", pa.table({"key": list(seq_of)}))
        both = duck.execute("SELECT key FROM imported SEMI JOIN came USING (key)").fetchall()
        yield from (seq_of[key] for (key,) in both)
