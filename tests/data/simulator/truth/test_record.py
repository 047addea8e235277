"""What is hidden is written beside the log, and neither the log nor a model takes it from there."""

import re
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.event_log import EventLog
from data.simulator.harm import STATES
from data.simulator.truth.record import FOLDER, TruthRecord
from data.simulator.world import World

ROOT = Path(__file__).parents[4]
READERS = ("features", "campaigns", "training", "serving", "notebooks", "dvc.yaml")
HIDDEN = re.compile(rf"data\.simulator\b(?!\.run\b)|\b{FOLDER}\b", re.IGNORECASE)


def lived(world: World, truth: TruthRecord | None = None) -> pa.Table:
    """The events of a world, watched by a record of the truth or not."""
    told = []
    while not world.over:
        day, chosen = world.day, world.own_choice()
        if truth is not None:
            truth.observe(day, chosen)
        told.append(world.step(chosen))
        if truth is not None:
            truth.observe_harm(day)
    return pa.concat_tables(told)


def small() -> World:
    return World(120, 25, 4, date(2026, 1, 1))


def test_a_run_leaves_the_truth_beside_the_log_and_out_of_it(log: EventLog) -> None:
    tables = {path.stem: pq.read_table(path) for path in (log.root / FOLDER).glob("*.parquet")}
    assert {*tables} == {"players", "harm", "responses"}
    assert {"harmed", "at_risk"} <= {*tables["harm"]["state"].to_pylist()}
    assert tables["responses"].num_rows > 1000
    assert not [path for path in log.files() if FOLDER in path]


def test_events_are_the_same_whether_the_truth_is_recorded_or_not(tmp_path: Path) -> None:
    world = small()
    assert lived(world, TruthRecord(world.state, tmp_path)).equals(lived(small()))


def test_the_course_of_harm_is_told_up_to_the_last_evening(tmp_path: Path) -> None:
    world = World(1_500, 30, 4, date(2026, 1, 1))
    truth = TruthRecord(world.state, tmp_path / "decisions")
    lived(world, truth)
    truth.write(tmp_path)
    told = pq.read_table(tmp_path / FOLDER / "harm.parquet").to_pylist()
    latest = {row["player_id"]: row["state"] for row in told}
    assert [latest[name] for name in sorted(latest)] == [
        STATES[number] for number in world.state.harm.state.tolist()
    ]
    assert max(row["day"] for row in told) == 29


@pytest.mark.parametrize("reader", READERS)
def test_nothing_that_learns_or_decides_names_the_simulator_or_its_truth(reader: str) -> None:
    place = ROOT / reader
    files = place.rglob("*") if place.is_dir() else [place]
    texts = {path: path.read_text() for path in files if path.suffix in {".py", ".yaml", ".md"}}
    assert texts
    assert [path for path, text in texts.items() if HIDDEN.search(text)] == []
