"""What a simulated operator hides reaches no feature and no label: without it all is the same."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from data.simulator.truth.record import FOLDER

SIMULATE = "data.simulator.run --players 200 --days 200 --seed 7 --out {operator}"
LEARN = (
    "training.cohort --data {operator} --out {place}/entities.parquet",
    "features.build --data {operator} --entities {place}/entities.parquet"
    " --out {place}/feature_rows.parquet",
)


def run(step: str, **places: Path) -> None:
    command = [sys.executable, "-m", *step.format(**places).split()]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    operator = tmp_path_factory.mktemp("simulated") / "operator"
    run(SIMULATE, operator=operator)
    return operator


def learned(operator: Path, place: Path) -> dict[str, bytes]:
    """Entities with their labels, and feature rows: all that a model is trained on."""
    place.mkdir()
    for step in LEARN:
        run(step, operator=operator, place=place)
    return {path.name: path.read_bytes() for path in place.glob("*.parquet")}


def test_without_the_truth_features_and_labels_are_the_same_to_the_byte(
    operator: Path, tmp_path: Path
) -> None:
    blind = tmp_path / "operator"
    shutil.copytree(operator, blind)
    shutil.rmtree(blind / FOLDER)
    found = learned(operator, tmp_path / "seeing")
    assert {*found} == {"entities.parquet", "feature_rows.parquet"}
    assert min(map(len, found.values())) > 1_000
    assert learned(blind, tmp_path / "blind") == found
