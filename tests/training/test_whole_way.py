"""From a log to a champion, with the real Feast, LightGBM and MLflow."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from features.drift import Reference
from features.manifest import Manifest
from tests.training.conftest import Operator, Trained, evaluate, train
from training.model_folder import read_model
from training.report import Report
from training.versions import REFERENCE_FILE

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


@pytest.fixture(scope="module")
def folder(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("download")
    return trained.registry.fetch_model("churn", trained.version.number, into)


@pytest.fixture(scope="module")
def pyfunc(trained: Trained) -> Any:
    import mlflow.pyfunc

    return mlflow.pyfunc.load_model(f"models:/churn/{trained.version.number}")


@pytest.fixture(scope="module")
def frame(folder: Path) -> pd.DataFrame:
    manifest = Manifest.read(folder)
    rows = np.array([answer.features for answer in manifest.expected_answers], dtype=np.float64)
    return pd.DataFrame(rows, columns=list(manifest.feature_names))


def expected_probabilities(folder: Path) -> list[float]:
    manifest = Manifest.read(folder)
    margins = np.array([answer.margin for answer in manifest.expected_answers])
    return [float(value) for value in manifest.calibration.probability(margins)]


def test_the_folder_is_plain_files_that_answer_as_expected(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["booster.txt", "manifest.json"]
    _, manifest = read_model(folder)
    assert len(manifest.expected_answers) >= 10
    assert manifest.calibration.slope > 0


def test_mlflow_gives_the_same_probabilities_back(
    folder: Path, pyfunc: Any, frame: pd.DataFrame
) -> None:
    found = pyfunc.predict(frame)["churn_probability"]
    assert found.tolist() == expected_probabilities(folder)


def test_a_single_row_scores_as_in_a_batch(pyfunc: Any, frame: pd.DataFrame) -> None:
    batch = pyfunc.predict(frame)["churn_probability"].tolist()
    single = [
        pyfunc.predict(frame.iloc[[row]])["churn_probability"].iloc[0] for row in range(len(frame))
    ]
    assert single == batch


def test_the_order_of_columns_changes_nothing(pyfunc: Any, frame: pd.DataFrame) -> None:
    reversed_columns = frame[frame.columns[::-1]]
    assert pyfunc.predict(reversed_columns).equals(pyfunc.predict(frame))


def test_a_missing_column_is_refused_by_name(pyfunc: Any, frame: pd.DataFrame) -> None:
    with pytest.raises(Exception, match="days_since_last_activity"):
        pyfunc.predict(frame.drop(columns="days_since_last_activity"))


def test_mlflow_s_server_takes_json_nulls(folder: Path, pyfunc: Any, frame: pd.DataFrame) -> None:
    from mlflow.pyfunc import scoring_server

    invocations: Any = scoring_server.invocations
    records = json.loads(frame.to_json(orient="records", double_precision=15))
    assert any(value is None for value in records[0].values())
    answer = invocations(
        json.dumps({"dataframe_records": records}),
        "application/json",
        pyfunc,
        pyfunc.metadata.get_input_schema(),
    )
    found = [row["churn_probability"] for row in json.loads(answer.response)["predictions"]]
    assert answer.status == 200
    assert found == pytest.approx(expected_probabilities(folder), abs=1e-9)


def test_the_run_keeps_what_an_auditor_asks_for(trained: Trained) -> None:
    import mlflow

    run = mlflow.get_run(trained.registry.run_of("churn", trained.version.number))
    assert run.data.params["booster.num_leaves"] == str(
        trained.version.record.params.booster.num_leaves
    )
    assert run.data.params["horizon_days"] == "14"
    assert run.data.tags["data_digest"] == trained.version.manifest.data_digest
    assert run.data.metrics["test_lightgbm_auc_low"] < run.data.metrics["test_lightgbm_auc"]
    client = mlflow.MlflowClient()
    files = {file.path for file in client.list_artifacts(run.info.run_id)}
    plots = {file.path for file in client.list_artifacts(run.info.run_id, "plots")}
    assert {"training.json", "baselines.json", "model_card.md", "evaluation.json"} <= files
    assert {"plots/importance.png", "plots/calibration.png", "plots/test_calibration.png"} <= plots


def test_the_run_keeps_what_drift_is_measured_against(trained: Trained, tmp_path: Path) -> None:
    version = trained.version
    kept = trained.registry.fetch_file("churn", version.number, REFERENCE_FILE, tmp_path)
    reference = Reference.from_json(kept.read_text())
    assert reference.rows == version.record.train.rows
    assert tuple(reference.features) == version.manifest.feature_names


def test_the_report_has_every_slice_with_intervals(trained: Trained, tmp_path: Path) -> None:
    trained.report.write(tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text())
    pooled = report["models"]["lightgbm"]["pooled"]["auc"]
    assert 0.5 < pooled["low"] < pooled["value"] < pooled["high"] < 1
    cutoffs = {day.isoformat() for day in trained.version.record.test_days}
    assert cutoffs < set(report["models"]["recency"])
    assert set(report["models"]) == {"lightgbm", "logistic", "recency"}
    assert Report.read(tmp_path / "report.json") == trained.report


def test_train_calibration_and_test_labels_do_not_overlap(trained: Trained) -> None:
    record = trained.version.record
    horizon = record.params.horizon_days
    assert (record.calibration_days[0] - record.train_days[-1]).days >= horizon
    assert (record.test_days[0] - record.calibration_days[-1]).days >= horizon


def test_every_look_at_the_test_set_is_counted(operator: Operator, trained: Trained) -> None:
    before = trained.report.looks
    assert evaluate(operator, trained.version).looks > before


def test_training_twice_gives_the_same_booster(operator: Operator, trained: Trained) -> None:
    again = train(operator)
    assert again.manifest == trained.version.manifest
    assert again.booster.model_to_string() == trained.version.booster.model_to_string()
