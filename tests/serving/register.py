"""Command: put model folders into a place's MLflow registry as champions.

A process of its own: MLflow's imports warn, and warnings are errors in the tests.
"""

import sys
from pathlib import Path

from mlflow import MlflowClient

from data.quiet import quiet


def register(place: Path, model_ids: list[str]) -> None:
    """Register ``place/<model id>`` for each id, in one experiment."""
    uri = f"sqlite:///{place / 'mlflow.db'}"
    client = MlflowClient(uri, uri)
    experiment = client.create_experiment("test", artifact_location=str(place / "mlartifacts"))
    for model_id in model_ids:
        run = client.create_run(experiment).info
        client.log_artifacts(run.run_id, str(place / model_id), "model")
        client.create_registered_model(model_id)
        version = client.create_model_version(
            model_id, source=f"{run.artifact_uri}/model", run_id=run.run_id
        )
        client.set_registered_model_alias(model_id, "champion", version.version)


if __name__ == "__main__":
    quiet()
    register(Path(sys.argv[1]), sys.argv[2:])
