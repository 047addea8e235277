"""What a world tells goes into an event log, in commits that come out the same every time."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pyarrow as pa

from data.event_log import Commit, EventLog, Source
from data.simulator.coverage import COVERAGE
from data.simulator.event_tables import ACTIVITY, SOURCE

_ROWS_PER_COMMIT = 300_000
"""Bounds memory: the log sorts in memory what one commit brings."""


class LogWriting:
    """Appends days to a log while the next ones are lived.

    Commits are cut by the number of rows alone. Those that the log has already, from a run that was
    stopped, are left out.
    """

    def __init__(self, log: EventLog, background: ThreadPoolExecutor) -> None:
        self._log, self._background = log, background
        self._present = len(log.commits())
        self._days: list[pa.Table] = []
        self._cut = 0
        self._last: Future[Commit | None] | None = None

    def add(self, day: pa.Table) -> None:
        """Take a day's events; they are on the disk when the writing is finished."""
        self._days.append(day)
        if sum(day.num_rows for day in self._days) < _ROWS_PER_COMMIT:
            return
        rows = pa.concat_tables(self._days)
        while rows.num_rows >= _ROWS_PER_COMMIT:
            self._commit(rows.slice(0, _ROWS_PER_COMMIT))
            rows = rows.slice(_ROWS_PER_COMMIT)
        self._days = [rows]

    def finish(self) -> None:
        """Wait until everything is in the log."""
        if any(day.num_rows for day in self._days):
            self._commit(pa.concat_tables(self._days))
        self._wait()

    def _commit(self, rows: pa.Table) -> None:
        self._cut += 1
        if self._cut <= self._present:
            return
        self._wait()
        source = Source(SOURCE, COVERAGE, ACTIVITY)
        self._last = self._background.submit(self._log.append_table, rows, source)

    def _wait(self) -> None:
        if self._last is not None:
            self._last.result()


@contextmanager
def writing_to(log: EventLog) -> Iterator[LogWriting]:
    """A writing that is finished when the block ends well."""
    with ThreadPoolExecutor(1) as background:
        writing = LogWriting(log, background)
        yield writing
        writing.finish()
