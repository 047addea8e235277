"""A model may answer only if it fits the catalogue and answers as its manifest says."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from features.manifest import BOOSTER_FILE, Manifest
from serving.models import ModelRefused, load_champions, read_model
from tests.serving import places
from tests.serving.processes import Running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    places.write_model(tmp_path / "model")
    return tmp_path / "model"


def test_a_model_that_reproduces_its_answers_is_served(folder: Path) -> None:
    model = read_model("churn", "1", folder)
    assert model.manifest == Manifest.read(folder)


def test_a_model_with_changed_expected_answers_is_refused(folder: Path) -> None:
    places.with_wrong_answer(Manifest.read(folder)).write(folder)
    with pytest.raises(ModelRefused, match=r"0\.001 log-odds away"):
        read_model("churn", "1", folder)


def test_another_booster_under_the_same_manifest_is_refused(folder: Path, tmp_path: Path) -> None:
    places.write_model(tmp_path / "other", seed=6)
    (tmp_path / "other" / BOOSTER_FILE).replace(folder / BOOSTER_FILE)
    with pytest.raises(ModelRefused, match="isn't the one that was evaluated"):
        read_model("churn", "1", folder)


def test_a_model_without_expected_answers_is_refused(folder: Path) -> None:
    replace(Manifest.read(folder), expected_answers=()).write(folder)
    with pytest.raises(ModelRefused, match="no expected answers"):
        read_model("churn", "1", folder)


def test_a_model_of_other_features_is_refused(folder: Path) -> None:
    manifest = Manifest.read(folder)
    names = ("phase_of_the_moon", *manifest.feature_names[1:])
    replace(manifest, feature_names=names).write(folder)
    with pytest.raises(ModelRefused, match="phase_of_the_moon"):
        read_model("churn", "1", folder)


def test_a_model_whose_features_are_computed_otherwise_now_is_refused(folder: Path) -> None:
    replace(Manifest.read(folder), feature_version="0123456789ab").write(folder)
    with pytest.raises(ModelRefused, match="0123456789ab"):
        read_model("churn", "1", folder)


def test_a_manifest_in_another_order_than_its_booster_is_refused(folder: Path) -> None:
    manifest = Manifest.read(folder)
    replace(manifest, feature_names=manifest.feature_names[::-1]).write(folder)
    with pytest.raises(ModelRefused, match="its manifest names"):
        read_model("churn", "1", folder)


def test_a_folder_without_booster_or_manifest_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / BOOSTER_FILE).write_text("no trees here")
    with pytest.raises(ModelRefused, match="can't be read"):
        read_model("churn", "1", folder)
    with pytest.raises(ModelRefused, match="can't be read"):
        read_model("churn", "1", tmp_path / "nowhere")


def test_a_missing_registry_is_a_fault_and_is_not_made(tmp_path: Path) -> None:
    champions = load_champions(f"sqlite:///{tmp_path / 'mlflow.db'}", "champion")
    assert champions.models == {}
    assert "train and promote" in champions.faults["registry"]
    assert list(tmp_path.iterdir()) == []


def test_a_refused_champion_is_left_out_and_those_with_a_key_learn_why(
    api: httpx.Client, granian: Running
) -> None:
    ready = httpx.get(f"{granian.url}/readyz").json()
    assert (ready["ready"], ready["models"]) == (True, ["churn"])
    assert ready["missing"] == ["model changed"]
    (fault,) = api.get("/v1/models").json()["faults"]
    assert fault["part"] == "model changed"
    assert "not served: model changed: " in granian.log.read_text()
    assert "log-odds away from its manifest" in fault["reason"]
    answer = api.get("/v1/players/player-001/explanation", params={"model": "changed"})
    assert answer.status_code == 503
    assert "isn't served" in answer.json()["detail"]
