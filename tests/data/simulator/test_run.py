"""The command: same seed, same events; a new folder or none; whole logs or nothing."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from data.event_log import EventLog
from tests.effort import times

KILLED = ("--players", "900", "--days", "70", "--seed", "3")
"""A run of two commits."""

LATEST_KILL_S = 4.0
"""After its first files a run of this size soon ends."""

WriteWorld = Callable[[Path, int, int, int], EventLog]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "data.simulator.run", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def content(log: EventLog) -> tuple[int, int]:
    """Number of rows, and a digest that any change of any value of any row changes."""
    with duckdb.connect() as con:
        rows = con.read_parquet(log.files(), hive_partitioning=False)
        counted = con.sql("SELECT count(*), sum(hash(rows)::HUGEINT) FROM rows", alias="counted")
        assert rows is not None
        ((count, digest),) = counted.fetchall()
    return int(count), int(digest)


def files(log: EventLog) -> dict[str, bytes]:
    """Every file of the log, to the byte."""
    return {
        str(path.relative_to(log.root)): path.read_bytes()
        for path in sorted(log.root.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_events_and_another_one_others(
    tmp_path: Path, write_world: WriteWorld
) -> None:
    first, again, other = (
        content(write_world(tmp_path / name, 60, 30, seed))
        for name, seed in (("first", 5), ("again", 5), ("other", 6))
    )
    assert first == again
    assert first != other


def test_the_same_run_gives_the_same_bytes(tmp_path: Path, write_world: WriteWorld) -> None:
    first, again = (write_world(tmp_path / name, 60, 30, 5) for name in ("first", "again"))
    assert files(first) == files(again)


def test_the_command_writes_a_log_and_leaves_nothing_else(tmp_path: Path) -> None:
    done = run("--players", "40", "--days", "20", "--seed", "1", "--out", str(tmp_path / "log"))
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["log"]
    log = EventLog(tmp_path / "log")
    assert log.settings.base_currency == "EUR"
    assert log.settings.timezone == "Europe/London"
    assert sum(commit.rows for commit in log.commits()) > 1000


def test_an_empty_folder_is_taken_and_a_used_one_refused_with_the_remedy(
    tmp_path: Path, write_world: WriteWorld
) -> None:
    out = tmp_path / "log"
    out.mkdir()
    write_world(out, 20, 5, 1)
    refused = run("--players", "20", "--days", "5", "--seed", "1", "--out", str(out))
    assert refused.returncode == 1
    assert "choose another --out" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert EventLog(out).commits()


def test_a_place_that_cannot_hold_a_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    refused = run("--players", "20", "--days", "5", "--out", str(tmp_path / "file" / "log"))
    assert refused.returncode == 1
    assert "can be written to" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_first_day_out_of_range_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    refused = run("--start", "9999-12-30", "--out", str(tmp_path / "log"))
    assert refused.returncode == 2
    assert "9999-12-30 is out of range" in refused.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> EventLog:
    """The log of the run that others are killed in."""
    out = tmp_path_factory.mktemp("untouched") / "log"
    done = run(*KILLED, "--out", str(out))
    assert done.returncode == 0, done.stderr
    first, _ = EventLog(out).commits()
    assert first.rows + first.duplicates == 300_000
    return EventLog(out)


@pytest.mark.parametrize("attempt", range(times(1)))
@pytest.mark.parametrize("moment", ["log/events", "log/commits/000001.json"])
def test_a_run_killed_in_the_middle_leaves_no_log_and_goes_on_to_the_same_bytes(
    tmp_path: Path, moment: str, attempt: int, late: float, untouched: EventLog
) -> None:
    out = tmp_path / "log"
    process = subprocess.Popen(
        [sys.executable, "-m", "data.simulator.run", *KILLED, "--out", str(out)],
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / ".log.draft" / moment).exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(late * LATEST_KILL_S)
    process.kill()
    assert process.wait() == -signal.SIGKILL or late
    assert late or not out.exists()
    if not out.exists():
        repeated = run(*KILLED, "--out", str(out))
        assert repeated.returncode == 0, repeated.stderr
    assert files(EventLog(out)) == files(untouched)
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_a_draft_of_another_run_is_removed_first(tmp_path: Path, write_world: WriteWorld) -> None:
    draft = tmp_path / ".log.draft"
    (draft / "log").mkdir(parents=True)
    (draft / "log" / "log.json").write_text("not a log")
    (draft / "run.txt").write_text("another run")
    assert write_world(tmp_path / "log", 20, 5, 3).commits()
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_a_second_run_into_the_same_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".log.draft").mkdir()
    held = os.open(tmp_path / ".log.draft", os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    refused = run("--players", "20", "--days", "5", "--out", str(tmp_path / "log"))
    os.close(held)
    assert refused.returncode == 1
    assert "another process" in refused.stderr
