"""The event log: Parquet by the day known, appended to in commits that are whole or not there.

Layout under the log's folder::

    log.json                              base currency and timezone, fixed when the log is created
    commits/000001.json                   one file a commit; readers see only what commits name
    events/known_day=2026-01-31/000001.parquet
    writer.lock                           held by the one writer

A commit's files are placed first and its JSON last, by one atomic rename, so a writer killed at any
moment leaves either nothing or everything. Files are never changed: a late event lands in a later
commit. ``(source, event_id)`` is unique for ever; what comes twice is counted and left out.
"""

import json
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from data.drafts import move_durably, write_atomically
from data.errors import DataError
from data.log_settings import LogSettings as LogSettings
from data.new_events import Placed, place_new
from data.seen_ids import SeenIds
from data.staged import Staged, StagedFiles, StagedTable
from data.tables import KNOWN_DAY
from data.workspace import make_folder, workspace


class LogError(DataError):
    """The event log can't be used as asked; the message says why and what to do."""


@dataclass(frozen=True)
class Source:
    """Where a commit's events come from.

    Attributes
    ----------
    name
        The ``source`` of its events.
    coverage
        What the source can tell: event types, fields (``deposit.method``) and states
        (``deposit:declined``). Features that need what no source covers are absent, not zero.
    activity
        Event states that count as activity, in words, for reports.
    """

    name: str
    coverage: frozenset[str]
    activity: str


@dataclass(frozen=True)
class Commit:
    """One append: its number, files (relative to the log), rows kept and duplicates left out.

    Attributes
    ----------
    live_seq
        Number of the live log's last event that this commit holds; 0 where it holds none.
    """

    number: int
    source: Source
    files: tuple[str, ...]
    rows: int
    duplicates: int
    first_known_us: int
    last_known_us: int
    live_seq: int = 0

    @property
    def name(self) -> str:
        return f"{self.number:06d}"


