"""Nothing phones home: the switches of the libraries that would, set before they are imported."""

import os

SWITCHES = {
    "BENTOML_DO_NOT_TRACK": "True",
    "DO_NOT_TRACK": "true",
    "DVC_NO_ANALYTICS": "1",
    "GIT_PYTHON_REFRESH": "quiet",
    "MLFLOW_DISABLE_AGENT_HINT": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}
"""Environment variable → value. Feast 0.67, LightGBM and Optuna 5 send nothing and have none."""


def quiet() -> None:
    """Set the switches for this process and its children.

    Call it before the first import of mlflow, bentoml or dvc: they read them while importing.
    """
    os.environ.update(SWITCHES)
