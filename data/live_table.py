"""Rows of the live log as columns of the Parquet log."""

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from data.live_row import Row


def as_table(rows: list[Row], schema: pa.Schema) -> pa.Table:
    """Rows of the live log in the columns of the Parquet log."""
    return pa.table(
        [_column([row.get(field.name) for row in rows], field.type) for field in schema], schema
    )


def _column(values: list[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(kind):
        return pa.array(values, pa.int64()).cast(kind)
    if pa.types.is_date(kind):
        return pa.array([value and date.fromisoformat(value) for value in values], kind)
    if pa.types.is_decimal(kind):
        return pa.array([value and Decimal(value) for value in values], kind)
    return pa.array(values, kind)
