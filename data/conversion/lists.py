"""Lists of objects in a cell → a row for each object."""

from collections.abc import Iterator, Sequence

import msgspec
import polars as pl

from data.reading.json_rows import flattened

_OBJECTS = msgspec.json.Decoder(list[dict[str, object]])

_Cells = dict[str, str | None]


def opened(rows: pl.DataFrame, lists: Sequence[str]) -> tuple[pl.DataFrame, pl.Series]:
    """Rows with one for each object of their lists, and which row each was.

    A row keeps its other cells in each; the fields of an object are columns below its list's name.
    A list that is empty, or that holds anything but objects, is not opened.

    Parameters
    ----------
    rows
        Raw rows, every column a text.
    lists
        Columns that hold a JSON list; those that aren't there are empty.
    """
    present = [name for name in lists if name in rows.columns]
    if not present:
        return rows, pl.int_range(rows.height, eager=True)
    places: list[int] = []
    filled: list[_Cells] = []
    for place, cells in enumerate(rows.select(present).iter_rows()):
        items = [item for pair in zip(present, cells, strict=True) for item in _items(*pair)]
        places += [place] * max(len(items), 1)
        filled += items or [{}]
    taken = pl.Series(places, dtype=pl.Int64)
    return rows[taken].with_columns(_columns(filled, rows.columns)), taken


def _items(name: str, cell: str | None) -> Iterator[_Cells]:
    if cell is None:
        return
    try:
        found = _OBJECTS.decode(cell)
    except (msgspec.DecodeError, RecursionError):
        return
    for item in found:
        yield dict(flattened(item, f"{name}."))


def _columns(filled: Sequence[_Cells], present: Sequence[str]) -> Iterator[pl.Expr]:
    for name in dict.fromkeys(name for item in filled for name in item):
        texts = pl.lit(pl.Series([item.get(name) for item in filled], dtype=pl.String))
        yield (pl.coalesce(texts, name) if name in present else texts).alias(name)
