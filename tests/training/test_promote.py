import json
from dataclasses import replace
from pathlib import Path

import lightgbm
import msgspec
import numpy as np
import pytest

from features.manifest import BOOSTER_FILE
from tests.training.conftest import Operator, Trained, evaluate, train
from tests.training.rows import made_up_rows
from training.estimators import fit_booster
from training.evaluate import TooGood
from training.gates import ChampionHolds, PromotionRefused, flaws, no_better_than
from training.model_folder import UnusableModel, read_model
from training.models import find_model
from training.promote import promote_version
from training.registry import NotRegistered
from training.report import Figure, difference
from training.train import NothingLearned, learning_rows
from training.versions import champion_beside

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


def test_champions_are_made_through_the_gate_alone(operator: Operator, trained: Trained) -> None:
    """One story, since each step needs the registry that the one before it left."""
    registry = trained.registry
    assert registry.champion("churn") is None

    useless = train(operator, msgspec.structs.replace(operator.params, booster=_stump(operator)))
    with pytest.raises(PromotionRefused, match="never evaluated"):
        promote_version(registry, useless)
    with pytest.raises(TooGood, match=r"is above 0\.2"):
        evaluate(operator, useless, most_auc=0.2)
    with pytest.raises(PromotionRefused, match="never evaluated"):
        promote_version(registry, useless)
    evaluate(operator, useless)
    with pytest.raises(PromotionRefused, match="isn't reliably above that of the recency"):
        promote_version(registry, useless)
    assert registry.champion("churn") is None

    promote_version(registry, trained.version)
    assert registry.champion("churn") == trained.version.number

    twin = train(operator)
    report = evaluate(operator, twin)
    assert report.champion == trained.version.number
    assert report.differences["lightgbm - champion"]["pooled"]["auc"] == Figure(0, 0, 0)
    with pytest.raises(ChampionHolds, match="isn't reliably above that of champion version"):
        promote_version(registry, twin)
    assert registry.champion("churn") == trained.version.number


def test_a_champion_of_an_older_program_is_no_rival(operator: Operator, trained: Trained) -> None:
    registry = trained.registry
    before = registry.champion("churn")
    old = train(operator)
    registry.make_champion("churn", old.number)
    assert champion_beside(registry, trained.version) is not None
    manifests = (operator.place / "mlartifacts").rglob("manifest.json")
    newest = max(manifests, key=lambda path: path.stat().st_mtime_ns)
    content = json.loads(newest.read_text())
    del content["lookback_days"]
    newest.write_text(json.dumps(content))
    assert champion_beside(registry, trained.version) is None
    registry.make_champion("churn", before or trained.version.number)


def _stump(operator: Operator) -> object:
    return msgspec.structs.replace(operator.params.booster, num_trees=1, num_leaves=2, max_depth=1)


def test_a_booster_that_splits_nothing_is_not_registered(operator: Operator) -> None:
    booster = msgspec.structs.replace(operator.params.booster, min_data_in_leaf=10**6)
    with pytest.raises(NothingLearned, match="leaves of at least 1000000: bring more data"):
        train(operator, msgspec.structs.replace(operator.params, booster=booster))


def test_a_better_challenger_passes(trained: Trained) -> None:
    better = {"pooled": {"auc": Figure(0.01, 0.002, 0.02)}}
    report = msgspec.structs.replace(
        trained.report,
        champion="7",
        differences=trained.report.differences | {difference("lightgbm", "champion"): better},
    )
    assert flaws(report, trained.version.manifest, trained.version.booster, "7") == []
    assert no_better_than(report, "7") == []


def test_an_evaluation_beside_another_champion_is_not_enough(trained: Trained) -> None:
    (reason,) = flaws(trained.report, trained.version.manifest, trained.version.booster, "7")
    assert "champion version none, but version 7 is champion now" in reason


def test_an_evaluation_of_other_data_is_not_enough(trained: Trained) -> None:
    other = replace(trained.version.manifest, data_digest="another")
    (reason,) = flaws(trained.report, other, trained.version.booster, None)
    assert "other training data" in reason


def test_a_booster_too_big_to_explain_in_time_is_refused(trained: Trained) -> None:
    rows = made_up_rows()
    settings = {"objective": "binary", "num_leaves": 40, "min_data_in_leaf": 5, "verbosity": -1}
    data = lightgbm.Dataset(rows.features, rows.positive.astype(np.float64))
    big = lightgbm.train(settings | {"num_threads": 1}, data, num_boost_round=160)
    reasons = flaws(trained.report, trained.version.manifest, big, None)
    assert [reason.split(",")[0] for reason in reasons][:2] == [
        "its booster has 160 trees",
        "its booster has 40 leaves in a tree",
    ]
    assert "levels of depth" in reasons[2]


@pytest.fixture
def model_folder(trained: Trained, tmp_path: Path) -> Path:
    return trained.registry.fetch_model("churn", trained.version.number, tmp_path)


def test_a_booster_that_answers_otherwise_is_refused(
    operator: Operator, trained: Trained, model_folder: Path
) -> None:
    read_model(model_folder)
    learned, _ = learning_rows(
        operator.log,
        operator.place,
        find_model("churn"),
        operator.params,
        operator.params.periods(operator.log),
    )
    another = fit_booster(
        learned.features, ~learned.positive, learned.names, operator.params.booster, seed=1
    )
    another.save_model(model_folder / BOOSTER_FILE)
    with pytest.raises(UnusableModel, match="another booster"):
        read_model(model_folder)


@pytest.mark.parametrize("name", ["booster.txt", "manifest.json"])
def test_an_incomplete_model_is_refused(model_folder: Path, name: str) -> None:
    (model_folder / name).write_text("nothing")
    with pytest.raises(UnusableModel, match="train it again"):
        read_model(model_folder)


def test_a_version_that_does_not_exist_is_named(trained: Trained) -> None:
    with pytest.raises(NotRegistered, match="no version 99 of churn"):
        trained.registry.run_of("churn", "99")
