"""The folder that a served model is: booster and manifest, written and checked."""

import math
from functools import partial
from pathlib import Path

import lightgbm
import numpy as np

from features.catalogue import version
from features.manifest import (
    BOOSTER_FILE,
    LARGEST_DIFFERENCE,
    Calibration,
    ExpectedAnswer,
    Manifest,
    ManifestError,
)
from features.services import SERVICES
from training.dataset import LabelledRows
from training.errors import TrainingError
from training.estimators import booster_margins
from training.metrics import Floats

EXPECTED_ANSWERS = 16


class UnusableModel(TrainingError):
    """A model's folder is incomplete, or its booster isn't the one that its manifest describes."""


def write_model(
    folder: Path,
    model_id: str,
    booster: lightgbm.Booster,
    calibration: Calibration,
    train: LabelledRows,
    *,
    lookback_days: int,
    horizon_days: int,
    last_label_us: int,
    data_digest: str,
) -> Manifest:
    """Write booster and manifest into a folder.

    Parameters
    ----------
    train
        The booster's training rows: usual values and expected answers come from them.
    """
    manifest = Manifest(
        model_id=model_id,
        feature_service=SERVICES[model_id].name,
        feature_names=train.names,
        feature_version=version(),
        usual_values=_usual_values(train.features),
        lookback_days=lookback_days,
        horizon_days=horizon_days,
        last_label_us=last_label_us,
        data_digest=data_digest,
        calibration=calibration,
        expected_answers=_expected_answers(booster, train.features),
    )
    booster.save_model(folder / BOOSTER_FILE)
    manifest.write(folder)
    return manifest


def read_model(folder: Path) -> tuple[lightgbm.Booster, Manifest]:
    """Read booster and manifest, and have the booster answer what the manifest expects.

    Raises
    ------
    UnusableModel
        If either is missing or unreadable, or the booster gives other margins.
    """
    try:
        manifest = Manifest.read(folder)
        booster = lightgbm.Booster(model_file=folder / BOOSTER_FILE)
    except (ManifestError, lightgbm.basic.LightGBMError) as fault:
        raise UnusableModel(f"the model can't be read ({fault}): train it again") from fault
    _check_answers(booster, manifest)
    return booster, manifest


def _check_answers(booster: lightgbm.Booster, manifest: Manifest) -> None:
    answers = manifest.expected_answers
    if not answers or len(answers[0].features) != booster.num_feature():
        raise UnusableModel("the manifest has no expected answers of this booster: train it again")
    furthest = manifest.furthest(partial(booster_margins, booster))
    if not furthest <= LARGEST_DIFFERENCE:
        raise UnusableModel(
            f"the booster's margins are up to {furthest:.3g} log-odds away from those in its "
            "manifest: it is another booster; train the model again"
        )


def _usual_values(features: Floats) -> tuple[float | None, ...]:
    known = [column[~np.isnan(column)] for column in features.T]
    return tuple(float(np.median(values)) if values.size else None for values in known)


def _expected_answers(booster: lightgbm.Booster, features: Floats) -> tuple[ExpectedAnswer, ...]:
    """Answers to rows spread evenly over the training margins."""
    order = np.argsort(booster_margins(booster, features), kind="stable")
    spread = np.linspace(0, len(order) - 1, EXPECTED_ANSWERS).round().astype(np.intp)
    rows = features[np.unique(order[spread])]
    return tuple(
        ExpectedAnswer(tuple(_or_none(value) for value in row), float(margin))
        for row, margin in zip(rows, booster_margins(booster, rows), strict=True)
    )


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
