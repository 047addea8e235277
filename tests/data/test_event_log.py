import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.convert import convert
from data.event_log import EventLog, LogError, LogSettings, Source
from data.staged import ROWS_PER_GROUP, OtherColumns
from data.tables import event_schema
from tests.data.imports import Cells, held, mapping_of, raw_rows

REPOSITORY = Path(__file__).parents[2]
SETTINGS = LogSettings(base_currency="EUR", timezone="Europe/Malta")
SOURCE = Source("shop", frozenset({"deposit", "deposit:approved"}), "deposit:approved")


def staged(folder: Path, *rows: Cells, name: str = "staged") -> Path:
    """Converted rows as a staged file."""
    events = convert(raw_rows(*rows), mapping_of(folder), datetime.now(UTC)).events
    path = folder / f"{name}.parquet"
    pq.write_table(events.to_arrow().cast(event_schema()), path)
    return path


def event_ids(log: EventLog) -> list[str]:
    if not log.files():
        return []
    return sorted(pl.read_parquet(log.files(), hive_partitioning=False)["event_id"])


def calls_of(pattern: str, trace: Path) -> list[tuple[Any, ...]]:
    """Position in the trace, and arguments, of each system call that a pattern finds."""
    return [(call.start(), *call.groups()) for call in re.finditer(pattern, trace.read_text())]


def test_a_folder_without_a_log_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="holds no event log"):
        EventLog(tmp_path)


def test_a_log_opened_with_other_settings_is_refused(tmp_path: Path) -> None:
    EventLog.create(tmp_path, SETTINGS)
    assert EventLog.create(tmp_path, SETTINGS).settings == SETTINGS
    with pytest.raises(LogError, match="USD"):
        EventLog.create(tmp_path, LogSettings("USD", "Europe/Malta"))


def test_events_lie_by_the_utc_day_they_became_known(tmp_path: Path) -> None:
    log = EventLog.create(tmp_path / "log", SETTINGS)
    rows = [{"known": "2024-05-02T23:59:59Z"}, {"known": "2024-05-03T00:00:00Z"}]
    commit = log.append([staged(tmp_path, *rows)], SOURCE)
    assert commit is not None
    assert commit.files == (
        "events/known_day=2024-05-02/000001.parquet",
        "events/known_day=2024-05-03/000001.parquet",
    )


def test_the_same_event_is_kept_once_within_and_across_commits(tmp_path: Path) -> None:
    log = EventLog.create(tmp_path / "log", SETTINGS)
    first = log.append([staged(tmp_path, {}, {"id": "1"}, {})], SOURCE)
    again = log.append([staged(tmp_path, {}, {}, {}, {})], SOURCE)
    assert first is not None
    assert again is not None
    assert (first.rows, first.duplicates) == (2, 1)
    assert (again.rows, again.duplicates) == (2, 2)
    assert event_ids(log) == ["1", "2", "3", "4"]


def test_who_appends_often_knows_what_another_process_appended_between(tmp_path: Path) -> None:
    log = EventLog.create(tmp_path / "log", SETTINGS)
    log.append([staged(tmp_path, {})], SOURCE)
    log.append([staged(tmp_path, {}, {})], SOURCE)
    EventLog(tmp_path / "log").append([staged(tmp_path, {}, {}, {})], SOURCE)
    again = log.append([staged(tmp_path, {}, {}, {}, {})], SOURCE)
    assert again is not None
    assert (again.rows, again.duplicates) == (1, 3)
    assert event_ids(log) == ["1", "2", "3", "4"]


def test_nothing_new_makes_no_commit(tmp_path: Path) -> None:
    log = EventLog.create(tmp_path / "log", SETTINGS)
    log.append([staged(tmp_path, {})], SOURCE)
    assert log.append([staged(tmp_path, {})], SOURCE) is None
    assert len(log.commits()) == 1


def test_of_two_copies_the_one_known_first_is_kept(tmp_path: Path) -> None:
    log = EventLog.create(tmp_path / "log", SETTINGS)
    late, early = {"id": "a", "amount": "2"}, {"id": "a", "amount": "1"}
    early["known"] = "2024-05-01T10:00:01Z"
    log.append([staged(tmp_path, late, early)], SOURCE)
    assert pl.read_parquet(log.files(), hive_partitioning=False)["amount"].to_list() == [100]


def test_events_in_memory_land_in_the_same_bytes_as_those_in_files(tmp_path: Path) -> None:
    late, early = {"id": "9", "amount": "2"}, {"id": "9", "amount": "1"}
    early["known"] = "2024-05-01T10:00:01Z"
    day_after = {"id": "8", "known": "2024-05-02T00:00:00Z"}
    path = staged(tmp_path, late, {"id": "0"}, day_after, early, {"id": "1"})
    in_files = EventLog.create(tmp_path / "files", SETTINGS)
    in_memory = EventLog.create(tmp_path / "memory", SETTINGS)
    for part in (slice(1, 4), slice(0, 5)):
        rows = pq.read_table(path).slice(part.start, part.stop - part.start)
        pq.write_table(rows, tmp_path / "part.parquet")
        commit = in_files.append([tmp_path / "part.parquet"], SOURCE)
        assert commit is not None
        assert commit == in_memory.append_table(rows, SOURCE)
    for one, other in zip(in_files.files(), in_memory.files(), strict=True):
        assert Path(one).read_bytes() == Path(other).read_bytes()


