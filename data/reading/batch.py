"""A batch of raw rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

BROKEN = pl.Schema({"number": pl.Int64(), "value": pl.String(), "reason": pl.String()})

SHOWN_CHARACTERS = 200
"""How much is kept of the text of a broken row."""


@dataclass(frozen=True)
class Batch:
    """Some rows of one file.

    Attributes
    ----------
    rows
        Raw cells as texts.
    numbers
        Each row's number in its file: 1 is the first row of data, blank lines don't count.
    broken
        Rows that are no rows, in the columns of ``BROKEN``.
    """

    rows: pl.DataFrame
    numbers: pl.Series
    broken: pl.DataFrame


def broken_rows(rows: Sequence[tuple[int, str, str]]) -> pl.DataFrame:
    """Numbers, texts and reasons as a frame."""
    return pl.DataFrame(rows, schema=BROKEN, orient="row")


def frame_of_table(table: pa.Table) -> pl.DataFrame:
    """Arrow table as a Polars frame."""
    frame = pl.from_arrow(table)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a table of columns was expected")
    return frame
