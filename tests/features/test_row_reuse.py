"""Rows that stand already are built again only if something that they read could have changed."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.event_log import EventLog
from features.build import write_rows
from features.row_reuse import Built
from features.tiles import tile_commits
from tests.features.histories import START, Row, keyed, write_log

POISON = -77.0
"""A value that no build brings: a row that has it was not built again."""

FIRST, SECOND, THIRD = (START + timedelta(days=days) for days in (10, 20, 30))


def rounds(day: int, count: int) -> list[Row]:
    return [
        {
            "event_type": "casino.round", "state": "settled", "game_type": "slot",
            "stake_real_base": 100 + number, "win_real_base": 0, "stake_bonus_base": 0,
            "utc_offset_minutes": 0, "is_activity": True,
            "occurred_at": START + timedelta(days=day, minutes=number),
            "known_at": START + timedelta(days=day, minutes=number),
        }
        for number in range(count)
    ]  # fmt: skip


def appended(folder: Path, day: int, known_later_days: int = 0) -> EventLog:
    rows = [
        {**row, "event_id": f"{day} {known_later_days} {number}",
         "known_at": row["known_at"] + timedelta(days=known_later_days)}
        for number, row in enumerate(keyed(rounds(day, 5), "p"))
    ]  # fmt: skip
    log = write_log(folder / "log", rows)
    for _ in tile_commits(log):
        pass
    return log


def built(log: EventLog, out: Path, *cutoffs: datetime) -> pl.DataFrame:
    """Build rows of a player at cutoffs, and read what stands there then."""
    moments = pa.array(cutoffs, pa.timestamp("us", "UTC"))
    pq.write_table(
        pa.table({"player_id": ["p"] * len(cutoffs), "cutoff": moments}), out.parent / "entities"
    )
    write_rows(log, out.parent / "entities", out)
    return pl.read_parquet(out).sort("feature_cutoff")


def poison(out: Path) -> None:
    """Change every row, and leave what the file says of itself."""
    table = pq.read_table(out)
    place = table.schema.get_field_index("stake_sum_lifetime")
    values = pa.array([POISON] * table.num_rows)
    pq.write_table(table.set_column(place, table.schema.field(place), values), out)


def poisoned(rows: pl.DataFrame) -> list[bool]:
    return (rows["stake_sum_lifetime"] == POISON).to_list()


def test_only_new_cutoffs_are_built(tmp_path: Path) -> None:
    log = appended(tmp_path, day=1)
    built(log, tmp_path / "rows", FIRST, SECOND)
    poison(tmp_path / "rows")
    rows = built(log, tmp_path / "rows", FIRST, SECOND, THIRD)
    assert poisoned(rows) == [True, True, False]


def test_rows_hold_as_long_as_what_was_appended_became_known_later(tmp_path: Path) -> None:
    log = appended(tmp_path, day=1)
    built(log, tmp_path / "rows", FIRST, SECOND, THIRD)
    poison(tmp_path / "rows")
    log = appended(tmp_path, day=2, known_later_days=13)
    assert poisoned(built(log, tmp_path / "rows", FIRST, SECOND, THIRD)) == [True, False, False]


def test_a_build_over_another_equals_a_build_from_nothing(tmp_path: Path) -> None:
    log = appended(tmp_path, day=1)
    built(log, tmp_path / "rows", FIRST, THIRD)
    log = appended(tmp_path, day=2, known_later_days=13)
    over = built(log, tmp_path / "rows", FIRST, SECOND, THIRD)
    assert over.equals(built(log, tmp_path / "anew", FIRST, SECOND, THIRD))


def test_rows_that_are_not_asked_for_any_more_are_left_out(tmp_path: Path) -> None:
    log = appended(tmp_path, day=1)
    built(log, tmp_path / "rows", FIRST, SECOND, THIRD)
    assert built(log, tmp_path / "rows", SECOND)["feature_cutoff"].to_list() == [SECOND]


@pytest.mark.parametrize("change", [{"features": "other"}, {"commits": ["other"]}])
def test_nothing_holds_of_other_features_or_another_log(
    tmp_path: Path, change: dict[str, object]
) -> None:
    log = appended(tmp_path, day=1)
    built(log, tmp_path / "rows", FIRST)
    poison(tmp_path / "rows")
    table = pq.read_table(tmp_path / "rows")
    ((key, told),) = table.schema.metadata.items()
    other = json.dumps(json.loads(told) | change)
    pq.write_table(table.replace_schema_metadata({key: other}), tmp_path / "rows")
    assert poisoned(built(log, tmp_path / "rows", FIRST)) == [False]


def test_what_cannot_be_read_holds_nothing(tmp_path: Path) -> None:
    log = appended(tmp_path, day=1)
    (tmp_path / "rows").write_bytes(b"not Parquet")
    wanted = pl.DataFrame({"player_id": ["p"], "cutoff": [FIRST]})
    assert Built.found(tmp_path / "rows", log).holding(wanted).is_empty()
    assert len(built(log, tmp_path / "rows", FIRST)) == 1
