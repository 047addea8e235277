"""Files of rows → batches of raw rows, every cell a text; memory is bounded by the batch."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl
import pyarrow as pa
from polars.exceptions import PanicException

from data.mapping_cells import Input
from data.reading import csv_rows, json_rows, parquet_rows
from data.reading.batch import Batch
from data.reading.parts import InputError, Part

BATCH_ROWS = 100_000


def columns_of(part: Part, reading: Input) -> tuple[str, ...] | None:
    """Columns that a file says it has; None for JSON lines, where each row has its own.

    Raises
    ------
    InputError
        If the file is empty or can't be read.
    """
    with _faults_named(part):
        if part.path.stat().st_size == 0:
            raise InputError(f"{part.name} is empty: export it again")
        if part.kind == "json":
            return None
        if part.kind == "parquet":
            return parquet_rows.column_names(part)
        return csv_rows.header(part, reading)


def read_batches(part: Part, reading: Input, size: int = BATCH_ROWS) -> Iterator[Batch]:
    """Read a file in batches of at most ``size`` rows.

    Raises
    ------
    InputError
        If the file turns out to be damaged.
    """
    with _faults_named(part):
        if part.kind == "parquet":
            yield from parquet_rows.parquet_batches(part, size)
        elif part.kind == "json":
            yield from json_rows.json_batches(part, size)
        else:
            yield from csv_rows.csv_batches(part, reading, size)


@contextmanager
def _faults_named(part: Part) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError) as fault:
        raise InputError(f"{part.name} is damaged ({fault}): copy it again") from None
    except (UnicodeError, pa.ArrowInvalid, pl.exceptions.PolarsError, PanicException) as fault:
        remedy = "check input.encoding, input.delimiter and the file's quotation marks"
        if part.kind == "parquet":
            remedy = (
                "it is not a whole Parquet file, or a column is of a type without a text: copy it "
                "again, give it its own ending, or export that column as text"
            )
        raise InputError(f"{part.name} can't be read ({fault}): {remedy}") from None
    except OSError as fault:
        raise InputError(f"{part.name} can't be read ({fault}): check the file") from None
