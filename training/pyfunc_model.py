"""A model's folder as MLflow's generic ``pyfunc``, for batch scoring and MLflow's own server.

MLflow imports this module by name and calls ``_load_pyfunc``; nothing is pickled.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from training.estimators import booster_margins
from training.model_folder import read_model
from training.models import find_model


class ProbabilityModel:
    """Calibrated probabilities of a frame of features, whatever the order of its columns."""

    def __init__(self, folder: Path) -> None:
        self._booster, self._manifest = read_model(folder)
        self._output = find_model(self._manifest.model_id).output

    def predict(
        self, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """One column of probabilities; a missing value is absent, never zero."""
        features = model_input[list(self._manifest.feature_names)].to_numpy(dtype=np.float64)
        margins = booster_margins(self._booster, features)
        return pd.DataFrame({self._output: self._manifest.calibration.probability(margins)})


def _load_pyfunc(path: str) -> ProbabilityModel:
    return ProbabilityModel(Path(path))
