"""The commands that note what rows are like, and that hold others beside them."""

import re
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.ageing import AGEING
from features.catalogue import FEATURE_NAMES
from features.check_drift import app
from features.drift_reference import app as reference_app
from features.rows import ROW_SCHEMA
from tests.data.imports import run

MOVED = "stake_sum_30d"
LOST = "days_since_last_login"


def rows_file(path: Path, seed: int, rows: int = 400) -> Path:
    """Feature rows; from the second seed on one feature is ten times as large, another missing."""
    values = np.random.default_rng(seed).lognormal(3, 1, (rows, len(FEATURE_NAMES)))
    if seed > 1:
        values[:, FEATURE_NAMES.index(MOVED)] *= 10
        values[:, FEATURE_NAMES.index(LOST)] = np.nan
    moments = pa.array(np.zeros(rows, dtype=np.int64), pa.timestamp("us", "UTC"))
    ids = pa.array([f"p{number}" for number in range(rows)])
    table = pa.table([ids, moments, moments, *(pa.array(one) for one in values.T)], ROW_SCHEMA)
    pq.write_table(table, path)
    return path


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    path = tmp_path / "reference.json"
    ended = run(reference_app, "--rows", rows_file(tmp_path / "then.parquet", 1), "--out", path)
    assert ended.code == 0, ended.faults
    return path


def test_the_rows_themselves_have_not_moved(reference: Path, tmp_path: Path) -> None:
    ended = run(app, "--reference", reference, "--rows", tmp_path / "then.parquet")
    assert (ended.code, ended.faults) == (0, "")


def test_what_moved_is_told_and_ends_with_1(reference: Path, tmp_path: Path) -> None:
    page, metrics = tmp_path / "drift.html", tmp_path / "drift.prom"
    ended = run(
        app, "--reference", reference, "--rows", rows_file(tmp_path / "now.parquet", 2),
        "--out", page, "--metrics", metrics,
    )  # fmt: skip
    assert ended.code == 1
    assert f"2 of {len(FEATURE_NAMES)} features have moved, most of all {LOST}" in ended.faults
    text = page.read_text()
    assert text.index(LOST) < text.index(MOVED) < text.index(FEATURE_NAMES[0])
    assert text.count('class="loud"') == 2
    assert "stakes in the last 30 days and today (base currency, minor units)" in text
    assert re.findall(r"<script|<link|<img|\ssrc=|\shref=|url\(", text) == []
    assert "player_features_moved 2.0" in metrics.read_text()
    assert f'player_feature_psi{{feature="{MOVED}"}}' in metrics.read_text()


def test_what_only_grows_with_age_is_told_and_is_no_alarm(reference: Path, tmp_path: Path) -> None:
    page, then = tmp_path / "drift.html", tmp_path / "then.parquet"
    older = pl.read_parquet(then).with_columns(pl.col(AGEING) + 1000)
    older.write_parquet(tmp_path / "now.parquet")
    ended = run(app, "--reference", reference, "--rows", tmp_path / "now.parquet", "--out", page)
    assert (ended.code, ended.faults) == (0, "")
    assert page.read_text().count("<td>grows with age</td>") == len(AGEING)


def test_first_moments_and_sums_of_a_lifetime_grow_and_nothing_else() -> None:
    assert {"days_since_registration", "stake_sum_lifetime", "ggr_lifetime"} <= AGEING
    others = {"days_since_last_login", "deposit_mean_lifetime", "stake_sum_90d", "stake_max_30d"}
    assert not others & AGEING


@pytest.mark.parametrize("broken", ["reference", "rows"])
def test_files_that_cannot_be_read_are_named(reference: Path, tmp_path: Path, broken: str) -> None:
    files = {"reference": reference, "rows": tmp_path / "then.parquet"}
    files[broken].write_text("neither")
    ended = run(app, "--reference", files["reference"], "--rows", files["rows"])
    assert ended.code == 1
    assert "Traceback" not in ended.faults
    assert "error: " in ended.faults
