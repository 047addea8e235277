from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.training.rows import made_up_rows
from training.baselines import fit_logistic
from training.candidates import (
    LIGHTGBM,
    LOGISTIC,
    RECENCY,
    Scorer,
    TooFewCutoffs,
    calibrated,
    fit_after_walking_forward,
    fits,
    predict_walking_forward,
    read_baselines,
    write_baselines,
)
from training.dataset import LabelledRows
from training.estimators import booster_margins, fit_booster, importance
from training.models import find_model
from training.params import UnreadableParams, read_params

PARAMS = read_params("churn")
FITS = fits(find_model("churn"), PARAMS)


def booster_text(threads: int = 1, seed: int = 7) -> str:
    rows = made_up_rows()
    few = msgspec.structs.replace(PARAMS.booster, num_trees=10)
    booster = fit_booster(rows.features, rows.positive, rows.names, few, seed=seed, threads=threads)
    return str(booster.model_to_string())


def test_the_same_rows_and_seed_give_the_same_bytes() -> None:
    assert booster_text() == booster_text()
    assert booster_text() != booster_text(seed=8)


def test_threads_change_no_tree() -> None:
    one, two = booster_text(threads=1), booster_text(threads=2)
    assert one.split("parameters:")[0] == two.split("parameters:")[0]


def test_a_single_row_scores_as_in_a_batch() -> None:
    rows = made_up_rows()
    booster = fit_booster(rows.features, rows.positive, rows.names, PARAMS.booster, seed=1)
    batch = booster_margins(booster, rows.features[:50])
    single = [booster_margins(booster, row[None, :])[0] for row in rows.features[:50]]
    assert batch.tolist() == single


@pytest.mark.parametrize("name", [LIGHTGBM, LOGISTIC, RECENCY])
def test_fitting_and_scoring_leave_the_rows_as_they_are(name: str) -> None:
    rows = made_up_rows()
    before = rows.digest()
    FITS[name](rows).margins(rows.features)
    assert rows.digest() == before


@pytest.mark.parametrize("name", [LIGHTGBM, LOGISTIC])
def test_shuffled_labels_teach_nothing(name: str) -> None:
    rows = made_up_rows(rows_a_cutoff=500)
    shuffled = replace(rows, positive=np.random.default_rng(1).permutation(rows.positive))
    found = predict_walking_forward(FITS[name], shuffled)
    standard_error = np.sqrt(1 / 12 / (len(found.rows) / 4))
    assert abs(roc_auc_score(found.rows.positive, found.margins) - 0.5) < 4 * standard_error
    honest = predict_walking_forward(FITS[name], rows)
    assert roc_auc_score(honest.rows.positive, honest.margins) > 0.8


def test_walking_forward_predicts_from_labels_that_were_over() -> None:
    rows = made_up_rows(cutoffs=5)
    learned: list[tuple[int, int]] = []

    def watched(past: LabelledRows) -> Scorer:
        learned.append((int(past.cutoffs_us.max()), int(past.label_ends_us.max())))
        return FITS[RECENCY](past)

    found = predict_walking_forward(watched, rows)
    predicted = np.unique(found.rows.cutoffs_us)
    assert predicted.tolist() == np.unique(rows.cutoffs_us)[2:].tolist()
    for (last_cutoff, last_label), cutoff in zip(learned, predicted, strict=True):
        assert last_cutoff < last_label <= cutoff


def test_walking_forward_needs_two_earlier_cutoffs() -> None:
    with pytest.raises(TooFewCutoffs, match="two earlier ones"):
        predict_walking_forward(FITS[RECENCY], made_up_rows(cutoffs=2))


@pytest.mark.parametrize("name", [LIGHTGBM, LOGISTIC, RECENCY])
def test_probabilities_are_calibrated_on_later_rows(name: str) -> None:
    rows = made_up_rows(rows_a_cutoff=1500)
    candidate = fit_after_walking_forward(
        FITS[name], rows, predict_walking_forward(FITS[name], rows)
    )
    fresh = made_up_rows(seed=2, rows_a_cutoff=1500)
    probability = candidate.probability(fresh.features)
    assert ((probability > 0) & (probability < 1)).all()
    assert probability.mean() == pytest.approx(fresh.positive.mean(), abs=0.02)


def test_the_logistic_baseline_is_that_of_scikit_learn() -> None:
    rows = made_up_rows()
    complete = ~np.isnan(rows.features).any(axis=1)
    inputs, positive = rows.features[complete], rows.positive[complete]
    logged = np.sign(inputs) * np.log1p(np.abs(inputs))
    oracle = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=2000))
    oracle.fit(logged, positive)
    ours = fit_logistic(inputs, positive, c=0.3).margins(inputs)
    np.testing.assert_allclose(ours, oracle.decision_function(logged), atol=1e-9)


def test_stored_baselines_score_as_before(tmp_path: Path) -> None:
    rows = made_up_rows()
    candidates = {name: calibrated(FITS[name](rows), rows) for name in (LOGISTIC, RECENCY)}
    (tmp_path / "baselines.json").write_text(write_baselines(candidates))
    stored = read_baselines(tmp_path / "baselines.json")
    for name, candidate in candidates.items():
        before, after = (
            candidate.probability(rows.features),
            stored[name].probability(rows.features),
        )
        assert before.tolist() == after.tolist()


def test_importance_finds_what_matters() -> None:
    rows = made_up_rows()
    booster = fit_booster(rows.features, rows.positive, rows.names, PARAMS.booster, seed=1)
    days, pace, noise = importance(booster, rows.features)
    assert min(days, pace) > 5 * noise


def test_the_project_s_settings_are_read() -> None:
    assert PARAMS.booster.num_trees <= 150
    assert PARAMS.booster.num_leaves <= 15
    assert PARAMS.booster.max_depth <= 5


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"colour": "red"}, "colour"),
        ({"horizon_days": 0}, "horizon_days"),
        ({"booster": {"num_leaves": 31}}, "num_leaves"),
        ({"booster": {"max_depth": -1}}, "max_depth"),
        ({"booster": {"num_trees": 500}}, "num_trees"),
    ],
)
def test_settings_out_of_bounds_are_refused(
    tmp_path: Path, change: dict[str, object], complaint: str
) -> None:
    settings = msgspec.to_builtins(PARAMS)
    for name, value in change.items():
        settings[name] = settings[name] | value if isinstance(value, dict) else value
    path = tmp_path / "params.yaml"
    path.write_bytes(msgspec.yaml.encode({"churn": settings}))
    with pytest.raises(UnreadableParams, match=complaint):
        read_params("churn", path)
