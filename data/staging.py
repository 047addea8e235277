"""Where an import lays its converted rows until they are appended: a folder that nobody reads."""

from contextlib import AbstractContextManager
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from data.conversion.draft import REJECTED
from data.errors import DataError
from data.tables import event_schema
from data.workspace import make_folder, workspace

_SLICE_ROWS = 50_000
"""Rows written at a time: the log's columns are many and mostly empty, in memory they cost."""

ORIGINS_FILE = pa.schema([("file", pa.string()), ("row", pa.int64())])

REJECTED_FILE = pa.schema(
    [("file", pa.string())]
    + [(name, pa.int64() if name == "row" else pa.string()) for name in REJECTED.names()]
)


class AlreadyImporting(DataError):
    """Another import writes into the same folder."""


class Stage:
    """Growing Parquet files: events in the log's layout, where each is from, and faults."""

    def __init__(self, folder: Path) -> None:
        self.events = folder / "events.parquet"
        self.origins = folder / "origins.parquet"
        self.rejected = folder / "rejected.parquet"
        self._events = pq.ParquetWriter(self.events, event_schema(), compression="lz4")
        self._origins = pq.ParquetWriter(self.origins, ORIGINS_FILE, compression="lz4")
        self._rejected = pq.ParquetWriter(self.rejected, REJECTED_FILE, compression="lz4")

    def add(self, events: pl.DataFrame, origins: pl.DataFrame, rejected: pl.DataFrame) -> None:
        """Append rows.

        Parameters
        ----------
        origins
            Columns ``file`` and ``row``, one line an event.
        rejected
            Column ``file`` beside those of ``REJECTED``.
        """
        for part in events.iter_slices(_SLICE_ROWS):
            self._events.write_table(part.to_arrow().cast(event_schema()))
        self._origins.write_table(origins.to_arrow().cast(ORIGINS_FILE))
        if not rejected.is_empty():
            ordered = rejected.select(REJECTED_FILE.names)
            self._rejected.write_table(ordered.to_arrow().cast(REJECTED_FILE))

    def close(self) -> None:
        """Finish the files."""
        self._events.close()
        self._origins.close()
        self._rejected.close()


def staging_folder(root: Path) -> AbstractContextManager[Path]:
    """An empty folder below an operator's, for one import at a time; removed afterwards.

    Raises
    ------
    AlreadyImporting
        If another process holds the lock.
    """
    make_folder(root)
    busy = AlreadyImporting(
        f"another import is writing to {root}: wait for it to finish, or stop it"
    )
    return workspace(root / ".staging", root / "import.lock", busy)
