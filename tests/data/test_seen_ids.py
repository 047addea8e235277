from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.seen_ids import SeenIds
from data.staged import StagedFiles
from tests.effort import times

IDS = st.lists(st.integers(0, 30), max_size=12)


def file_of(path: Path, ids: list[int], source: str = "platform") -> Path:
    rows = [{"source": source, "event_id": f"event-{number}"} for number in ids]
    schema = pa.schema([("source", pa.string()), ("event_id", pa.string())])
    pq.write_table(pa.Table.from_pylist(rows, schema), path)
    return path


@settings(max_examples=times(30))
@given(commits=st.lists(IDS, max_size=9), staged=IDS)
def test_the_commits_told_are_those_that_hold_one_of_the_ids(
    tmp_path_factory: pytest.TempPathFactory, commits: list[list[int]], staged: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("ids")
    seen = SeenIds()
    for number, ids in enumerate(commits):
        seen.add(number, [str(file_of(folder / f"{number}.parquet", ids))])
    holding = {number for number, ids in enumerate(commits) if set(ids) & set(staged)}
    assert seen.commits_of(StagedFiles([file_of(folder / "staged.parquet", staged)])) == holding
    assert seen.commits == len(commits)


def test_the_same_id_of_another_source_is_another_event(tmp_path: Path) -> None:
    seen = SeenIds()
    seen.add(1, [str(file_of(tmp_path / "one.parquet", [1, 2], source="casino"))])
    others = StagedFiles([file_of(tmp_path / "two.parquet", [1, 2], source="sports")])
    assert seen.commits_of(others) == set()


def test_a_commit_without_files_holds_nothing(tmp_path: Path) -> None:
    seen = SeenIds()
    seen.add(1, [])
    assert seen.commits_of(StagedFiles([file_of(tmp_path / "staged.parquet", [1])])) == set()
