"""Every vendor's sample: the same live as imported, and nothing lost."""

from pathlib import Path

import polars as pl
import pytest

from data.ingest import app
from data.live_row import Refused
from data.live_table import as_table
from data.tables import event_schema
from tests.data.imports import run
from tests.data.mappings.samples import (
    ORDER,
    VENDORS,
    Event,
    imported,
    mapping_path,
    reasons,
    sample_path,
    sent_live,
)


def without_arrival(events: list[Event]) -> list[Event]:
    return [{name: event[name] for name in event.keys() - {"ingested_at"}} for event in events]


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_sample_sent_live_gives_the_events_of_its_import(vendor: str) -> None:
    rows = [item.read for items in sent_live(vendor) for item in items]
    live = pl.from_arrow(as_table([row for row in rows if isinstance(row, dict)], event_schema()))
    assert isinstance(live, pl.DataFrame)
    once = live.unique("event_id", keep="first").sort(ORDER)
    assert without_arrival(once.to_dicts()) == without_arrival(imported(vendor)[1])


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_an_import_sets_aside_is_told_live_too(vendor: str) -> None:
    live = {
        (number, item.read.reason)
        for number, items in enumerate(sent_live(vendor), 1)
        for item in items
        if isinstance(item.read, Refused)
    }
    assert live <= {(row, reason) for row, _, reason in reasons(vendor)}
    assert {row for row, _ in live} == {row for row, _, _ in reasons(vendor)}


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_line_becomes_an_event_or_is_ignored_or_is_set_aside(vendor: str) -> None:
    report, _, _ = imported(vendor)
    silent = sum(not items for items in sent_live(vendor))
    assert report.rows_read == len(sample_path(vendor).read_bytes().splitlines())
    assert silent <= report.rows_ignored
    assert report.events_new + report.duplicates == report.events_converted


def test_a_dry_run_shows_events_columns_not_mapped_and_what_is_set_aside(tmp_path: Path) -> None:
    ended = run(
        app, "--mapping", mapping_path("fast_track"), "--input", sample_path("fast_track"),
        "--out", tmp_path / "operator", "--dry-run",
    )  # fmt: skip
    shown = " ".join(ended.output.split())
    assert ended.code == 0
    assert "First 20 events" in shown
    assert "payload.fee_amount" in shown.partition("Columns not mapped:")[2]
    assert "payload.blocks.note" in shown.partition("Columns not mapped:")[2]
    assert "it doesn't say which blocks the player has" in shown
    assert "Of the first 33 rows: 22 events, 1 duplicates, 4 rows ignored, 10 rejected." in shown
