"""Write everything that was simulated into an event log, a stretch of days at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.event_log import EventLog, Source
from data.simulator.calendar import DAY_US
from data.simulator.coverage import tokens
from data.simulator.delivery import Deliveries
from data.simulator.event_tables import ACTIVITY, SOURCE, Operator, event_table
from data.simulator.records import Frame
from data.tables import event_schema

_ROWS_PER_COMMIT = 300_000
"""Bounds memory: the log sorts what one commit brings."""

_ROWS_PER_TABLE = 65_536


@dataclass(frozen=True)
class Outbox:
    """All events and their deliveries, by event type."""

    operator: Operator
    frames: dict[str, Frame]
    deliveries: dict[str, Deliveries]

    def __len__(self) -> int:
        return sum(len(one.row) for one in self.deliveries.values())

    def tables(self, first_us: int, end_us: int) -> Iterator[dict[str, pa.Array]]:
        """What becomes known in ``[first_us, end_us)``: filled columns, one event type a table."""
        for event_type, deliveries in self.deliveries.items():
            known = deliveries.between(first_us, end_us)
            for start in range(0, len(known.row), _ROWS_PER_TABLE):
                rows = known.take(slice(start, start + _ROWS_PER_TABLE))
                yield event_table(self.operator, event_type, self.frames[event_type], rows)

    def stretches(self) -> list[tuple[int, int]]:
        """Spans of known days, one after the other, of about as many rows as a commit takes."""
        known = np.concatenate([one.known_us for one in self.deliveries.values()])
        days, counts = np.unique(known // DAY_US, return_counts=True)
        group = np.cumsum(counts) // _ROWS_PER_COMMIT
        firsts = days[np.flatnonzero(np.diff(group, prepend=-1))].tolist()
        ends = [*firsts[1:], int(days[-1]) + 1]
        return [(first * DAY_US, end * DAY_US) for first, end in zip(firsts, ends, strict=True)]


@dataclass(frozen=True)
class Staged:
    """A Parquet file of rows that follow each other in the order known, and what they cover."""

    path: Path
    rows: int
    coverage: frozenset[str]


def stage(outbox: Outbox, folder: Path) -> Iterator[Staged]:
    """Write the outbox into Parquet files with the columns of ``event_schema()``."""
    for number, span in enumerate(outbox.stretches()):
        yield _write(outbox, span, folder / f"{number:03d}.parquet")


def append(staged: list[Staged], log: EventLog) -> Iterator[int]:
    """Append staged files, each in a commit, and remove them; yields the rows of each.

    What the source covers is what all files together cover, so that every commit says the same.
    """
    covered = frozenset[str]().union(*(one.coverage for one in staged))
    for one in staged:
        log.append([one.path], Source(SOURCE, covered, ACTIVITY))
        one.path.unlink()
        yield one.rows


def _write(outbox: Outbox, span: tuple[int, int], path: Path) -> Staged:
    covered: frozenset[str] = frozenset()
    rows = 0
    with pq.ParquetWriter(path, event_schema(), compression="lz4") as writer:
        for columns in outbox.tables(*span):
            covered |= tokens(columns)
            rows += len(columns["event_id"])
            writer.write_batch(_full_width(columns))
    return Staged(path, rows, covered)


def _full_width(columns: dict[str, pa.Array]) -> pa.RecordBatch:
    count = len(columns["event_id"])
    arrays = [
        columns[field.name] if field.name in columns else pa.nulls(count, field.type)
        for field in event_schema()
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=event_schema())
