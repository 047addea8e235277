"""Versions of models in the MLflow registry of a place: the only part that knows MLflow.

MLflow is imported when a registry is opened: it takes seconds, and reads the switches of
``data.quiet`` while importing.
"""

import logging
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from data.quiet import quiet
from features.manifest import BOOSTER_FILE, MANIFEST_FILE, Manifest
from training.errors import TrainingError
from training.models import find_model

CHAMPION = "champion"
MODEL_FOLDER = "model"
REPORT_FILE = "evaluation.json"


class NotRegistered(TrainingError):
    """The registry doesn't hold what was asked for."""


class Registry:
    """The MLflow registry of a place: ``mlflow.db`` with runs and versions, ``mlartifacts``."""

    def __init__(self, place: Path) -> None:
        quiet()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import mlflow.pyfunc
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="mlflow")
        logging.getLogger("mlflow").setLevel(logging.ERROR)
        logging.getLogger("alembic").setLevel(logging.ERROR)
        self._place = place.resolve()
        self._mlflow = mlflow
        self.uri = f"sqlite:///{self._place / 'mlflow.db'}"
        mlflow.set_tracking_uri(self.uri)
        self._client = mlflow.MlflowClient(self.uri)

    @contextmanager
    def run(self, model_id: str) -> Iterator[str]:
        """A run in the model's experiment, for the length of the block; yields its id."""
        with self._mlflow.start_run(experiment_id=self._experiment(model_id)) as run:
            yield run.info.run_id

    def _experiment(self, model_id: str) -> str:
        found = self._mlflow.get_experiment_by_name(model_id)
        if found is not None:
            return str(found.experiment_id)
        artefacts = (self._place / "mlartifacts").as_uri()
        return str(self._mlflow.create_experiment(model_id, artifact_location=artefacts))

    def log_settings(
        self, run_id: str, params: Mapping[str, object], tags: Mapping[str, str]
    ) -> None:
        """Note parameters and tags in a run."""
        for name, value in params.items():
            self._client.log_param(run_id, name, value)
        for name, value in tags.items():
            self._client.set_tag(run_id, name, value)

    def log_metrics(self, run_id: str, metrics: Mapping[str, float | None]) -> None:
        """Note metrics in a run; those that are None are left out."""
        for name, value in metrics.items():
            if value is not None:
                self._client.log_metric(run_id, name, value)

    def log_files(self, run_id: str, folder: Path) -> None:
        """Copy a folder's files into a run."""
        self._client.log_artifacts(run_id, str(folder))

    def register(self, folder: Path) -> str:
        """Log a model's folder in the active run and register it as its id's next version."""
        manifest = Manifest.read(folder)
        schema = self._mlflow.types
        inputs = [schema.ColSpec("double", name) for name in manifest.feature_names]
        output = schema.ColSpec("double", find_model(manifest.model_id).output)
        logged = self._mlflow.pyfunc.log_model(
            name=MODEL_FOLDER,
            loader_module="training.pyfunc_model",
            data_path=str(folder),
            signature=self._mlflow.models.ModelSignature(
                schema.Schema(inputs), schema.Schema([output])
            ),
            input_example=_example(manifest),
            pip_requirements=["lightgbm", "numpy", "pandas"],
        )
        if not self._client.search_registered_models(f"name='{manifest.model_id}'"):
            self._client.create_registered_model(manifest.model_id)
        version = self._client.create_model_version(
            manifest.model_id,
            source=logged.model_uri,
            run_id=logged.run_id,
            model_id=logged.model_id,
            tags={name: getattr(manifest, name) for name in ("data_digest", "feature_version")},
        )
        return str(version.version)

    def latest(self, model_id: str) -> str:
        """The newest version of a model.

        Raises
        ------
        NotRegistered
            If there is none.
        """
        found = self._client.search_model_versions(f"name='{model_id}'")
        if not found:
            raise NotRegistered(f"{self.uri} has no version of {model_id}: run training.train")
        return str(max(int(version.version) for version in found))

    def champion(self, model_id: str) -> str | None:
        """The version that carries the alias ``champion``, if one does."""
        found = self._client.search_registered_models(f"name='{model_id}'")
        version = found[0].aliases.get(CHAMPION) if found else None
        return None if version is None else str(version)

    def make_champion(self, model_id: str, version: str) -> None:
        """Move the alias ``champion``."""
        self._client.set_registered_model_alias(model_id, CHAMPION, version)

    def run_of(self, model_id: str, version: str) -> str:
        """The run that registered a version.

        Raises
        ------
        NotRegistered
            If there is no such version.
        """
        try:
            return str(self._client.get_model_version(model_id, version).run_id)
        except self._mlflow.MlflowException:
            raise NotRegistered(
                f"{self.uri} has no version {version} of {model_id}: "
                f"the newest is {self.latest(model_id)}"
            ) from None

    def fetch_model(self, model_id: str, version: str, into: Path) -> Path:
        """Download a version's model and return the folder of booster and manifest."""
        self.run_of(model_id, version)
        target = into / f"{model_id}-{version}"
        target.mkdir()
        self._mlflow.artifacts.download_artifacts(
            f"models:/{model_id}/{version}", dst_path=str(target)
        )
        found = [path.parent for path in target.rglob(MANIFEST_FILE)]
        if len(found) != 1 or not (found[0] / BOOSTER_FILE).is_file():
            raise NotRegistered(
                f"version {version} of {model_id} lacks {MANIFEST_FILE} or {BOOSTER_FILE}: "
                "train it again"
            )
        return found[0]

    def fetch_file(self, model_id: str, version: str, name: str, into: Path) -> Path:
        """Download one file of the run that registered a version; the path, there or not."""
        run_id = self.run_of(model_id, version)
        if name in {file.path for file in self._client.list_artifacts(run_id)}:
            self._client.download_artifacts(run_id, name, str(into))
        return into / name


@contextmanager
def drawn(figures: Mapping[str, Figure], texts: Mapping[str, str]) -> Iterator[Path]:
    """A temporary folder with plots under ``plots`` and texts beside it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "plots").mkdir()
        for name, figure in figures.items():
            figure.savefig(folder / "plots" / name, dpi=110)
        for name, text in texts.items():
            (folder / name).write_text(text)
        yield folder


def _example(manifest: Manifest) -> pd.DataFrame:
    rows = [answer.features for answer in manifest.expected_answers[:2]]
    return pd.DataFrame(np.array(rows, dtype=np.float64), columns=list(manifest.feature_names))
