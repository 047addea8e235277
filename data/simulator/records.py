"""Events as they happen: arrays added in chunks, one growing table per event type."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.simulator.arrays import Bools, Floats, Ints

MISSING = int(np.iinfo(np.int64).min)
"""A whole number or moment that is absent."""


@dataclass(frozen=True)
class Choice:
    """Text from a short list. ``codes`` index ``names``; -1 is absent."""

    codes: Ints
    names: tuple[str, ...]

    @classmethod
    def all_same(cls, name: str, count: int) -> "Choice":
        return cls(np.zeros(count, dtype=np.int64), (name,))

    def take(self, rows: Ints) -> "Choice":
        return Choice(self.codes[rows], self.names)


@dataclass(frozen=True)
class Numbered:
    """Text made of a prefix and a number; ``MISSING`` is absent."""

    prefix: str
    numbers: Ints

    def take(self, rows: Ints) -> "Numbered":
        return Numbered(self.prefix, self.numbers[rows])


Column = npt.NDArray[np.generic] | Choice | Numbered
Value = Column | Ints | Floats | Bools | str | bool | int | float


@dataclass(frozen=True)
class Frame:
    """All events of one type.

    Attributes
    ----------
    player, at_us
        Shape (n,): player number; when it happened, µs UTC.
    columns
        Payload and the envelope's ``session_id``, shape (n,) each.
    """

    player: Ints
    at_us: Ints
    columns: dict[str, Column]

    def take(self, rows: Ints) -> "Frame":
        taken = {name: _take(column, rows) for name, column in self.columns.items()}
        return Frame(self.player[rows], self.at_us[rows], taken)

    def with_column(self, name: str, column: Column) -> "Frame":
        return Frame(self.player, self.at_us, {**self.columns, name: column})


def taken(values: dict[str, Value], rows: Ints) -> dict[str, Value]:
    """The given rows of every column; a single value stands for all of them."""
    return {
        name: _take(value, rows) if isinstance(value, np.ndarray | Choice | Numbered) else value
        for name, value in values.items()
    }


class EventRecords:
    """Collects what happens, some of it ahead. Only what is added here can reach an event."""

    def __init__(self) -> None:
        self._chunks: dict[str, list[Frame]] = defaultdict(list)
        self._next_number: dict[str, int] = defaultdict(int)

    def numbers(self, kind: str, count: int) -> Ints:
        """The next ``count`` numbers of sessions, rounds, payments …"""
        first = self._next_number[kind]
        self._next_number[kind] += count
        return np.arange(first, first + count)

    def add(self, event_type: str, player: Ints, at_us: Ints, **values: Value) -> None:
        """Add events of one type; a single value stands for all of them."""
        if len(player):
            columns = {name: _column(value, len(player)) for name, value in values.items()}
            self._chunks[event_type].append(Frame(player, at_us, columns))

    def release(self, end_us: int) -> dict[str, Frame]:
        """Everything that happened before ``end_us`` and wasn't released yet, by event type."""
        released = {}
        for event_type, chunks in sorted(self._chunks.items()):
            frame = joined(chunks)
            due = frame.at_us < end_us
            self._chunks[event_type] = [frame.take(np.flatnonzero(~due))]
            if due.any():
                released[event_type] = frame.take(np.flatnonzero(due))
        return released


def _column(value: Value, count: int) -> Column:
    if isinstance(value, str):
        return Choice.all_same(value, count)
    if isinstance(value, Choice | Numbered):
        return value
    return np.broadcast_to(np.asarray(value), (count,))


def _take(column: Column, rows: Ints) -> Column:
    return column.take(rows) if isinstance(column, Choice | Numbered) else column[rows]


def joined(chunks: list[Frame]) -> Frame:
    """Frames of one type, one after the other."""
    names = dict.fromkeys(name for chunk in chunks for name in chunk.columns)
    return Frame(
        np.concatenate([chunk.player for chunk in chunks]),
        np.concatenate([chunk.at_us for chunk in chunks]),
        {name: _joined_column(name, chunks) for name in names},
    )


def _joined_column(name: str, chunks: list[Frame]) -> Column:
    example = next(chunk.columns[name] for chunk in chunks if name in chunk.columns)
    parts = [(chunk.columns.get(name), len(chunk.player)) for chunk in chunks]
    if isinstance(example, Choice):
        return _joined_choices(parts)
    if isinstance(example, Numbered):
        numbers = [
            part.numbers if isinstance(part, Numbered) else np.full(count, MISSING)
            for part, count in parts
        ]
        return Numbered(example.prefix, np.concatenate(numbers))
    absent = np.nan if example.dtype.kind == "f" else MISSING
    return np.concatenate(
        [np.full(count, absent) if part is None else part for part, count in parts]
    )


def _joined_choices(parts: list[tuple[Column | None, int]]) -> Choice:
    """Join texts whose chunks may have lists of their own."""
    known: dict[str, int] = {}
    codes = []
    for part, count in parts:
        if isinstance(part, Choice):
            own = np.array([known.setdefault(name, len(known)) for name in part.names] + [-1])
            codes.append(own[part.codes])
        else:
            codes.append(np.full(count, -1))
    return Choice(np.concatenate(codes), tuple(known))
