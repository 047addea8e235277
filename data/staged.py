"""Events on their way into a log, in files or in memory, told alike to DuckDB."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import DataError
from data.tables import event_schema

DAY_US = 86_400_000_000
ROWS_PER_GROUP = 122_880
"""As many as DuckDB hands over at once, so that no group of a file is a remnant of two."""

_KEYS = ["source", "event_id", "player_id", "known_at"]


class OtherColumns(DataError):
    """Staged events have other columns or types than the log."""


class Staged(Protocol):
    """Staged events, which may come twice."""

    def require_columns(self) -> None:
        """Raise ``OtherColumns`` unless they have exactly the columns of ``event_schema()``."""

    def name_in(self, con: duckdb.DuckDBPyConnection) -> None:
        """Name them ``staged``; ``filename`` and ``file_row_number`` tell their rows apart."""

    def new_in_order(self, con: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
        """Those named in ``new``, by the UTC day known, player, moment known and id."""


@dataclass(frozen=True)
class StagedFiles:
    """Events in Parquet files: more than memory holds are sorted on the disk."""

    paths: Sequence[Path]

    def require_columns(self) -> None:
        for path in self.paths:
            _require_columns(path.name, pq.read_schema(path))

    def name_in(self, con: duckdb.DuckDBPyConnection) -> None:
        files = [str(path) for path in self.paths]
        con.read_parquet(
            files, file_row_number=True, filename=True, hive_partitioning=False
        ).create_view("staged")

    def new_in_order(self, con: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
        columns = ", ".join(f'"{name}"' for name in event_schema().names)
        reader = con.sql(_new_in_order(columns)).to_arrow_reader(ROWS_PER_GROUP)
        batches = (batch.cast(event_schema()) for batch in reader)
        return pa.RecordBatchReader.from_batches(event_schema(), batches)


@dataclass(frozen=True)
class StagedTable:
    """Events in memory: only what they are told apart and sorted by goes through DuckDB.

    Sorting the log's many columns there, and writing them to a file before, takes three times as
    long.
    """

    table: pa.Table

    def require_columns(self) -> None:
        _require_columns("the table", self.table.schema)

    def name_in(self, con: duckdb.DuckDBPyConnection) -> None:
        rows = pa.array(np.arange(self.table.num_rows))
        keys = self.table.select(_KEYS).append_column("file_row_number", rows)
        con.from_arrow(keys).project("*, '' AS filename").create_view("staged")

    def new_in_order(self, con: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
        rows = con.sql(_new_in_order("file_row_number")).fetchnumpy()["file_row_number"]
        events = self.table.select(event_schema().names).combine_chunks().take(pa.array(rows))
        return events.cast(event_schema()).to_reader(ROWS_PER_GROUP)


def _new_in_order(columns: str) -> str:
    return f"""
    SELECT {columns} FROM staged SEMI JOIN new USING (filename, file_row_number)
    ORDER BY epoch_us(known_at) // {DAY_US}, player_id, known_at, event_id
    """


def _require_columns(place: str, schema: pa.Schema) -> None:
    """Another integer type would pass through DuckDB unseen, and overflow where it is summed."""
    expected = {field.name: field.type for field in event_schema()}
    found = {field.name: field.type for field in schema}
    faults = [
        f"{name} is {found.get(name, 'missing')}, expected {expected.get(name, 'no such column')}"
        for name in [*expected, *(name for name in found if name not in expected)]
        if found.get(name) != expected.get(name)
    ]
    if faults:
        raise OtherColumns(
            f"{place} has not the log's columns: {'; '.join(faults)}. "
            "Write it with the schema of data.tables.event_schema()"
        )
