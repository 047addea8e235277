"""Whatever happened to log and state: an exclusion that was sent brings no offer."""

import asyncio
import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from campaigns.decision import Decision
from campaigns.policy import decide
from data.activity import Activity
from data.event_log import EventLog
from data.live_items import read_items
from data.live_log_writer import LiveLogWriter
from data.live_row import Arrival
from features.build import tile_new_commits
from features.compact import compact
from features.load_online import load_online
from features.online_tiles import OnlineTiles
from features.places import live_log_path, online_tiles_path
from features.tile_state import TileStateError
from serving.arrival import ArrivalClock
from serving.live_writer import LiveWriter
from serving.models import read_model
from serving.state_builder import Asked, build_state
from tests.serving.deciding import Ground, lapsing
from tests.serving.live import event, round_of

EXCLUDED = event("exclusion", "vic", exclusion_kind="self_exclusion")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place where vic lapsed and would be made an offer, closed again."""
    place = tmp_path_factory.mktemp("ground")
    Ground.made(place)
    writer = LiveWriter(place, ArrivalClock("last_event"))
    assert send(writer, *lapsing("vic")) == ["accepted"] * 4
    assert decided(place, writer).kind == "offer"
    writer.close()
    return place


@pytest.fixture
def place(filled: Path, tmp_path: Path) -> Path:
    shutil.copytree(filled, tmp_path / "place", symlinks=True)
    return tmp_path / "place"


@pytest.fixture
def started(place: Path) -> Iterator[Callable[[], LiveWriter]]:
    """Starts writers on the place, and closes them at the end."""
    writers: list[LiveWriter] = []

    def start() -> LiveWriter:
        writers.append(LiveWriter(place, ArrivalClock("last_event")))
        return writers[-1]

    yield start
    for writer in writers:
        writer.close()


def send(writer: LiveWriter, *events: dict[str, Any]) -> list[str]:
    sent = [json.dumps(one).encode() for one in events]
    return [answer.status for answer in asyncio.run(writer.submit(sent))]


def decided(place: Path, writer: LiveWriter) -> Decision:
    """A decision about vic that surely draws an offer, if one is open."""
    model = read_model("churn", "1", place / "churn")
    with closing(OnlineTiles(online_tiles_path(place), "last_event")) as tiles:
        for number in range(50):
            asked = Asked(
                f"{number}", "00" * 16, "vic", writer.waited_us(), writer.unread_protection
            )
            found = decide(build_state(tiles, {"churn": model}, asked)[0])
            if found.kind != "none" or found.protected:
                break
    return found


def append_without_applying(place: Path, *events: dict[str, Any]) -> None:
    """What a process leaves that is killed between the log and the state."""
    with closing(OnlineTiles(online_tiles_path(place), "last_event")) as tiles:
        last_us = tiles.state().facts().last_known_us
    clock = ArrivalClock("last_event")
    arrival = Arrival(clock.latest_us(last_us), 0, "EUR", Activity(frozenset()))
    items = read_items([json.dumps(one).encode() for one in events], arrival)
    now_us = clock.stamp([item.read for item in items], last_us)
    with closing(LiveLogWriter(live_log_path(place))) as log:
        assert [outcome.status for outcome in log.append(items, now_us).outcomes] == ["accepted"]


def test_what_a_killed_process_logged_and_did_not_apply_protects_after_the_start(
    place: Path, started: Callable[[], LiveWriter]
) -> None:
    append_without_applying(place, EXCLUDED)
    assert decided(place, started()).protected


def test_a_state_that_cannot_be_written_closes_until_it_has_caught_up(
    place: Path, started: Callable[[], LiveWriter]
) -> None:
    writer = started()
    with closing(
        sqlite3.connect(online_tiles_path(place).resolve(), isolation_level=None)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError):
            send(writer, EXCLUDED)
        assert writer.waited_us() is None
        assert decided(place, writer).protected
        other.execute("ROLLBACK")
    deadline = time.monotonic() + 30
    while writer.waited_us() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert decided(place, writer).reasons[0].rule_id == "gate.excluded"
    assert "vic" in writer.take_changed()
    assert send(writer, EXCLUDED) == ["duplicate"]


def test_a_live_log_that_was_lost_goes_on_after_the_state(
    place: Path, started: Callable[[], LiveWriter]
) -> None:
    for file in place.glob("live.sqlite*"):
        file.unlink()
    writer = started()
    assert send(writer, EXCLUDED) == ["accepted"]
    assert decided(place, writer).protected
    commit = compact(EventLog(place / "operator"), place)
    assert commit is not None
    assert commit.rows == 1


def test_what_a_compaction_lets_go_of_is_on_the_disk_in_the_state(
    place: Path, started: Callable[[], LiveWriter]
) -> None:
    state = online_tiles_path(place).resolve()
    writer = started()
    older = {file: file.read_bytes() for file in place.glob(f"{state.name}*")}
    send(writer, EXCLUDED)
    with closing(sqlite3.connect(state)) as con:
        (before,) = con.execute("SELECT applied_seq FROM facts").fetchone()
    compact(EventLog(place / "operator"), place)
    on_disk = place / "without the write-ahead log.sqlite"
    shutil.copy(state, on_disk)
    with closing(sqlite3.connect(on_disk)) as con:
        assert con.execute("SELECT applied_seq FROM facts").fetchone() == (before,)
    writer.close()
    for file in place.glob(f"{state.name}*"):
        file.unlink()
    for file, content in older.items():
        file.write_bytes(content)
    again = started()
    with pytest.raises(TileStateError, match=r"compacted: run features\.load_online"):
        send(again, round_of("vic"))
    assert again.waited_us() is None
    tile_new_commits(EventLog(place / "operator"))
    load_online(EventLog(place / "operator"), online_tiles_path(place))
    deadline = time.monotonic() + 30
    while again.waited_us() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert decided(place, again).protected


def test_an_exclusion_that_cannot_be_read_closes_until_a_sound_one_comes(
    place: Path, started: Callable[[], LiveWriter]
) -> None:
    writer = started()
    assert send(writer, EXCLUDED | {"exclusion_kind": "selfexclusion"}) == ["quarantined"]
    assert [one.rule_id for one in decided(place, writer).reasons] == ["gate.unread_protection"]
    back = event("exclusion", "vic", exclusion_kind="reinstatement")
    agreed = event("consent", "vic", channel="email", granted=True, product="casino", minutes=2)
    assert send(writer, back, agreed) == ["accepted"] * 2
    assert not any(
        one.rule_id == "gate.unread_protection" for one in decided(place, writer).reasons
    )
