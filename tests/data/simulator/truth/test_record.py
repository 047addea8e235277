"""What is hidden is written beside the log, and neither the log nor a model takes it from there."""

import re
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.event_log import EventLog
from data.simulator.truth.record import FOLDER, TruthRecord
from data.simulator.world import World

ROOT = Path(__file__).parents[4]
READERS = ("features", "campaigns", "training", "serving", "notebooks", "dvc.yaml")
HIDDEN = re.compile(rf"data\.simulator\b(?!\.run\b)|\b{FOLDER}\b", re.IGNORECASE)


def lived(*, watched: bool) -> pa.Table:
    """The events of a small world, with a record of the truth or without."""
    world, told = World(120, 25, 4, date(2026, 1, 1)), []
    truth = TruthRecord(world.state) if watched else None
    while not world.over:
        chosen = world.own_choice()
        if truth is not None:
            truth.observe(world.day, chosen)
        told.append(world.step(chosen))
    return pa.concat_tables(told)


def test_a_run_leaves_the_truth_beside_the_log_and_out_of_it(log: EventLog) -> None:
    tables = {path.stem: pq.read_table(path) for path in (log.root / FOLDER).glob("*.parquet")}
    assert {*tables} == {"players", "harm", "responses"}
    assert {"harmed", "at_risk"} <= {*tables["harm"]["state"].to_pylist()}
    assert tables["responses"].num_rows > 1000
    assert not [path for path in log.files() if FOLDER in path]


def test_events_are_the_same_whether_the_truth_is_recorded_or_not() -> None:
    assert lived(watched=True).equals(lived(watched=False))


@pytest.mark.parametrize("reader", READERS)
def test_nothing_that_learns_or_decides_names_the_simulator_or_its_truth(reader: str) -> None:
    place = ROOT / reader
    files = place.rglob("*") if place.is_dir() else [place]
    texts = {path: path.read_text() for path in files if path.suffix in {".py", ".yaml", ".md"}}
    assert texts
    assert [path for path, text in texts.items() if HIDDEN.search(text)] == []
