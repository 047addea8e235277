"""An import that is killed at any moment does no harm."""

import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from data.event_log import EventLog
from data.ingest import ingest
from tests.data.imports import csv_file, events, mapping_file, quarantine
from tests.effort import times

REPOSITORY = Path(__file__).parents[2]
LARGE_ROWS = 30_000
LATEST_KILL_S = 2.0
"""After its first step an import of this size soon ends."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A mapping and a file whose import takes long enough to be killed at any step."""
    folder = tmp_path_factory.mktemp("large")
    path = csv_file(folder / "rows.csv", {})
    row = pl.read_csv(path, infer_schema=False)
    number = pl.int_range(LARGE_ROWS)
    at = pl.datetime(2024, 1, 1, time_zone="UTC") + pl.duration(days=number % 60)
    text = at.dt.to_string("%Y-%m-%dT%H:%M:%SZ")
    amounts = number.cast(pl.String)
    bad = number % 1000 == 0
    frame = row.select(pl.all().repeat_by(LARGE_ROWS).explode()).with_columns(
        id=amounts, at=text, known=text, amount=pl.when(bad).then(pl.lit("x")).otherwise(amounts)
    )
    frame.write_csv(path)
    return mapping_file(folder), path


@pytest.mark.parametrize("attempt", range(times(1)))
@pytest.mark.parametrize("step", [".staging", "quarantine", ".workspace", "commits"])
def test_a_kill_at_any_step_leaves_nothing_half_written_and_a_repeat_completes(
    tmp_path: Path, large: tuple[Path, Path], step: str, attempt: int, late: float
) -> None:
    mapping, path = large
    root = tmp_path / "operator"
    arguments = ["--mapping", mapping, "--input", path, "--out", root]
    command = [sys.executable, "-m", "data.ingest", *map(str, arguments)]
    null = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=null, stderr=null) as process:
        deadline = time.monotonic() + 60
        while not (root / step).exists() and time.monotonic() < deadline:
            time.sleep(0.002)
        assert (root / step).exists(), "the import never came to this step"
        time.sleep(late * LATEST_KILL_S)
        process.kill()
    if (root / "log.json").exists():
        rows = sum(commit.rows for commit in EventLog(root).commits())
        assert rows in (0, LARGE_ROWS - LARGE_ROWS // 1000)
        assert rows == 0 or events(root).height == rows
    report = ingest(mapping, path, root)
    assert report.events_new + report.events_present == LARGE_ROWS - LARGE_ROWS // 1000
    assert events(root)["event_id"].n_unique() == events(root).height == report.events_converted
    assert report.rows_quarantined == len(quarantine(root)) == LARGE_ROWS // 1000
    assert not (root / ".staging").exists()
    assert not (root / ".workspace").exists()
    assert not list(root.rglob("*.draft"))