def test_large_groups_are_cut_alike_from_memory_and_from_files(tmp_path: Path) -> None:
    one = pq.read_table(staged(tmp_path, {}))
    ids = pa.array([f"e{number:06d}" for number in range(2 * ROWS_PER_GROUP + 5)])
    rows = pa.concat_tables([one]).take(pa.nulls(len(ids), pa.int64()).fill_null(0))
    rows = rows.set_column(rows.schema.get_field_index("event_id"), "event_id", ids)
    pq.write_table(rows, tmp_path / "many.parquet", row_group_size=7_000)
    logs = [EventLog.create(tmp_path / name, SETTINGS) for name in ("files", "memory")]
    logs[0].append([tmp_path / "many.parquet"], SOURCE)
    logs[1].append_table(rows, SOURCE)
    assert Path(*logs[0].files()).read_bytes() == Path(*logs[1].files()).read_bytes()
    found = pq.read_metadata(*logs[0].files())
    groups = [found.row_group(number).num_rows for number in range(found.num_row_groups)]
    assert groups == [ROWS_PER_GROUP, ROWS_PER_GROUP, 5]


def test_files_have_exactly_the_contracts_columns(tmp_path: Path) -> None:
    log = EventLog.create(tmp_path / "log", SETTINGS)
    log.append([staged(tmp_path, {})], SOURCE)
    assert pq.read_schema(log.files()[0]).names == event_schema().names


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda table: table.drop_columns("brand_id"), "brand_id is missing, expected string"),
        (lambda table: table.drop_columns("event_id"), "event_id is missing, expected string"),
        (lambda table: table.append_column("colour", table["brand_id"]), "colour is string"),
        (
            lambda table: table.set_column(
                table.schema.get_field_index("amount"), "amount", table["amount"].cast("int32")
            ),
            "amount is int32, expected int64",
        ),
    ],
)
def test_staged_events_with_other_columns_are_refused_whole(
    tmp_path: Path, change: Callable[[pa.Table], pa.Table], told: str
) -> None:
    log = EventLog.create(tmp_path / "log", SETTINGS)
    path = staged(tmp_path, {})
    log.append([path], SOURCE)
    pq.write_table(change(pq.read_table(path)), path)
    with pytest.raises(OtherColumns, match=told):
        log.append([path], SOURCE)
    with pytest.raises(OtherColumns, match=told):
        log.append_table(pq.read_table(path), SOURCE)
    assert len(log.commits()) == 1


APPEND = """
import sys
from pathlib import Path
from data.event_log import EventLog, Source
EventLog(Path(sys.argv[1])).append([Path(sys.argv[2])], Source("shop", frozenset(), "none"))
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="not installed: strace")
def test_events_and_their_folders_are_on_disk_before_a_commit_names_them(tmp_path: Path) -> None:
    log, trace = EventLog.create(tmp_path / "log", SETTINGS), tmp_path / "trace"
    path = staged(tmp_path, {}, {"known": "2024-05-03T00:00:00Z"})
    strace = ["strace", "-f", "-y", "-e", "trace=fsync,/^rename", "-o", str(trace)]
    append = [sys.executable, "-c", APPEND, str(log.root), str(path)]
    subprocess.run([*strace, *append], cwd=REPOSITORY, check=True)
    synced = calls_of(r"fsync\(\d+<(.*?)>", trace)
    moves = calls_of(r'rename\w*\([^"]*"(.*?)",[^"]*"(.*?)"', trace)
    moved = {target: (at, source) for at, source, target in moves}
    committed, draft = moved[str(log.root / "commits" / "000001.json")]
    assert [at for at, of in synced if at < committed and of == draft]
    assert len(log.files()) == 2
    for file in log.files():
        placed, source = moved[file]
        assert [at for at, of in synced if at < placed and of == source]
        folders = {str(Path(file).parent), str(log.root / "events"), str(log.root)}
        assert folders <= {of for at, of in synced if placed < at < committed}


def test_what_no_commit_names_is_not_read(tmp_path: Path) -> None:
    log = EventLog.create(tmp_path / "log", SETTINGS)
    commit = log.append([staged(tmp_path, {})], SOURCE)
    assert commit is not None
    (log.root / "commits" / f"{commit.name}.json").unlink()
    assert log.files() == []
    assert log.append([staged(tmp_path, {})], SOURCE) is not None
    assert event_ids(log) == ["1"]


def test_coverage_is_what_any_commit_can_tell(tmp_path: Path) -> None:
    log = EventLog.create(tmp_path / "log", SETTINGS)
    log.append([staged(tmp_path, {})], SOURCE)
    log.append([staged(tmp_path, {}, {})], Source("shop", frozenset({"bonus"}), "none"))
    assert log.coverage() == {"bonus", "deposit", "deposit:approved"}


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    log = EventLog.create(tmp_path / "log", SETTINGS)
    path = staged(tmp_path, {})
    with (
        held(log.root / "writer.lock"),
        pytest.raises(LogError, match="another process"),
    ):
        log.append([path], SOURCE)
