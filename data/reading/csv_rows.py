"""CSV → batches of raw rows, with the rows set aside that have too many or too few cells."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import polars as pl

from data.mapping_cells import Input
from data.reading.batch import SHOWN_CHARACTERS, Batch, broken_rows
from data.reading.parts import InputError, Part

_LONGEST_CELL = 1 << 20

Row = tuple[int, list[str]]
"""A row's number and its cells."""


class Broken(NamedTuple):
    """A row that is none: its number, what it says, and why."""

    number: int
    shown: str
    reason: str


def header(part: Part, reading: Input) -> tuple[str, ...]:
    """Names of a file's columns."""
    with _opened(part, reading) as text:
        names = tuple(_first_row(csv.reader(text, delimiter=reading.delimiter)))
    if not names:
        raise InputError(f"{part.name} is empty: export it again with its header line")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"{part.name} has several columns named {', '.join(twice)}: rename them")
    return names


def csv_batches(part: Part, reading: Input, size: int) -> Iterator[Batch]:
    """Read a file of any size, a batch at a time."""
    names = header(part, reading)
    with _opened(part, reading) as text:
        rows: list[Row] = []
        broken: list[Broken] = []
        for row in _rows(text, part, reading, len(names)):
            if isinstance(row, Broken):
                broken.append(row)
            else:
                rows.append(row)
            if len(rows) + len(broken) == size:
                yield _batch(names, rows, broken)
                rows, broken = [], []
        if rows or broken:
            yield _batch(names, rows, broken)


@contextmanager
def _opened(part: Part, reading: Input) -> Iterator[io.TextIOWrapper]:
    encoding = "utf-8-sig" if reading.encoding.lower() in ("utf8", "utf-8") else reading.encoding
    with part.open() as stream, io.TextIOWrapper(stream, encoding, newline="") as text:
        yield text


def _rows(text: io.TextIOWrapper, part: Part, reading: Input, width: int) -> Iterator[Row | Broken]:
    """Rows below the heading by their number, or what is no row with the reason."""
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(text, delimiter=reading.delimiter, strict=True)
    _first_row(reader)
    number = 0
    while True:
        first_line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            if "end of data" in str(fault) or "field limit" in str(fault):
                raise _unclosed(part, first_line) from None
            number += 1
            yield Broken(number, f"line {reader.line_num}", f"quotation marks: {fault}")
            continue
        if not cells:
            continue
        number += 1
        if len(cells) == width:
            yield number, cells
        else:
            shown = reading.delimiter.join(cells)[:SHOWN_CHARACTERS]
            yield Broken(number, shown, f"{len(cells)} cells under {width} headings")


def _unclosed(part: Part, line: int) -> InputError:
    return InputError(
        f"{part.name}: a cell in the row of line {line} never ends, or is over 1 MB: close its "
        "quotation mark, and double the marks that belong to the text"
    )


def _first_row(rows: Iterator[list[str]]) -> list[str]:
    """The heading: the first line that isn't blank."""
    return next((row for row in rows if row), [])


def _batch(names: tuple[str, ...], rows: list[Row], broken: Sequence[Broken]) -> Batch:
    columns = zip(*(cells for _, cells in rows), strict=True) if rows else [()] * len(names)
    frame = pl.DataFrame(
        dict(zip(names, columns, strict=True)), schema=dict.fromkeys(names, pl.String)
    )
    numbers = pl.Series([number for number, _ in rows], dtype=pl.Int64)
    return Batch(frame, numbers, broken_rows(broken))
