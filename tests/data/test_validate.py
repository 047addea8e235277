"""Each way to break a log is found by name; a sound one passes."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from data.event_log import EventLog
from data.ingest import ingest
from data.log_checks import breaches_of
from data.tables import event_schema
from data.validate import app
from tests.data.imports import Cells, csv_file, mapping_file, run

ROWS: list[Cells] = [{}, {"amount": "5", "currency": "SEK", "rate": "0.088"}, {"state": "NO"}]
FILE = "events/known_day=2024-05-01/000001.parquet"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "operator"
    ingest(mapping_file(tmp_path), csv_file(tmp_path / "rows.csv", *ROWS), folder)
    return folder


def tamper(root: Path, *columns: pl.Expr) -> None:
    """Rewrite the log's one file with other values."""
    frame = pl.read_parquet(root / FILE, hive_partitioning=False).with_columns(*columns)
    pq.write_table(frame.to_arrow().cast(event_schema()), root / FILE)


def test_a_sound_log_passes(root: Path) -> None:
    ended = run(app, "--data", root)
    assert ended.code == 0
    assert "3 events in 1 commit(s): all sound" in ended.output


@pytest.mark.parametrize(
    ("change", "rule", "found"),
    [
        (pl.lit("1").alias("event_id"), "(source, event_id) comes once", 1),
        (pl.lit("bet").alias("event_type"), "event_type is in the contract", 3),
        (pl.col("occurred_at") + timedelta(minutes=1), "occurred_at <= known_at", 3),
        (pl.col("known_at").alias("ingested_at") - timedelta(seconds=1),
         "known_at <= ingested_at", 3),
        (pl.col("known_at") + timedelta(days=1), "a file holds the UTC day of its folder", 3),
        (pl.lit("paid").alias("status"), "no deposit.status is not a value of the contract", 3),
        (pl.lit(None, dtype=pl.String).alias("status"),
         "no deposit.status is required but missing", 3),
        (pl.lit(-1).alias("amount"), "no deposit.amount is below 0", 3),
        (pl.lit(2**53 + 1).alias("amount"), "no deposit.amount is above 9007199254740992", 3),
        (pl.lit("malta").alias("jurisdiction"),
         "no deposit.jurisdiction is not written as ^[A-Z]{2}(-[A-Z0-9]{1,3})?$", 3),
        (pl.col("amount_base") + 1,
         "deposit.amount_base is amount at fx_to_base, half-even in EUR", 3),
        (pl.lit(None, dtype=pl.Int64).alias("amount_base"),
         "deposit.amount_base is amount at fx_to_base, half-even in EUR", 3),
        (pl.lit(None, dtype=pl.String).alias("currency"),
         "deposit.amount_base is amount at fx_to_base, half-even in EUR", 3),
        (pl.lit(5).alias("stake_real"),
         "stake_real stands only in casino.round, sports.bet, bingo.ticket, play.daily", 3),
    ],
)  # fmt: skip
def test_a_breach_is_named_and_counted(root: Path, change: pl.Expr, rule: str, found: int) -> None:
    tamper(root, change)
    told = {breach.rule: breach.found for breach in breaches_of(EventLog(root))}
    assert told.get(rule) == found, told


def test_all_breaches_are_told_at_once_with_an_example(root: Path) -> None:
    tamper(root, pl.lit("paid").alias("status"), pl.lit("malta").alias("jurisdiction"))
    ended = run(app, "--data", root)
    assert ended.code == 1
    assert "breaks 2 rules of its contract" in ended.faults
    assert "shop 1 deposit" in ended.output


def _remove(path: Path) -> None:
    path.unlink()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def _drop_a_row(path: Path) -> None:
    pq.write_table(pq.read_table(path, partitioning=None).slice(1), path)


def _drop_a_column(path: Path) -> None:
    pq.write_table(pq.read_table(path, partitioning=None).drop_columns(["rake"]), path)


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        (_remove, "every file of commit 000001 is there"),
        (_cut, "every file of commit 000001 is Parquet"),
        (_drop_a_row, "commit 000001 counts its rows"),
        (_drop_a_column, "every file of commit 000001 has the columns of the contract"),
    ],
)
def test_a_damaged_file_is_named(root: Path, damage: Callable[[Path], None], rule: str) -> None:
    damage(root / FILE)
    assert rule in [breach.rule for breach in breaches_of(EventLog(root))]


def test_a_folder_without_a_log_is_refused(tmp_path: Path) -> None:
    ended = run(app, "--data", tmp_path)
    assert ended.code == 1
    assert "holds no event log" in ended.faults


def test_moments_of_ingestion_may_equal_those_of_knowing(root: Path) -> None:
    tamper(root, pl.col("known_at").alias("ingested_at"))
    assert list(breaches_of(EventLog(root))) == []


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("commits/000001.json", "{", "000001.json is damaged"),
        ("commits/000001.json", "[]", "000001.json is damaged"),
        ("commits/000001.json", "{}", "000001.json is damaged"),
        ("log.json", '{"base_currency": "EUR"}', "log.json is damaged"),
        ("commits/000001.json", None, "has no commit, so nothing in it counts"),
    ],
)
def test_what_a_log_stands_on_is_named_when_it_is_damaged(
    root: Path, name: str, content: str | None, fault: str
) -> None:
    if content is None:
        (root / name).unlink()
    else:
        (root / name).write_text(content)
    ended = run(app, "--data", root)
    assert (ended.code, fault in ended.faults) == (1, True), ended.faults


def test_a_flipped_byte_is_a_breach_and_no_crash(root: Path) -> None:
    whole = (root / FILE).read_bytes()
    for place in range(200, len(whole) - 200, len(whole) // 12):
        flipped = bytearray(whole)
        flipped[place] ^= 0xFF
        (root / FILE).write_bytes(bytes(flipped))
        ended = run(app, "--data", root)
        assert ended.code in (0, 1), place
        assert "Traceback" not in ended.faults
