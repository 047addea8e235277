"""An event that came live and by an import counts once."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from data.event_log import EventLog, LogSettings, Source
from data.live_log import LiveLog
from data.live_log_writer import LiveLogWriter
from data.live_table import as_table
from data.tables import event_schema
from features.build import tile_new_commits
from features.catalogue import FEATURE_INDEX
from features.compact import compact
from features.live_state import LiveState
from features.load_online import load_online
from features.online_tiles import OnlineTiles
from features.places import live_log_path, online_tiles_path
from tests.data.live import NOW_US, item

AMOUNT_MINOR = 1_000


def imported(place: Path, *event_ids: str) -> EventLog:
    """Deposits by way of an import, with their tiles."""
    log = EventLog(place / "operator")
    staged = place / "staged.parquet"
    pq.write_table(as_table([row(event_id) for event_id in event_ids], event_schema()), staged)
    log.append([staged], Source("platform", frozenset({"deposit:approved"}), "deposit:approved"))
    tile_new_commits(log)
    return log


def row(event_id: str) -> dict[str, Any]:
    read = item(event_id=event_id, amount=AMOUNT_MINOR).read
    assert isinstance(read, dict)
    return read | {"known_at": NOW_US, "ingested_at": NOW_US}


def loaded(place: Path) -> float:
    """The player's deposits after a load, in minor units."""
    load_online(EventLog(place / "operator"), online_tiles_path(place))
    with closing(OnlineTiles(online_tiles_path(place), "last_event")) as tiles:
        matrix = tiles.features(["anna"]).matrix
    return float(matrix[0, FEATURE_INDEX["deposit_sum_lifetime"]])


def sent(place: Path, *event_ids: str) -> list[str]:
    """Send deposits live; what became of each."""
    items = [item(event_id=event_id, amount=AMOUNT_MINOR) for event_id in event_ids]
    for one in items:
        assert isinstance(one.read, dict)
        one.read["known_at"] = one.read["ingested_at"] = NOW_US
    with (
        closing(LiveLogWriter(live_log_path(place))) as log,
        closing(LiveState(online_tiles_path(place))) as state,
    ):
        state.catch_up(log)
        appended = log.append(items, NOW_US)
        state.apply(appended.first_seq, appended.rows, log)
    return [outcome.status for outcome in appended.outcomes]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    EventLog.create(tmp_path / "operator", LogSettings("EUR", "UTC"))
    imported(tmp_path, "first")
    assert loaded(tmp_path) == AMOUNT_MINOR
    return tmp_path


def test_an_import_of_what_came_live_counts_it_once(place: Path) -> None:
    assert sent(place, "live", "both", "first") == ["accepted", "accepted", "duplicate"]
    imported(place, "both", "later")
    assert loaded(place) == 4 * AMOUNT_MINOR
    with closing(LiveLog(live_log_path(place))) as log:
        assert [one["event_id"] for _, one in log.after(0)] == ["live"]
    assert sent(place, "live", "both", "later") == ["duplicate"] * 3
    assert loaded(place) == 4 * AMOUNT_MINOR


def test_a_compaction_after_such_an_import_doubles_nothing(place: Path) -> None:
    sent(place, "both", "live")
    log = imported(place, "both")
    assert compact(log, place) is not None
    tile_new_commits(log)
    assert loaded(place) == 3 * AMOUNT_MINOR
    assert sent(place, "new", "both") == ["accepted", "duplicate"]
    assert loaded(place) == 4 * AMOUNT_MINOR
