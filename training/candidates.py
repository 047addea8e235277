"""The models that stand in every report, fitted and calibrated in one way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import lightgbm
import msgspec
import numpy as np

from features.manifest import Calibration
from training.baselines import Logistic, Recency, fit_logistic, fit_recency
from training.calibration import fit_calibration
from training.dataset import LabelledRows
from training.errors import TrainingError
from training.estimators import booster_margins, fit_booster
from training.metrics import Floats
from training.models import Model
from training.params import ModelParams
from training.splits import walk_forward

LIGHTGBM, LOGISTIC, RECENCY = "lightgbm", "logistic", "recency"


class TooFewCutoffs(TrainingError):
    """Nothing is left to calibrate on."""


class UnreadableBaselines(TrainingError):
    """The stored baselines of a version can't be read."""


class Scorer(Protocol):
    """Features (rows, features) → margins (rows,): the higher, the likelier a positive."""

    def margins(self, features: Floats) -> Floats: ...


@dataclass(frozen=True)
class Boosted:
    """A booster as a scorer."""

    booster: lightgbm.Booster

    def margins(self, features: Floats) -> Floats:
        return booster_margins(self.booster, features)


@dataclass(frozen=True)
class Candidate:
    """A scorer and its calibration."""

    scorer: Scorer
    calibration: Calibration

    def probability(self, features: Floats) -> Floats:
        """Calibrated probability of a positive, shape (rows,)."""
        return self.calibration.probability(self.scorer.margins(features))


class StoredBaselines(msgspec.Struct, frozen=True):
    """The fitted baselines as numbers, so that a later evaluation needs no training rows."""

    logistic: Logistic
    logistic_calibration: Calibration
    recency: Recency
    recency_calibration: Calibration


def write_baselines(candidates: Mapping[str, Candidate]) -> str:
    """The logistic and the recency baseline as JSON."""
    content = {
        part: value
        for name in (LOGISTIC, RECENCY)
        for part, value in (
            (name, candidates[name].scorer),
            (f"{name}_calibration", candidates[name].calibration),
        )
    }
    return msgspec.json.encode(content).decode()


def read_baselines(path: Path) -> dict[str, Candidate]:
    """The baselines that ``write_baselines`` wrote.

    Raises
    ------
    UnreadableBaselines
        If the file isn't theirs.
    """
    try:
        stored = msgspec.json.decode(path.read_bytes(), type=StoredBaselines)
    except (OSError, msgspec.DecodeError) as fault:
        raise UnreadableBaselines(
            f"{path} holds no baselines ({fault}): train the model again"
        ) from fault
    return {
        LOGISTIC: Candidate(stored.logistic, stored.logistic_calibration),
        RECENCY: Candidate(stored.recency, stored.recency_calibration),
    }


Fit = Callable[[LabelledRows], Scorer]


def fit_boosted(rows: LabelledRows, params: ModelParams, threads: int = 1) -> Boosted:
    """Fit the served kind of model."""
    booster = fit_booster(
        rows.features,
        rows.positive,
        rows.names,
        params.booster,
        seed=params.seed,
        threads=threads,
    )
    return Boosted(booster)


def baseline_fits(model: Model, params: ModelParams) -> dict[str, Fit]:
    """How each baseline is fitted to rows."""
    return {
        LOGISTIC: lambda rows: fit_logistic(rows.features, rows.positive, c=params.logistic.c),
        RECENCY: lambda rows: fit_recency(rows.features, rows.column(model.recency_feature)),
    }


def fits(model: Model, params: ModelParams, threads: int = 1) -> dict[str, Fit]:
    """How each kind of model is fitted to rows, the served kind first."""
    served: dict[str, Fit] = {LIGHTGBM: lambda rows: fit_boosted(rows, params, threads)}
    return served | baseline_fits(model, params)


def calibrated(scorer: Scorer, later: LabelledRows) -> Candidate:
    """A scorer with its calibration on a period later than its training."""
    return Candidate(scorer, fit_calibration(scorer.margins(later.features), later.positive))


@dataclass(frozen=True)
class OutOfFold:
    """Rows that were predicted from earlier ones alone, and the margins that they got."""

    rows: LabelledRows
    margins: Floats


def predict_walking_forward(fit: Fit, rows: LabelledRows) -> OutOfFold:
    """Predict each cutoff by a model of the rows whose labels were over by then.

    Raises
    ------
    TooFewCutoffs
        If no cutoff has two earlier ones whose labels were over by then.
    """
    parts = [
        (now, fit(rows.where(past)).margins(rows.where(now).features))
        for past, now in walk_forward(rows.cutoffs_us, rows.label_ends_us)
    ]
    if not parts:
        raise TooFewCutoffs(
            "calibration needs a training cutoff with two earlier ones whose labels end by then: "
            "give more training cutoffs, at least a horizon apart"
        )
    predicted = np.any([now for now, _ in parts], axis=0)
    return OutOfFold(rows.where(predicted), np.concatenate([margins for _, margins in parts]))


def fit_after_walking_forward(fit: Fit, train: LabelledRows, predicted: OutOfFold) -> Candidate:
    """Fit a model on all rows, calibrated on its kind's predictions of rows that it hadn't seen.

    So calibration stays later than training, and no row is spent on it.
    """
    return Candidate(fit(train), fit_calibration(predicted.margins, predicted.rows.positive))
