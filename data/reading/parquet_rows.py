"""Parquet → batches of raw rows: every value written out as the text that a mapping reads."""

from collections.abc import Iterator

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from data.reading.batch import BROKEN, Batch, frame_of_table
from data.reading.parts import Part


def column_names(part: Part) -> tuple[str, ...]:
    """Columns of a file; a struct's fields are columns ``outer.inner``."""
    return tuple(_flat(pa.Table.from_batches([], pq.read_schema(part.path))).column_names)


def parquet_batches(part: Part, size: int) -> Iterator[Batch]:
    """Read a file batch by batch."""
    number = 1
    with pq.ParquetFile(part.path) as file:
        for block in file.iter_batches(batch_size=size):
            frame = frame_of_table(_flat(pa.Table.from_batches([block])))
            texts = frame.select(_as_text(name, kind) for name, kind in frame.schema.items())
            numbers = pl.int_range(number, number + frame.height, eager=True)
            yield Batch(texts, numbers, BROKEN.to_frame())
            number += frame.height


def _flat(table: pa.Table) -> pa.Table:
    while any(pa.types.is_struct(column.type) for column in table.columns):
        table = table.flatten()
    return table


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, pl.Datetime):
        zone = "" if kind.time_zone is None else "Z"
        utc = column if kind.time_zone is None else column.dt.convert_time_zone("UTC")
        return utc.dt.to_string(f"%Y-%m-%d %H:%M:%S%.6f{zone}")
    if isinstance(kind, pl.List):
        json = pl.struct(column.alias("v")).struct.json_encode()
        text = json.str.strip_prefix('{"v":').str.strip_suffix("}")
        return pl.when(column.is_not_null()).then(text).alias(name)
    if kind.is_float():
        whole = column.cast(pl.Int64, strict=False)
        is_whole = column == whole.cast(kind)
        text = pl.when(is_whole).then(whole.cast(pl.String)).otherwise(column.cast(pl.String))
        return pl.when(column.is_not_nan()).then(text).alias(name)
    return column.cast(pl.String)
