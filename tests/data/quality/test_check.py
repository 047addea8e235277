"""The command that stands before training."""

import json
import re
from html import escape
from pathlib import Path

import polars as pl
import pytest

from data.event_log import EventLog, LogSettings
from data.quality.check import app
from data.quality.thresholds import LIMITS
from tests.data.imports import run
from tests.data.quality.operators import DAY, appended, changed, tampered


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory, healthy: EventLog) -> EventLog:
    """A log whose rounds lost their game on one day."""

    def lose(events: pl.DataFrame) -> pl.DataFrame:
        return changed(events, "casino.round", game_id=pl.lit(None, dtype=pl.String))

    return tampered(healthy, tmp_path_factory.mktemp("broken") / "log", lose)


def test_a_healthy_log_ends_with_0(healthy: EventLog) -> None:
    ended = run(app, "--data", healthy.root, "--clock", "last_event")
    assert (ended.code, ended.faults) == (0, "")
    assert "volume of the day" in ended.output


def test_one_day_can_be_judged_alone(healthy: EventLog) -> None:
    ended = run(app, "--data", healthy.root, "--clock", "last_event", "--days", 1)
    assert (ended.code, ended.faults) == (0, "")


def test_an_alarm_ends_with_1_and_a_sentence(broken: EventLog) -> None:
    ended = run(app, "--data", broken.root, "--clock", "last_event")
    assert ended.code == 1
    assert "figures alarm, so nothing should be trained on these days yet" in ended.faults
    assert f"source simulator, casino.round game_id, {DAY}: share of events without" in ended.faults


def test_an_old_log_is_not_fresh_now(healthy: EventLog) -> None:
    ended = run(app, "--data", healthy.root)
    assert ended.code == 1
    assert "has no event known from" in ended.faults or "age of the newest event" in ended.faults


def test_reports_are_written_though_something_alarms(broken: EventLog, tmp_path: Path) -> None:
    page, told, metrics = (tmp_path / name for name in ("page.html", "told.json", "feeds.prom"))
    ended = run(
        app, "--data", broken.root, "--clock", "last_event", "--days", 2,
        "--out", page, "--json", told, "--metrics", metrics,
    )  # fmt: skip
    assert ended.code == 1
    content = json.loads(told.read_text())
    assert (content["days"], content["alarms"]) == (2, 1)
    assert content["thresholds"].keys() == LIMITS.keys()
    (alarm,) = [one for one in content["findings"] if one["state"] == "alarm"]
    assert (alarm["field"], alarm["day"], alarm["value"]) == ("game_id", str(DAY), 1.0)
    assert 'measure="nulls",source="simulator",state="alarm"} 1.0' in metrics.read_text()
    assert 'measure="volume",source="simulator",state="alarm"} 0.0' in metrics.read_text()
    assert "casino.round game_id" in page.read_text()
    assert all(escape(limit.reason) in page.read_text() for limit in LIMITS.values())


def test_the_page_runs_and_loads_nothing(broken: EventLog, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    run(app, "--data", broken.root, "--clock", "last_event", "--out", page)
    text = page.read_text()
    assert "default-src 'none'" in text
    assert (
        re.findall(r"<script|<link|<img|<iframe|\ssrc=|\shref=|url\(|@import| on\w+=", text) == []
    )


def test_a_log_without_events_is_refused(tmp_path: Path) -> None:
    EventLog.create(tmp_path / "log", LogSettings("EUR", "Europe/London"))
    ended = run(app, "--data", tmp_path / "log", "--clock", "last_event")
    assert ended.code == 1
    assert "has no events: import some with data.ingest" in ended.faults


def test_a_log_that_cannot_be_read_is_no_crash(events: pl.DataFrame, tmp_path: Path) -> None:
    log = appended(tmp_path / "log", [events.head(10)])
    Path(log.files()[0]).write_bytes(b"no parquet")
    ended = run(app, "--data", log.root, "--clock", "last_event")
    assert ended.code == 1
    assert "can't be read" in ended.faults
    assert "Traceback" not in ended.faults


def test_a_report_that_cannot_be_written_is_refused_before_the_work(
    healthy: EventLog, tmp_path: Path
) -> None:
    ended = run(app, "--data", healthy.root, "--clock", "last_event", "--out", tmp_path)
    assert ended.code == 1
    assert "is a folder: name a file" in ended.faults
