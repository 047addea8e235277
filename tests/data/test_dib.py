"""The mapping of the real wallet transactions, against counts found by reading the file."""

import csv
import io
import os
import zipfile
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from data.event_log import EventLog
from data.import_report import ImportReport
from data.ingest import ingest
from data.log_checks import breaches_of

REPOSITORY = Path(__file__).parents[2]
MAPPING = REPOSITORY / "data/mappings/dib.yaml"
FOLDER = Path(os.environ.get("PLAYER_DATA", REPOSITORY / "../shared/data")) / "dib_payments"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason=f"the real data is not here: {FOLDER} is no folder (set PLAYER_DATA to its parent)",
)


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ImportReport]:
    root = tmp_path_factory.mktemp("dib")
    return root, ingest(MAPPING, FOLDER, root)


@pytest.fixture(scope="module")
def events(operator: tuple[Path, ImportReport]) -> pl.DataFrame:
    columns = ["event_type", "status", "is_activity", "amount", "currency", "occurred_at", "ext"]
    files = EventLog(operator[0]).files()
    return pl.read_parquet(files, columns=columns, hive_partitioning=False)


def test_every_row_is_accounted_for(operator: tuple[Path, ImportReport]) -> None:
    report = operator[1]
    assert report.rows_read == 447_853
    assert report.duplicates == 16
    assert report.rows_quarantined == 1
    assert report.events_new == 447_836
    assert report.rows_ignored == 0
    assert report.known_at_assumed_share == 1


def test_the_row_without_a_status_is_set_aside_once(operator: tuple[Path, ImportReport]) -> None:
    with Path(str(operator[1].quarantine_file)).open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["field"], row["value"]) == ("status", "NA")
    assert row["reason"] == "required but missing"
    assert row["file"].endswith("!/Online_sports_DIB.csv")


def test_only_an_approved_transaction_is_money_that_moved(events: pl.DataFrame) -> None:
    counts = events.group_by("event_type", "status").len().sort("event_type", "status").rows()
    assert counts == [
        ("deposit", "approved", 215_058),
        ("deposit", "declined", 4_646),
        ("wallet.load", "approved", 182_983 + 7_130),
        ("wallet.load", "declined", 5_936 + 268),
        ("withdrawal", "paid", 31_736),
        ("withdrawal", "rejected", 79),
    ]


def test_the_two_kinds_of_load_stay_apart(events: pl.DataFrame) -> None:
    loads = events.filter(pl.col("event_type") == "wallet.load", pl.col("status") == "declined")
    kinds = loads.select(pl.col("ext").str.json_path_match("$.TransactionType")).to_series()
    assert dict(kinds.value_counts().rows()) == {
        "LOYALTYCARDCREDITCL": 5_936,
        "LOYALTYCARDCREDITACH": 268,
    }


def test_activity_is_an_approved_deposit_alone(events: pl.DataFrame) -> None:
    active = events.filter("is_activity").select("event_type", "status").unique().rows()
    assert active == [("deposit", "approved")]
    assert events["is_activity"].sum() == 215_058


def test_amounts_are_exact_cents_and_the_largest_were_declined(events: pl.DataFrame) -> None:
    assert events["currency"].unique().to_list() == ["USD"]
    largest = events.sort("amount", descending=True).head(4)
    assert set(largest["status"]) <= {"declined", "rejected"}
    approved = events.filter(pl.col("event_type") == "deposit", pl.col("status") == "approved")
    assert approved["amount"].sum() == approved_deposits_in_cents()


def approved_deposits_in_cents() -> int:
    """The same sum by another way: the raw file, Python's csv and whole numbers."""
    (path,) = FOLDER.glob("*.zip")
    with zipfile.ZipFile(path) as archive, archive.open("Online_sports_DIB.csv") as stream:
        rows = {tuple(row) for row in csv.reader(io.TextIOWrapper(stream))}
    wanted = ("LOYALTYCARDDEBIT", "APPROVED")
    return sum(int(Decimal(row[2]) * 100) for row in rows if (row[1], row[3]) == wanted)


def test_the_whole_log_keeps_its_contract(operator: tuple[Path, ImportReport]) -> None:
    assert list(breaches_of(EventLog(operator[0]))) == []
