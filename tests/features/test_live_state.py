"""Live events end in the same state as a load of the whole log, in any order and any batches."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.event import LARGEST_INTEGER
from data.instants import microseconds
from data.live_row import Row as LiveRow
from features.errors import TileOverflow
from features.live_state import apply_events, open_for_events
from features.load_online import load_online
from features.money_sql import LEDGER_DAYS, MOVED_COLUMNS
from features.online_tiles import OnlineTiles
from features.tile_sql import DAY_US
from features.tiles import tile_commits
from tests.effort import times
from tests.features.histories import START, Row, histories, keyed, write_log

PLAYERS = 6

_person = st.none() | st.sampled_from(["ann", "bob"])
_news: st.SearchStrategy[Row] = st.sampled_from(
    [
        {"event_type": "player.registered", "birth_date": None, "timezone": "Europe/Malta"},
        {"event_type": "player.status_changed", "status": "closed"},
        {"event_type": "player.status_changed", "status": "active"},
        {"event_type": "exclusion", "exclusion_kind": "self_exclusion"},
        {"event_type": "exclusion", "exclusion_kind": "register", "register": "GAMSTOP"},
        {"event_type": "exclusion", "exclusion_kind": "reinstatement"},
        {"event_type": "exclusion", "exclusion_kind": "reinstatement", "register": "GAMSTOP"},
        {"event_type": "consent", "purpose": "marketing", "channel": "email", "granted": True},
        {"event_type": "consent", "purpose": "marketing", "channel": "email", "granted": False},
        {"event_type": "consent", "purpose": "profiling", "channel": "any", "granted": False},
        {"event_type": "person.linked"},
    ]
)


@st.composite
def news(draw: st.DrawFn) -> Row:
    occurred = START + draw(st.timedeltas(*(START - START, (START.replace(month=4) - START))))
    return {**draw(_news), "occurred_at": occurred, "known_at": occurred}


@st.composite
def operators(draw: st.DrawFn) -> list[Row]:
    """Events of a few players, linked here and there to the same persons."""
    rows: list[Row] = []
    for number in range(PLAYERS):
        events = draw(histories(totals=False)) + draw(st.lists(news(), max_size=4))
        rows += [{**row, "person_id": draw(_person)} for row in keyed(events, f"p{number}")]
    return sorted(rows, key=lambda row: row["known_at"])


def live(row: Row) -> LiveRow:
    """The row as the live log holds it."""
    return {
        name: microseconds(value) if isinstance(value, datetime) else value
        for name, value in row.items()
        if value is not None
    }


def content(path: Path, since_us: int = 0) -> dict[str, list[tuple[Any, ...]]]:
    """What the state holds beside tiles, whose bytes may differ where equal windows read them."""
    with closing(sqlite3.connect(path)) as con:
        return {
            "movements": con.execute(
                f"SELECT player_id, occurred_us, {', '.join(MOVED_COLUMNS)} FROM movements "
                "WHERE occurred_us >= ? ORDER BY 1, 2",
                (since_us,),
            ).fetchall(),
            "facts": con.execute("SELECT * FROM player_facts ORDER BY 1, 2").fetchall(),
            "protected": con.execute("SELECT * FROM protected ORDER BY 1").fetchall(),
            "links": con.execute(
                "SELECT player_id, person_id FROM account_links ORDER BY 1, 2"
            ).fetchall(),
        }


def features(path: Path, as_of_us: int) -> np.ndarray[Any, Any]:
    tiles = OnlineTiles(path)
    try:
        return tiles.features([f"p{number}" for number in range(PLAYERS)], as_of_us).matrix
    finally:
        tiles.close()


@given(operators(), st.data())
@settings(max_examples=times(12))
def test_live_events_end_in_the_state_of_a_whole_load(rows: list[Row], data: st.DataObject) -> None:
    if len(rows) < 2:
        return
    cut = data.draw(st.integers(1, len(rows) - 1))
    batches = _batches(rows[cut:], data)
    later_us = data.draw(st.integers(1, 40 * 86_400_000_000))
    check(rows, cut, batches, later_us)


def check(rows: list[Row], cut: int, batches: Sequence[Sequence[Row]], later_us: int) -> None:
    """Load some rows and apply the rest live; load all; compare."""
    with TemporaryDirectory() as folder:
        whole, grown = Path(folder) / "whole.sqlite", Path(folder) / "grown.sqlite"
        log = write_log(Path(folder) / "whole", rows)
        list(tile_commits(log))
        facts = load_online(log, whole)
        start = write_log(Path(folder) / "start", rows[:cut])
        list(tile_commits(start))
        load_online(start, grown)
        with closing(open_for_events(grown)) as con:
            for number, batch in enumerate(batches):
                apply_events(con, [live(row) for row in batch], number + 1)
        as_of_us = facts.last_known_us + later_us
        since_us = facts.last_known_us - LEDGER_DAYS * DAY_US
        assert content(grown, since_us) == content(whole, since_us)
        np.testing.assert_array_equal(features(grown, as_of_us), features(whole, as_of_us))


def _batches(rows: Sequence[Row], data: st.DataObject) -> list[Sequence[Row]]:
    shuffled = data.draw(st.permutations(rows))
    size = data.draw(st.integers(1, max(1, len(shuffled))))
    return [shuffled[begin : begin + size] for begin in range(0, len(shuffled), size)]


def test_a_sum_beyond_the_bound_applies_nothing(tmp_path: Path) -> None:
    big = {
        "event_type": "casino.round", "state": "settled", "game_type": "slot",
        "stake_real_base": LARGEST_INTEGER, "stake_real": LARGEST_INTEGER, "is_activity": True,
        "occurred_at": START, "known_at": START,
    }  # fmt: skip
    log = write_log(tmp_path / "log", keyed([{**big, "stake_real_base": 1}], "p0"))
    list(tile_commits(log))
    load_online(log, tmp_path / "online.sqlite")
    before = content(tmp_path / "online.sqlite")
    con = open_for_events(tmp_path / "online.sqlite")
    with closing(con), pytest.raises(TileOverflow, match="stake_sum"):
        apply_events(con, [live(row) for row in keyed([big], "p0")], 1)
    assert content(tmp_path / "online.sqlite") == before
