"""The command, from two logs to tables, numbers and a picture."""

import csv
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.image import imread

from data.event_log import EventLog
from data.ingest import ingest
from data.simulator.compare import command
from data.simulator.comparison.picture import PICTURE
from tests.data.simulator.test_run import WriteWorld

MAPPING = Path(__file__).parents[3] / "data/mappings/dib.yaml"
HEADER = ("ReqTimeUTC", "TransactionType", "TransactionAmount", "Status", "AccountIdentifier")
START = datetime(2019, 3, 1, 9, tzinfo=UTC)
PLAYERS, DAYS = 40, 130


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "data.simulator.compare", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def wallet_rows() -> list[tuple[str, ...]]:
    """Transactions as the wallet has them, at any hour: one deposit in nine is declined."""
    rng = np.random.default_rng(3)
    kinds = [("LOYALTYCARDDEBIT", "APPROVED")] * 8
    kinds += [("LOYALTYCARDDEBIT", "DECLINED"), ("LOYALTYCARDCREDIT", "APPROVED")]
    rows: list[tuple[str, ...]] = []
    for number in range(PLAYERS * 30):
        at = START + timedelta(seconds=int(rng.integers(0, DAYS * 86_400)))
        kind, status = kinds[number % 10]
        rows.append((f"{at:%Y-%m-%d %H:%M:%S}", kind, f"{rng.integers(5, 90)}.00", status,
                     f"account-{int(PLAYERS * rng.random() ** 4)}"))  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wallet")
    with (folder / "transactions.csv").open("w", newline="") as file:
        csv.writer(file).writerows([HEADER, *wallet_rows()])
    report = ingest(MAPPING, folder / "transactions.csv", folder / "log")
    assert report.rows_quarantined == 0
    return folder / "log"


@pytest.fixture(scope="module")
def done(
    log: EventLog, real: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[subprocess.CompletedProcess[str], Path]:
    out = tmp_path_factory.mktemp("compared")
    numbers = out / "numbers.json"
    ended = run("--simulated", log.root, "--real", real, "--json", numbers, "--out", out)
    assert ended.returncode == 0, ended.stderr
    return ended, out


@pytest.fixture(scope="module")
def numbers(done: tuple[subprocess.CompletedProcess[str], Path]) -> Any:
    return json.loads((done[1] / "numbers.json").read_text())


def test_the_tables_have_every_margin(
    done: tuple[subprocess.CompletedProcess[str], Path], numbers: Any
) -> None:
    kinds = [numbers[kind] for kind in ("distributions", "cycles", "rates", "curves")]
    names = [name for kind in kinds for name in kind]
    assert len(names) == 9 + 3 + 8 + 3
    assert [name for name in names if name not in done[0].stdout] == []
    assert [one["name"] for one in numbers["published"] if one["name"] not in done[0].stdout] == []
    assert "Days 29 to 119 of both logs" in done[0].stdout
    assert done[0].stderr == ""


def test_the_numbers_are_those_of_the_rows_that_were_written(numbers: Any) -> None:
    rates = numbers["rates"]
    assert rates["attempts declined"]["real"] == pytest.approx(1 / 9, abs=0.03)
    assert rates["withdrawals per deposit"]["real"] == pytest.approx(1 / 8, abs=0.03)
    amounts = numbers["distributions"]["deposit amount"]
    assert amounts["real"]["values"] == pytest.approx([13, 47, 81], abs=5)
    for rate in rates.values():
        assert rate["distance"] == pytest.approx(rate["simulated"] - rate["real"])


def test_deposits_at_any_hour_are_further_from_simulated_evenings_than_chance_allows(
    numbers: Any,
) -> None:
    hours = numbers["cycles"]["hour of day"]["kuiper"]
    assert hours["distance"] > 3 * hours["noise"]


def test_the_picture_shows_both_sides(
    done: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    pixels = imread(done[1] / PICTURE)
    assert pixels.shape[0] > 1000
    colours = (pixels[..., :3] * 255).round().astype(int).reshape(-1, 3)
    for line in ((0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)):
        assert (colours == line).all(axis=1).sum() > 1000
    assert str(done[1] / PICTURE) in done[0].stdout


def test_a_log_beside_itself_is_no_way_off_and_nothing_is_written_unasked(
    real: Path, tmp_path: Path
) -> None:
    command(real, real, json=tmp_path / "numbers.json")
    found = json.loads((tmp_path / "numbers.json").read_text())
    far = [one["ks"]["distance"] for one in found["distributions"].values()]
    far += [one["moved"]["distance"] for one in found["cycles"].values()]
    far += [one["distance"] for one in found["rates"].values()]
    assert set(far) == {0.0}
    assert [path.name for path in tmp_path.iterdir()] == ["numbers.json"]


def refused(capsys: pytest.CaptureFixture[str], simulated: Path, real: Path, file: Path) -> str:
    """What the command says when it ends with 1."""
    with pytest.raises(SystemExit, match=r"^1$"):
        command(simulated, real, json=file)
    return capsys.readouterr().err


def test_a_folder_without_a_log_is_refused(
    real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, tmp_path, real, tmp_path / "numbers.json")
    assert said.startswith(f"error: {tmp_path} holds no event log")


def test_a_short_log_is_refused_with_the_days_to_simulate(
    real: Path, tmp_path: Path, write_world: WriteWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    short = write_world(tmp_path / "log", 20, 30, 1)
    said = refused(capsys, short.root, real, tmp_path / "numbers.json")
    assert "at least 84 are needed: simulate with --days 86 or more" in said


def test_a_place_that_can_hold_no_file_is_refused_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, tmp_path / "absent", tmp_path / "absent", tmp_path)
    assert "is a folder: name a file" in said
