"""The build command: incremental, whole or not at all, and plain about what is wrong."""

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.event import LARGEST_INTEGER
from features.errors import TileOverflow
from features.rows import iterate_rows
from features.tiles import NotTiled, tile_commits, tile_files, tile_folder, untiled
from tests.effort import times
from tests.features.histories import START, Row, keyed, write_log

ROOT = Path(__file__).parents[2]
LATEST_KILL_S = 0.4
"""After its first draft a build of this size soon ends."""


def deposits(count: int, amount: int = 500) -> list[Row]:
    return [
        {
            "event_type": "deposit",
            "status": "approved",
            "amount_base": amount,
            "occurred_at": START + timedelta(minutes=number),
            "known_at": START + timedelta(minutes=number),
            "utc_offset_minutes": None,
            "is_activity": True,
        }
        for number in range(count)
    ]


def entities(path: Path) -> Path:
    cutoff = pa.array([datetime(2026, 2, 1, tzinfo=UTC)], pa.timestamp("us", "UTC"))
    pq.write_table(pa.table({"player_id": ["p"], "cutoff": cutoff}), path)
    return path


def build(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "features.build", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_only_new_commits_are_tiled(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log", keyed(deposits(3), "p"))
    assert [commit.number for commit in tile_commits(log)] == [1]
    before = Path(tile_files(log, "day")[0]).stat().st_mtime_ns
    later = [{**row, "event_id": f"later {row['event_id']}"} for row in keyed(deposits(2), "p")]
    log = write_log(tmp_path / "log", later)
    assert [commit.number for commit in tile_commits(log)] == [2]
    assert Path(tile_files(log, "day")[0]).stat().st_mtime_ns == before


def test_the_command_writes_one_row_for_each_entity_row(tmp_path: Path) -> None:
    write_log(tmp_path / "log", keyed(deposits(3), "p"))
    done = build("--data", tmp_path / "log", "--entities", entities(tmp_path / "e.parquet"),
                 "--out", tmp_path / "rows.parquet")  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = pq.read_table(tmp_path / "rows.parquet").to_pylist()
    assert [(row["player_id"], row["deposit_sum_30d"]) for row in rows] == [("p", 1500.0)]


@pytest.mark.parametrize(
    ("data", "wanted", "said"),
    [
        ("missing", "e.parquet", "holds no event log"),
        ("log", "missing.parquet", "does not exist"),
        ("log", "other.parquet", "entity rows lack"),
        ("log", "text.parquet", "can't be read as Parquet"),
    ],
)
def test_what_is_wrong_is_said_plainly_and_nothing_is_written(
    tmp_path: Path, data: str, wanted: str, said: str
) -> None:
    write_log(tmp_path / "log", keyed(deposits(1), "p"))
    entities(tmp_path / "e.parquet")
    pq.write_table(pa.table({"player": ["p"]}), tmp_path / "other.parquet")
    (tmp_path / "text.parquet").write_text("player_id,cutoff")
    out = tmp_path / "rows.parquet"
    done = build("--data", tmp_path / data, "--entities", tmp_path / wanted, "--out", out)
    assert done.returncode == 1
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("rows*"))


def test_a_sum_beyond_what_every_engine_holds_is_refused(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log", keyed(deposits(2, LARGEST_INTEGER), "p"))
    with pytest.raises(TileOverflow, match="deposit_sum"):
        list(tile_commits(log))
    assert len(untiled(log)) == 1


def test_two_builds_at_once_wait_for_each_other(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log", keyed(deposits(50_000), "p"))
    command = [sys.executable, "-m", "features.build", "--data", str(log.root)]
    both = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
    for process in both:
        assert process.wait() == 0, process.stderr and process.stderr.read()
        process.communicate()
    assert untiled(log) == []


def test_a_commit_without_tiles_is_named_and_not_passed_over(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log", keyed(deposits(3), "p"))
    wanted = pq.read_table(entities(tmp_path / "e.parquet"))
    with pytest.raises(NotTiled, match=r"commit 000001 .* has no tiles: run python -m"):
        list(iterate_rows(log, wanted))


@pytest.mark.parametrize("attempt", range(times(1)))
def test_a_killed_build_leaves_nothing_half_made_and_the_next_one_completes(
    tmp_path: Path, attempt: int, late: float
) -> None:
    log = write_log(tmp_path / "log", keyed(deposits(200_000), "p"))
    command = [sys.executable, "-m", "features.build", "--data", str(log.root)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    while not list(tile_folder(log).glob("*.draft")) and process.poll() is None:
        time.sleep(0.001)
    time.sleep(late * LATEST_KILL_S)
    process.kill()
    assert process.wait() == -signal.SIGKILL or late
    for path in tile_folder(log).glob("*.parquet"):
        pq.read_table(path)
    assert len(untiled(log)) == 1 or late
    assert build("--data", log.root).returncode == 0
    days = pq.read_table(tile_files(log, "day")[0])
    assert sum(days.column("deposit_count").to_pylist()) == 200_000
