"""CSV → batches of raw rows, with the rows set aside that have too many or too few cells."""

import csv
import io
from collections.abc import Iterator
from itertools import count, islice

import polars as pl
import pyarrow as pa
import pyarrow.csv as arrow_csv

from data.mapping import Input
from data.reading.batch import SHOWN_CHARACTERS, Batch, broken_rows, frame_of_table
from data.reading.parts import InputError, Part

_BLOCK_BYTES = 1 << 24


def header(part: Part, reading: Input) -> tuple[str, ...]:
    """Names of a file's columns."""
    encoding = "utf-8-sig" if reading.encoding.lower() in ("utf8", "utf-8") else reading.encoding
    with part.open() as stream, io.TextIOWrapper(stream, encoding, newline="") as text:
        names = tuple(next(csv.reader(text, delimiter=reading.delimiter), ()))
    if not names:
        raise InputError(f"{part.name} is empty: export it again with its header line")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"{part.name} has several columns named {', '.join(twice)}: rename them")
    return names


def csv_batches(part: Part, reading: Input, size: int) -> Iterator[Batch]:
    """Read a file block by block."""
    broken: list[tuple[int, str, str]] = []

    def set_aside(row: arrow_csv.InvalidRow) -> str:
        reason = f"{row.actual_columns} cells under {row.expected_columns} headings"
        broken.append((row.number - 1, row.text[:SHOWN_CHARACTERS], reason))
        return "skip"

    names = header(part, reading)
    with part.open() as stream:
        reader = arrow_csv.open_csv(
            stream,
            # One thread: only then does Arrow tell the number of a broken row.
            arrow_csv.ReadOptions(
                use_threads=False, block_size=_BLOCK_BYTES, encoding=reading.encoding
            ),
            arrow_csv.ParseOptions(
                delimiter=reading.delimiter,
                newlines_in_values=True,
                invalid_row_handler=set_aside,
            ),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
        yield from _numbered(_slices(reader, size), broken)


def _slices(reader: Iterator[pa.RecordBatch], size: int) -> Iterator[pl.DataFrame]:
    for block in reader:
        yield from frame_of_table(pa.Table.from_batches([block])).iter_slices(size)


def _numbered(
    frames: Iterator[pl.DataFrame], broken: list[tuple[int, str, str]]
) -> Iterator[Batch]:
    """Number a file's rows, passing over the numbers of broken ones, which Arrow tells ahead."""
    number, told = 1, 0
    for frame in frames:
        if frame.is_empty():
            continue
        passed_over = {row[0] for row in broken}
        sound = (n for n in count(number) if n not in passed_over)
        numbers = pl.Series(list(islice(sound, frame.height)), dtype=pl.Int64)
        yield Batch(frame, numbers, broken_rows(broken[told:]))
        number, told = int(numbers[-1]) + 1, len(broken)
    if told < len(broken):
        yield Batch(pl.DataFrame(), pl.Series([], dtype=pl.Int64), broken_rows(broken[told:]))
