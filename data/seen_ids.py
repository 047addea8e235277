"""Which commits of a log may hold an event: its ids by hash, for a process that appends often.

To look for an id in all of a log's files costs what the log has grown to, at each append. Here each
commit's ids are read once; looking up costs the logarithm of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt

from data.staged import Staged

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class _Run:
    """Hashes in order, each with the number of its commit."""

    hashes: Hashes
    commits: Numbers

    def with_run(self, other: "_Run") -> "_Run":
        hashes = np.concatenate([self.hashes, other.hashes])
        order = np.argsort(hashes, kind="stable")
        return _Run(hashes[order], np.concatenate([self.commits, other.commits])[order])

    def commits_of(self, hashes: Hashes) -> Numbers:
        first = np.searchsorted(self.hashes, hashes, side="left")
        last = np.searchsorted(self.hashes, hashes, side="right")
        several = np.flatnonzero(last - first > 1)
        found = [self.commits[first[last - first == 1]]]
        found += [self.commits[first[one] : last[one]] for one in several]
        return np.unique(np.concatenate(found))


class SeenIds:
    """Hashes of all ids told so far, in runs of growing size.

    An id takes 12 bytes; while the longest runs are merged it takes 44 for a moment.

    Attributes
    ----------
    commits
        How many commits were told.
    """

    def __init__(self) -> None:
        self.commits = 0
        self._runs: list[_Run] = []

    def add(self, commit: int, files: Sequence[str]) -> None:
        """Remember the ids of a commit's files."""
        hashes = _hashes_of_files(files)
        run = _Run(hashes, np.full(len(hashes), commit, dtype=np.uint32))
        while self._runs and len(self._runs[-1].hashes) <= len(run.hashes):
            run = self._runs.pop().with_run(run)
        self._runs.append(run)
        self.commits += 1

    def commits_of(self, staged: Staged) -> set[int]:
        """Commits that hold an id of the staged events, or another id of the same hash."""
        with _quiet() as con:
            staged.name_in(con)
            hashes = _hashes(con.view("staged"))
        return {int(number) for run in self._runs for number in run.commits_of(hashes)}


def _hashes_of_files(files: Sequence[str]) -> Hashes:
    if not files:
        return np.zeros(0, dtype=np.uint64)
    with _quiet() as con:
        return _hashes(con.read_parquet(list(files), hive_partitioning=False))


def _hashes(events: duckdb.DuckDBPyRelation) -> Hashes:
    """Hash of each event's source and id, in order; the same within one version of DuckDB."""
    return np.sort(events.project("hash(source, event_id) AS id").fetchnumpy()["id"])


def _quiet() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"autoinstall_known_extensions": False})
    con.execute("SET enable_progress_bar = false")
    return con
