"""A version of a model: what its run holds, how it is registered, and how it comes back."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import lightgbm
import msgspec
import numpy as np

from features.drift import reference_of
from features.manifest import Manifest
from training.candidates import (
    LIGHTGBM,
    Candidate,
    UnreadableBaselines,
    read_baselines,
    write_baselines,
)
from training.dataset import LabelledRows
from training.estimators import importance
from training.metrics import METRICS, Floats, Ranking
from training.model_card import model_card
from training.model_folder import UnusableModel, read_model, write_model
from training.plots import curves, importances
from training.record import RECORD_FILE, TrainingRecord, UnreadableRecord
from training.registry import MODEL_FOLDER, Registry, drawn

BASELINES_FILE = "baselines.json"
IMPORTANCE_FILE = "importance.json"
CARD_FILE = "model_card.md"
REFERENCE_FILE = "drift_reference.json"
"""What the booster's training rows were like: ``features.check_drift`` compares with it."""

Important = list[tuple[str, float]]
"""Feature names with their mean absolute contribution (log-odds), largest first."""


def register_version(
    place: Path,
    record: TrainingRecord,
    booster: lightgbm.Booster,
    candidates: Mapping[str, Candidate],
    learned: LabelledRows,
    later: LabelledRows,
) -> str:
    """Log the run of a training and register its booster as the next version.

    Parameters
    ----------
    booster
        That of the candidate ``lightgbm``.
    learned, later
        Rows of the training and the calibration period.

    Returns
    -------
    The version's number.
    """
    weights = importance(booster, later.features)
    important = [(learned.names[index], float(weights[index])) for index in np.argsort(-weights)]
    probabilities = {name: found.probability(later.features) for name, found in candidates.items()}
    figures = curves(probabilities, later.positive, "calibration period") | {
        "importance.png": importances(learned.names, weights, "what the booster looks at")
    }
    texts = {
        BASELINES_FILE: write_baselines(candidates),
        IMPORTANCE_FILE: msgspec.json.encode(important).decode(),
        CARD_FILE: model_card(record, important),
        REFERENCE_FILE: reference_of(learned.names, learned.features).to_json(),
    }
    registry = Registry(place)
    with (
        tempfile.TemporaryDirectory() as temporary,
        drawn(figures, texts) as files,
        registry.run(record.model_id) as run_id,
    ):
        record.write(files)
        registry.log_settings(run_id, _settings(record), _tags(record))
        registry.log_metrics(run_id, _calibration_metrics(probabilities, later))
        registry.log_files(run_id, files)
        folder = Path(temporary) / MODEL_FOLDER
        folder.mkdir()
        write_model(
            folder,
            record.model_id,
            booster,
            candidates[LIGHTGBM].calibration,
            learned,
            lookback_days=record.params.lookback_days,
            horizon_days=record.params.horizon_days,
            last_label_us=int(later.label_ends_us.max()),
            data_digest=record.data_digest,
        )
        return registry.register(folder)


@dataclass(frozen=True)
class Version:
    """A registered version, as training needs it back."""

    number: str
    booster: lightgbm.Booster
    manifest: Manifest
    record: TrainingRecord
    baselines: dict[str, Candidate]
    important: Important


def fetch_version(registry: Registry, model_id: str, number: str) -> Version:
    """Download a version and check that its booster answers as its manifest expects."""
    with tempfile.TemporaryDirectory() as temporary:
        into = Path(temporary)
        booster, manifest = read_model(registry.fetch_model(model_id, number, into))
        for name in (RECORD_FILE, BASELINES_FILE, IMPORTANCE_FILE):
            registry.fetch_file(model_id, number, name, into)
        return Version(
            number=number,
            booster=booster,
            manifest=manifest,
            record=TrainingRecord.read(into),
            baselines=read_baselines(into / BASELINES_FILE),
            important=msgspec.json.decode((into / IMPORTANCE_FILE).read_bytes(), type=Important),
        )


def champion_beside(registry: Registry, version: Version) -> Version | None:
    """The champion to compare a version with.

    None if there is none, if it is this version, or if it is of other code, whose files or features
    this code doesn't read: such a champion can't be served by this code either.
    """
    number = registry.champion(version.record.model_id)
    if number is None or number == version.number:
        return None
    try:
        champion = fetch_version(registry, version.record.model_id, number)
    except (UnusableModel, UnreadableRecord, UnreadableBaselines):
        return None
    same = champion.manifest.feature_version == version.manifest.feature_version
    return champion if same else None


def _settings(record: TrainingRecord) -> dict[str, object]:
    """Every setting under a dotted name, and the periods."""
    settings: dict[str, object] = {}
    for name, value in msgspec.to_builtins(record.params).items():
        if isinstance(value, dict):
            settings |= {f"{name}.{part}": inner for part, inner in value.items()}
        else:
            settings[name] = value
    return settings | {
        "train_cutoffs": ",".join(map(str, record.train_days)),
        "calibration_cutoffs": ",".join(map(str, record.calibration_days)),
        "train_rows": record.train.rows,
        "train_positives": record.train.positives,
        "train_protected_exits_left_out": sum(record.train.left_out.values()),
        "calibration_rows": record.calibration.rows,
    }


def _tags(record: TrainingRecord) -> dict[str, str]:
    return {"data_digest": record.data_digest, "feature_version": record.feature_version}


def _calibration_metrics(
    probabilities: Mapping[str, Floats], later: LabelledRows
) -> dict[str, float | None]:
    """Metrics on the period that the calibration was fitted on: ranks are honest, ECE isn't."""
    ones = np.ones((1, len(later)))
    return {
        f"calibration_{name}_{metric}": float(
            METRICS[metric](Ranking.of(probability).tally(later.positive, ones))[0]
        )
        for name, probability in probabilities.items()
        for metric in ("auc", "pr_auc", "brier")
    }
