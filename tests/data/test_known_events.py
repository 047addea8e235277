"""What a live log knows of events that it doesn't hold: imported ones, and unreadable ones."""

from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.live_digest import imported_digest
from data.live_log import IMPORTED_SQL, event_key
from data.live_log_writer import LiveLogWriter
from tests.data.live import item, numbered, reopened, statuses
from tests.effort import times

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


def known(event_id: str, **changes: Any) -> tuple[str, bytes]:
    """Key and digest of an imported deposit."""
    read = item(event_id=event_id, **changes).read
    assert isinstance(read, dict)
    return event_key("platform", event_id), imported_digest(read)


def test_an_exclusion_under_an_imported_id_of_something_else_is_never_a_duplicate(
    log: LiveLogWriter,
) -> None:
    log.remember([known("e1"), known("e2", player_id="bela")])
    exclusion: dict[str, Any] = {"event_type": "exclusion", "exclusion_kind": "self_exclusion"}
    exclusion |= dict.fromkeys(("amount", "status", "currency"))
    assert statuses(log, item(**exclusion), item(event_id="e2")) == ["quarantined"] * 2
    assert log.unread.players == {"anna"}
    assert statuses(log, item(**exclusion, event_id="e3")) == ["accepted"]
    assert log.unread.players == frozenset()


@pytest.mark.parametrize("wrong", [{"jurisdiction": "UK1"}, {"exclusion_kind": "selfexclusion"}])
def test_whom_an_unreadable_exclusion_names_is_known_until_a_sound_one_comes(
    log: LiveLogWriter, wrong: dict[str, Any]
) -> None:
    exclusion: dict[str, Any] = {"event_type": "exclusion", "exclusion_kind": "self_exclusion"}
    exclusion |= dict.fromkeys(("amount", "status", "currency"))
    assert statuses(log, item(**(exclusion | wrong))) == ["quarantined"]
    assert statuses(log, item(event_id="of another type")) == ["accepted"]
    again = reopened(log)
    assert again.unread.players == {"anna"}
    assert statuses(again, item(**exclusion, event_id="sound")) == ["accepted"]
    assert again.unread.players == frozenset()
    again.close()


def test_an_imported_event_is_known_when_it_is_sent_live(log: LiveLogWriter) -> None:
    log.remember([known("e1"), known("e2")])
    log.finish_remembering(3, came_live=[])
    assert log.remembered() == 3
    assert statuses(log, item(), item(event_id="e3")) == ["duplicate", "accepted"]
    log.remember([known("e3")])
    log.finish_remembering(4, came_live=[1])
    assert numbered(log) == []
    changed = item(event_id="e3", amount=7)
    assert statuses(log, changed) == ["quarantined"]
    assert log.remembered() == 4


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), min_size=1))
@settings(max_examples=times(20))
def test_duckdb_names_an_event_by_the_same_key_and_digest(
    told: list[tuple[str, str, str, str]],
) -> None:
    columns = ["source", "event_id", "event_type", "player_id"]
    events = pl.DataFrame(told, columns, orient="row").to_arrow()
    with duckdb.connect() as con:
        con.from_arrow(events).create_view("events")
        found = con.execute(f"SELECT {IMPORTED_SQL} FROM events").fetchall()
    rows = [dict(zip(columns, one, strict=True)) for one in told]
    assert found == [
        (event_key(row["source"], row["event_id"]), imported_digest(row)) for row in rows
    ]
