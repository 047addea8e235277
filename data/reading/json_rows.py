"""JSON objects, one a line or decoded already → raw rows."""

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

import msgspec
import polars as pl

from data.reading.batch import SHOWN_CHARACTERS, Batch, broken_rows
from data.reading.parts import InputError, Part, Stream

_LONGEST_LINE_BYTES = 1 << 24

_OBJECT = msgspec.json.Decoder(dict[str, object])


def frame_of(rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """Decoded JSON objects as raw rows: nested objects become columns ``outer.inner``."""
    return _frame([dict(flattened(row)) for row in rows])


def _frame(flat: Sequence[Mapping[str, str | None]]) -> pl.DataFrame:
    names = dict.fromkeys(name for row in flat for name in row)
    columns = {name: [row.get(name) for row in flat] for name in names}
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))


def json_batches(part: Part, size: int) -> Iterator[Batch]:
    """Read a file of one object a line."""
    with part.open() as stream:
        lines = enumerate(_lines(stream, part), 1)
        while chunk := list(islice(lines, size)):
            yield _batch(chunk)


def _lines(stream: Stream, part: Part) -> Iterator[bytes]:
    first = stream.readline(_LONGEST_LINE_BYTES).removeprefix(BOM_UTF8)
    if first.lstrip().startswith(b"["):
        raise InputError(f"{part.name} is a JSON list: write one object a line")
    for line in chain([first], iter(lambda: stream.readline(_LONGEST_LINE_BYTES), b"")):
        if len(line) == _LONGEST_LINE_BYTES:
            raise InputError(f"{part.name} has a line of over 16 MB: write one object a line")
        if line.strip():
            yield line


def _batch(lines: list[tuple[int, bytes]]) -> Batch:
    rows, numbers, broken = [], [], []
    for number, line in lines:
        try:
            rows.append(dict(flattened(_OBJECT.decode(line))))
            numbers.append(number)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            text = line.decode(errors="replace").strip()[:SHOWN_CHARACTERS]
            broken.append((number, text, "not a JSON object"))
    return Batch(_frame(rows), pl.Series(numbers, dtype=pl.Int64), broken_rows(broken))


def flattened(row: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str | None]]:
    """Names of columns and texts of one object's cells."""
    for name, value in row.items():
        if isinstance(value, dict):
            yield from flattened(value, f"{prefix}{name}.")
        else:
            yield prefix + name, _text(value)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()
