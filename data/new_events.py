"""Which staged events a log doesn't have yet, and their files, laid out by the day known."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from data.errors import DataError
from data.sql_text import literal
from data.tables import KNOWN_DAY, event_schema


class OtherColumns(DataError):
    """A staged file has other columns or types than the log."""


@dataclass(frozen=True)
class Placed:
    """What became of the staged rows; moments are µs since the epoch."""

    rows: int
    duplicates: int
    first_known_us: int
    last_known_us: int


def place_new(staged: Sequence[Path], present: list[str], workspace: Path) -> Placed:
    """Write the rows that are new into ``workspace/new``, sorted, a file a known day.

    Parameters
    ----------
    staged
        Parquet files with the columns of ``event_schema()``, whose events may come twice.
    present
        The log's own files.

    Raises
    ------
    OtherColumns
        If a staged file has not exactly those columns and types.
    """
    for path in staged:
        _require_columns(path)
    with duckdb.connect(config={"temp_directory": str(workspace / "spill")}) as con:
        con.execute("SET enable_progress_bar = false")
        _view(con, "staged", [str(path) for path in staged])
        _view(con, "present", present, "source, event_id")
        con.execute(_CHOOSE_NEW)
        rows, first, last = con.execute(_MEASURE_NEW).fetchall()[0]
        total = con.execute("SELECT count(*) FROM staged").fetchall()[0][0]
        if rows:
            con.execute(f"{_COPY_NEW} TO {literal(workspace / 'new')} {_COPY_OPTIONS}")
    return Placed(rows, total - rows, first or 0, last or 0)


def _require_columns(path: Path) -> None:
    """Another integer type would pass through DuckDB unseen, and overflow where it is summed."""
    expected = {field.name: field.type for field in event_schema()}
    found = {field.name: field.type for field in pq.read_schema(path)}
    faults = [
        f"{name} is {found.get(name, 'missing')}, expected {expected.get(name, 'no such column')}"
        for name in [*expected, *(name for name in found if name not in expected)]
        if found.get(name) != expected.get(name)
    ]
    if faults:
        raise OtherColumns(
            f"{path.name} has not the log's columns: {'; '.join(faults)}. "
            "Write it with the schema of data.tables.event_schema()"
        )


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

_COLUMNS = ", ".join(f'"{name}"' for name in event_schema().names)

_COPY_NEW = f"""
COPY (
    SELECT {_COLUMNS},
        DATE '1970-01-01' + CAST(epoch_us(known_at) // 86400000000 AS INTEGER) AS {KNOWN_DAY}
    FROM staged SEMI JOIN new USING (filename, file_row_number)
    ORDER BY {KNOWN_DAY}, player_id, known_at, event_id
)
"""

_COPY_OPTIONS = f"(FORMAT parquet, PARTITION_BY ({KNOWN_DAY}), COMPRESSION zstd)"


def _view(con: duckdb.DuckDBPyConnection, name: str, files: list[str], columns: str = "*") -> None:
    """Name some of the log's files; without files, an empty relation of the same columns."""
    if not files:
        con.from_arrow(event_schema().empty_table()).create_view(name)
        return
    con.read_parquet(files, file_row_number=True, filename=True, hive_partitioning=False).project(
        columns
    ).create_view(name)
