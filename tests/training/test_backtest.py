import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data.event_log import EventLog, LogSettings
from tests.training.conftest import Operator
from training.backtest import app
from training.looks import count_look
from training.models import find_model
from training.protocol import Protocol
from training.splits import LabelsOverlap

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

TRAIN = "2026-02-02,2026-02-16,2026-03-02,2026-03-16"
TEST = "2026-04-13,2026-05-04"


def run(operator: Operator, out: Path, *more: str) -> str:
    arguments = ["--data", str(operator.log.root), "--out", str(out), "--train-cutoffs", TRAIN]
    window = ["--lookback-days", "21", "--horizon-days", "14"]
    result = CliRunner().invoke(app, [*arguments, *window, *more])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_protocol_is_tested_once_per_look(operator: Operator, tmp_path: Path) -> None:
    output = run(operator, tmp_path / "report.json", "--test-cutoffs", TEST)
    report = json.loads((tmp_path / "report.json").read_text())
    for name in ("lightgbm", "logistic", "recency"):
        pooled = report["models"][name]["pooled"]
        assert 0.5 < pooled["auc"]["low"] < pooled["auc"]["value"] < pooled["auc"]["high"] < 1
        assert {"pr_auc", "brier", "ece", "ece_if_perfect", "top_decile_lift"} < set(pooled)
        assert set(report["models"][name]) == {
            "pooled", "unseen", "2026-04-13", "2026-04-13 unseen", "2026-05-04",
            "2026-05-04 unseen",
        }  # fmt: skip
    assert report["test_cutoffs"] == ["2026-04-13", "2026-05-04"]
    assert report["overlap"]["rows_unseen"] > 0
    looks = report["looks"]
    assert f"looks at this test set so far: {looks}" in output
    assert "known_at assumed for 0.0% of the log's events; by sex and age: not assessed" in output
    ledger = json.loads((operator.log.root / "looks.json").read_text())
    assert len([look for look in ledger if look["by"] == "training.backtest"]) == looks


def test_walking_forward_looks_at_no_test_set(operator: Operator, tmp_path: Path) -> None:
    ledger = operator.log.root / "looks.json"
    before = ledger.read_text() if ledger.exists() else None
    output = run(operator, tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["looks"] == 0
    assert report["test_cutoffs"] == ["2026-03-02", "2026-03-16"]
    assert "looks at this test set so far: 0" in output
    assert (ledger.read_text() if ledger.exists() else None) == before


def test_training_labels_that_reach_into_the_test_are_refused(operator: Operator) -> None:
    from training.cutoffs import parse_days

    protocol = Protocol(operator.log, find_model("churn"), operator.params)
    with pytest.raises(LabelsOverlap, match="2026-03-16 look ahead to 2026-03-30"):
        protocol.test(parse_days("2026-03-02,2026-03-16"), parse_days("2026-03-29"))


def test_looks_of_several_processes_are_all_counted(tmp_path: Path) -> None:
    log = EventLog.create(tmp_path / "log", LogSettings("EUR", "UTC"))
    code = (
        "from pathlib import Path; from data.event_log import EventLog;"
        "from training.looks import count_look;"
        f"[count_look(EventLog(Path({str(log.root)!r})), 'digest', [], 'x') for _ in range(20)]"
    )
    both = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert count_look(log, "digest", [], "x") == 41


@pytest.mark.parametrize(("option", "value"), [("--lookback-days", "0"), ("--horizon-days", "-7")])
def test_a_window_without_days_is_refused_at_once(
    operator: Operator, tmp_path: Path, option: str, value: str
) -> None:
    arguments = ["--data", str(operator.log.root), "--out", str(tmp_path / "report.json")]
    result = CliRunner().invoke(app, [*arguments, "--train-cutoffs", TRAIN, option, value])
    assert result.exit_code == 2
    assert option in result.output


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (["--test-cutoffs", "2026-12-01"], "last usable cutoff"),
        (["--test-cutoffs", "yesterday"], "cutoffs are dates"),
        (["--data", "nowhere"], "no event log"),
        (["--model", "weather"], "weather"),
        (["--train-cutoffs", "2020-01-01"], "no player is eligible"),
        (["--out", "."], "is a folder: name a file"),
    ],
)
def test_faults_are_told_in_a_sentence(
    operator: Operator, tmp_path: Path, change: list[str], complaint: str
) -> None:
    arguments = ["--data", str(operator.log.root), "--out", str(tmp_path / "report.json")]
    result = CliRunner().invoke(app, [*arguments, "--train-cutoffs", TRAIN, *change])
    assert result.exit_code == 1
    assert complaint in result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "report.json").exists()
