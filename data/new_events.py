"""Which staged events a log doesn't have yet, and their files, laid out by the day known."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.staged import DAY_US, ROWS_PER_GROUP, Staged
from data.tables import KNOWN_DAY, event_schema


@dataclass(frozen=True)
class Placed:
    """What became of the staged rows; moments are µs since the epoch."""

    rows: int
    duplicates: int
    first_known_us: int
    last_known_us: int


def place_new(staged: Staged, present: list[str], workspace: Path) -> Placed:
    """Write the rows that are new into ``workspace/new``, sorted, a file a known day.

    Parameters
    ----------
    present
        The log's own files.
    """
    with duckdb.connect(config={"temp_directory": str(workspace / "spill")}) as con:
        con.execute("SET enable_progress_bar = false")
        staged.name_in(con)
        _name_present(con, present)
        con.execute(_CHOOSE_NEW)
        rows, first, last = con.execute(_MEASURE_NEW).fetchall()[0]
        total = con.execute("SELECT count(*) FROM staged").fetchall()[0][0]
        if rows:
            with staged.new_in_order(con) as reader:
                _write_days(reader, workspace / "new")
    return Placed(rows, total - rows, first or 0, last or 0)


_CHOOSE_NEW = """
CREATE TEMP TABLE new AS
SELECT filename, file_row_number, known_at
FROM (
    SELECT source, event_id, known_at, filename, file_row_number, row_number() OVER (
        PARTITION BY source, event_id ORDER BY known_at, filename, file_row_number
    ) AS occurrence
    FROM staged
) AS numbered
WHERE occurrence = 1
AND NOT EXISTS (
    SELECT 1 FROM present
    WHERE present.source = numbered.source AND present.event_id = numbered.event_id
)
"""

_MEASURE_NEW = "SELECT count(*), min(epoch_us(known_at)), max(epoch_us(known_at)) FROM new"


_DELTAS = {
    "event_id": "DELTA_BYTE_ARRAY",
    "round_id": "DELTA_BYTE_ARRAY",
    "occurred_at": "DELTA_BINARY_PACKED",
    "known_at": "DELTA_BINARY_PACKED",
    "ingested_at": "DELTA_BINARY_PACKED",
}
"""Columns whose values are nearly all different: a dictionary of them would make files larger."""

_ENCODING = {
    "compression": "zstd",
    "use_dictionary": [name for name in event_schema().names if name not in _DELTAS],
    "column_encoding": _DELTAS,
}


def _write_days(reader: pa.RecordBatchReader, folder: Path) -> None:
    """Write sorted events into a file a day, in the same bytes for the same events.

    DuckDB's partitioned writer leaves the order of rows in a file to its threads.
    """
    for day, batches in groupby(_by_day(reader), itemgetter(0)):
        name = (date(1970, 1, 1) + timedelta(days=day)).isoformat()
        path = folder / f"{KNOWN_DAY}={name}" / "events.parquet"
        path.parent.mkdir(parents=True)
        with pq.ParquetWriter(path, event_schema(), **_ENCODING) as writer:
            for _, batch in batches:
                writer.write_batch(batch, ROWS_PER_GROUP)


def _by_day(reader: pa.RecordBatchReader) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Batches of one UTC day each, with the day's number since 1970."""
    for batch in reader:
        days = batch["known_at"].cast(pa.int64()).to_numpy() // DAY_US
        starts = np.flatnonzero(np.diff(days, prepend=-1))
        for start, end in pairwise([*starts.tolist(), len(days)]):
            yield int(days[start]), batch.slice(start, end - start)


def _name_present(con: duckdb.DuckDBPyConnection, files: list[str]) -> None:
    """Name the ids of the log's files ``present``; without files, an empty relation."""
    if files:
        events = con.read_parquet(files, hive_partitioning=False)
    else:
        events = con.from_arrow(event_schema().empty_table())
    events.project("source, event_id").create_view("present")
