"""The manifest of a trained model: what crosses from training to serving beside the booster.

A served model is one folder: ``booster.txt`` (LightGBM's text format) and ``manifest.json``.
Both sides use the definitions of this file, so neither imports the other.
"""

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

BOOSTER_FILE = "booster.txt"
MANIFEST_FILE = "manifest.json"

LARGEST_DIFFERENCE = 1e-9
"""Log-odds by which a margin may differ from its manifest's: other hardware, not another model."""

Floats = npt.NDArray[np.float64]


class ManifestError(ValueError):
    """Manifest and model don't belong together; the message names the difference."""


@dataclass(frozen=True)
class Calibration:
    """Strictly increasing map from the booster's margin (log-odds) to a probability.

    ``probability = 1 / (1 + exp(-(intercept + slope * margin)))`` with ``slope > 0``, fitted on a
    later period than the booster, so ranks and explanations stay those of the booster.

    References
    ----------
    Platt, "Probabilistic outputs for support vector machines", 1999.
    """

    slope: float
    intercept: float

    def __post_init__(self) -> None:
        if not self.slope > 0:
            raise ManifestError(
                f"calibration slope {self.slope} must be above 0: ranks would be reversed or lost"
            )

    def probability(self, margins: Floats) -> Floats:
        """Calibrated probabilities in (0, 1) of margins of any shape."""
        return np.asarray(1.0 / (1.0 + np.exp(-(self.intercept + self.slope * margins))))


@dataclass(frozen=True)
class ExpectedAnswer:
    """One training row with the margin that the booster gave it, checked whenever it is loaded.

    ``features`` stands in the manifest's order; None is a missing value.
    """

    features: tuple[float | None, ...]
    margin: float


@dataclass(frozen=True)
class Manifest:
    """What a model needs, what it was made from, and what it must answer.

    Attributes
    ----------
    model_id
        ``churn``, ``value``, ``risk``, …
    feature_service
        Name of the Feast FeatureService that is its input contract.
    feature_names
        Inputs in the booster's order.
    feature_version
        ``features.catalogue.version()`` at training.
    usual_values
        Median of each feature over the training rows; None where it was always missing. Shown
        beside a player's own value.
    lookback_days
        It is about players with activity in so many days before the as-of moment.
    horizon_days
        How far its probability looks ahead from the as-of moment.
    last_label_us
        End of the last label's horizon, µs since the epoch: what the model can know of.
    data_digest
        SHA-256 over the training set.
    expected_answers
        Rows with the margins that a correctly loaded booster gives.
    """

    model_id: str
    feature_service: str
    feature_names: tuple[str, ...]
    feature_version: str
    usual_values: tuple[float | None, ...]
    lookback_days: int
    horizon_days: int
    last_label_us: int
    data_digest: str
    calibration: Calibration
    expected_answers: tuple[ExpectedAnswer, ...]

    def furthest(self, margins: Callable[[Floats], Floats]) -> float:
        """How far a booster's margins are from the expected ones at most; NaN if none are expected.

        Parameters
        ----------
        margins
            Features, shape (rows, features), to margins, shape (rows,).
        """
        rows = np.array([answer.features for answer in self.expected_answers], dtype=np.float64)
        expected = np.array([answer.margin for answer in self.expected_answers])
        if not len(rows):
            return math.nan
        return float(np.abs(margins(rows) - expected).max())

    def write(self, folder: Path) -> None:
        """Write ``manifest.json`` into the model's folder."""
        (folder / MANIFEST_FILE).write_text(json.dumps(asdict(self), indent=2, allow_nan=False))

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read the manifest of a model's folder.

        Raises
        ------
        ManifestError
            If the file is missing or isn't a manifest.
        """
        try:
            content = json.loads((folder / MANIFEST_FILE).read_text())
            content["calibration"] = Calibration(**content["calibration"])
            content["expected_answers"] = tuple(
                ExpectedAnswer(tuple(answer["features"]), answer["margin"])
                for answer in content["expected_answers"]
            )
            for name in ("feature_names", "usual_values"):
                content[name] = tuple(content[name])
            return cls(**content)
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise ManifestError(
                f"{folder / MANIFEST_FILE} is no model manifest ({fault}): train the model again"
            ) from fault
