"""What the online state holds is what its events say; where it isn't, that is told and repaired."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.event_log import EventLog
from features.live_state import apply_events, open_for_events
from features.load_online import load_online
from features.places import online_tiles_path
from features.reconcile import reconcile
from features.state_drift import Drift
from features.tile_state import TileStateError
from features.tiles import tile_commits
from tests.effort import times
from tests.features.histories import START, Row, keyed, write_log
from tests.features.test_live_state import live, operators


def grown(folder: Path, rows: list[Row], cut: int) -> EventLog:
    """A state that was loaded from some rows and grew by the others, and the log of them all."""
    log = write_log(folder / "log", rows[:cut])
    list(tile_commits(log))
    load_online(log, online_tiles_path(folder))
    with closing(open_for_events(online_tiles_path(folder))) as con:
        apply_events(con, [live(row) for row in rows[cut:]], len(rows) - cut)
    log = write_log(folder / "log", rows[cut:])
    list(tile_commits(log))
    return log


@given(operators(), st.data())
@settings(max_examples=times(6))
def test_a_state_that_grew_by_events_has_not_drifted(rows: list[Row], data: st.DataObject) -> None:
    if len(rows) < 2:
        return
    cut = data.draw(st.integers(1, len(rows) - 1))
    with TemporaryDirectory() as name:
        log = grown(Path(name), rows, cut)
        assert reconcile(log, online_tiles_path(Path(name))).drifts == ()


@pytest.fixture
def operator(tmp_path: Path) -> EventLog:
    return grown(tmp_path, list(_rows()), 3)


def _rows() -> list[Row]:
    rounds: list[Row] = [
        {
            "event_type": "casino.round", "state": "settled", "game_type": "slot",
            "stake_real_base": 100, "win_real_base": 0, "stake_bonus_base": 0, "stake_real": 100,
            "win_real": 0, "stake_bonus": 0, "currency": "EUR",
            "utc_offset_minutes": 0, "is_activity": True, "occurred_at": START, "known_at": START,
        }
        for _ in range(4)
    ]  # fmt: skip
    stop = {"event_type": "exclusion", "exclusion_kind": "self_exclusion"}
    stops = [{**stop, "occurred_at": START, "known_at": START}]
    return [*keyed(rounds, "p1"), *keyed([*rounds, *stops], "p2")]


def changed(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path.resolve())) as con, con:
        for statement in statements:
            con.execute(statement)


def applied_twice(path: Path) -> None:
    with closing(open_for_events(path)) as con:
        apply_events(con, [live(_rows()[-2])], 999)


@pytest.mark.parametrize(
    ("fault", "player", "place"),
    [
        (lambda path: changed(path, "DELETE FROM protected"), "p2", "protected"),
        (lambda path: changed(path, "DELETE FROM movements WHERE player_id = 'p1'"), "p1",
         "movements"),
        (lambda path: changed(path, "DELETE FROM protective_steps"), "p2", "protective_steps"),
        (lambda path: changed(path, "DELETE FROM tiles WHERE player_id = 'p1' AND level = 2"),
         "p1", "stake_sum"),
        (applied_twice, "p2", "stake_sum"),
    ],
)  # fmt: skip
def test_what_drifted_is_told_and_repaired(
    operator: EventLog, fault: Callable[[Path], None], player: str, place: str
) -> None:
    path = online_tiles_path(operator.root.parent)
    assert reconcile(operator, path).drifts == ()
    fault(path)
    found = reconcile(operator, path).drifts
    assert {drift.player_id for drift in found} == {player}
    assert place in {drift.place.split(" ")[0] for drift in found}
    assert reconcile(operator, path).drifts == ()


def test_a_doubled_event_is_told_with_both_values(operator: EventLog) -> None:
    path = online_tiles_path(operator.root.parent)
    applied_twice(path)
    stakes = [one for one in reconcile(operator, path).drifts if "stake_sum" in one.place]
    assert {(one.held, one.expected) for one in stakes} == {("500", "400")}
    assert all(isinstance(one, Drift) for one in stakes)


def test_the_command_ends_with_what_drifted(operator: EventLog) -> None:
    place = operator.root.parent
    command = [sys.executable, "-m", "features.reconcile", "--data", str(operator.root)]
    command += ["--place", str(place)]
    sound = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (sound.returncode, "no drift" in sound.stdout) == (0, True), sound.stderr
    changed(online_tiles_path(place), "DELETE FROM protected")
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "1 differences, repaired" in found.stdout


def test_without_a_state_the_remedy_is_told(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log", _rows())
    list(tile_commits(log))
    with pytest.raises(TileStateError, match="load_online"):
        reconcile(log, online_tiles_path(tmp_path))