class EventLog:
    """The log in one folder. Opening it reads a small JSON file and nothing else."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._pinned: tuple[Commit, ...] | None = None
        self._seen: SeenIds | None = None
        settings_file = root / "log.json"
        if not settings_file.is_file():
            raise LogError(
                f"{root} holds no event log: create one with data.ingest or data.simulator"
            )
        try:
            self.settings = LogSettings(**json.loads(settings_file.read_text()))
        except (ValueError, TypeError) as fault:
            raise _damaged(settings_file, fault) from None

    @classmethod
    def create(cls, root: Path, settings: LogSettings) -> "EventLog":
        """Create the log, or open it if it exists with the same settings."""
        make_folder(root)
        if not (root / "log.json").exists():
            write_atomically(root / "log.json", json.dumps(asdict(settings), indent=2))
        log = cls(root)
        if log.settings != settings:
            raise LogError(
                f"{root} was created with {log.settings.told}, but {settings.told} was asked for: "
                "use another folder or the same settings"
            )
        return log

    def pinned(self) -> "EventLog":
        """The log as it stands now: commits that land later are not in it."""
        log = EventLog(self.root)
        log._pinned = tuple(self.commits())
        return log

    def commits(self) -> list[Commit]:
        """All commits, oldest first."""
        if self._pinned is not None:
            return list(self._pinned)
        return [_read_commit(path) for path in sorted(self.root.glob("commits/*.json"))]

    def coverage(self) -> frozenset[str]:
        """What at least one source of the log can tell."""
        return frozenset().union(*(commit.source.coverage for commit in self.commits()))

    def live_seq(self) -> int:
        """Number of the live log's last event that the log holds."""
        return max((commit.live_seq for commit in self.commits()), default=0)

    def activity(self) -> frozenset[str]:
        """What counts as activity in at least one source of the log, as its sources say it."""
        told = (commit.source.activity.split(", ") for commit in self.commits())
        return frozenset().union(*told)

    def coverage_since(self) -> list[tuple[int, frozenset[str]]]:
        """What the sources could tell as time went by: from which moment on, and what.

        A source tells from its first known event on, so what is appended later with later events
        changes nothing about the past. Moments are µs since the epoch; the event itself is known
        just after.
        """
        steps: dict[int, frozenset[str]] = {}
        told: frozenset[str] = frozenset()
        for commit in sorted(self.commits(), key=lambda commit: commit.first_known_us):
            told |= commit.source.coverage
            steps[commit.first_known_us] = told
        return list(steps.items())

    def files(self, commits: Sequence[Commit] | None = None) -> list[str]:
        """Paths of the Parquet files of the given commits, or of all."""
        chosen = self.commits() if commits is None else commits
        return [str(self.root / name) for commit in chosen for name in commit.files]

    def files_of_days(self, known_days: Collection[date]) -> list[str]:
        """Paths of the Parquet files of events that became known on one of these UTC days."""
        folders = {f"{KNOWN_DAY}={day.isoformat()}" for day in known_days}
        return [path for path in self.files() if Path(path).parent.name in folders]

    def append(self, staged: Sequence[Path], source: Source, live_seq: int = 0) -> Commit | None:
        """Append staged Parquet files, one at least, with the columns of ``event_schema()``.

        Returns the commit, or None if every row is in the log already. From its second append on,
        this object remembers which ids the log has.

        Raises
        ------
        LogError
            If another process is writing to this log.
        OtherColumns
            If a staged file has not exactly the log's columns and types.
        """
        return self._append(StagedFiles(staged), source, live_seq)

    def append_table(self, events: pa.Table, source: Source) -> Commit | None:
        """Append events as ``append`` does, errors too; copies of them have to fit into memory."""
        return self._append(StagedTable(events), source)

    def _append(self, staged: Staged, source: Source, live_seq: int = 0) -> Commit | None:
        staged.require_columns()
        with self._writer() as folder:
            placed = place_new(staged, self._files_that_may_hold(staged), folder)
            if placed.rows == 0 and live_seq == 0:
                return None
            return self._publish(folder / "new", source, placed, live_seq)

    def _files_that_may_hold(self, staged: Staged) -> list[str]:
        """The files in which an event of the staged ones may be."""
        commits = self.commits()
        if self._seen is None:
            self._seen = SeenIds()
            return self.files(commits)
        for commit in commits[self._seen.commits :]:
            self._seen.add(commit.number, self.files([commit]))
        holding = self._seen.commits_of(staged)
        return self.files([commit for commit in commits if commit.number in holding])

    def _publish(self, new: Path, source: Source, placed: Placed, live_seq: int) -> Commit:
        commits = self.commits()
        number = max((commit.number for commit in commits), default=0) + 1
        latest_us = max((commit.last_known_us for commit in commits), default=0)
        names = {
            path: f"events/{path.parent.name}/{number:06d}.parquet"
            for path in sorted(new.glob(f"{KNOWN_DAY}=*/*.parquet"))
        }
        (self.root / "commits").mkdir(exist_ok=True)
        move_durably({path: self.root / name for path, name in names.items()}, self.root)
        commit = Commit(
            number=number,
            source=source,
            files=tuple(names.values()),
            rows=placed.rows,
            duplicates=placed.duplicates,
            first_known_us=placed.first_known_us or latest_us,
            last_known_us=placed.last_known_us or latest_us,
            live_seq=live_seq,
        )
        write_atomically(self.root / "commits" / f"{commit.name}.json", _commit_json(commit))
        return commit

    def _writer(self) -> AbstractContextManager[Path]:
        """Hold the writer's lock and yield an empty workspace."""
        busy = LogError(
            f"another process is writing to {self.root}: wait for it to finish, or stop it"
        )
        return workspace(self.root / ".workspace", self.root / "writer.lock", busy)


def _commit_json(commit: Commit) -> str:
    content = asdict(commit)
    content["source"]["coverage"] = sorted(commit.source.coverage)
    return json.dumps(content, indent=2)


def _read_commit(path: Path) -> Commit:
    try:
        content = json.loads(path.read_text())
        source = content.pop("source")
        source["coverage"] = frozenset(source["coverage"])
        content["files"] = tuple(content["files"])
        return Commit(source=Source(**source), **content)
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise _damaged(path, fault) from None


def _damaged(path: Path, fault: Exception) -> LogError:
    return LogError(f"{path} is damaged ({fault}): restore it from a copy of the log")
