"""The MLflow registry, read once at the start: the only part of serving that knows MLflow."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from data.quiet import quiet
from features.manifest import MANIFEST_FILE
from serving.errors import ServingError

_SQLITE = "sqlite:///"
_DATABASES = ("postgresql", "mysql", "mssql")
_ANSWERS_WITHIN_S = 10.0


class RegistryUnreadable(ServingError):
    """The registry, or the files of a version in it, can't be read."""


def without_secrets(uri: str) -> str:
    """An address without user and password.

    Examples
    --------
    >>> without_secrets("http://mlflow:secret@registry:5000")
    'http://…@registry:5000'
    """
    return re.sub("//[^/]*@", "//…@", uri)


def _ask_once(uri: str) -> None:
    """Raise at once what MLflow would raise after minutes of retries: that nobody answers."""
    if uri.startswith("http"):
        import httpx

        httpx.get(f"{uri}/health", timeout=_ANSWERS_WITHIN_S)
    elif uri.startswith(_DATABASES):
        from sqlalchemy import NullPool, create_engine

        create_engine(uri, poolclass=NullPool).connect().close()


class Registry:
    """An open registry and the folder that its files are downloaded to, gone when it is closed.

    MLflow takes seconds to import, so that happens here and not with the service's modules.
    """

    def __init__(self, uri: str) -> None:
        if uri.startswith(_SQLITE) and not Path(uri.removeprefix(_SQLITE)).is_file():
            raise RegistryUnreadable(f"there is no registry at {uri}: train and promote a model")
        quiet()
        from httpx import TransportError
        from mlflow import MlflowClient
        from mlflow.exceptions import MlflowException
        from sqlalchemy.exc import SQLAlchemyError

        self.uri = uri
        self._faults = (MlflowException, SQLAlchemyError, TransportError, OSError)
        try:
            _ask_once(uri)
            self._client = MlflowClient(uri, uri)
        except self._faults as fault:
            raise self._unreadable("opened", fault) from fault
        self._downloads = TemporaryDirectory()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._downloads.cleanup()

    def versions(self, alias: str) -> dict[str, str]:
        """Model id → the version that carries the alias, for every model that has one."""
        try:
            models = self._client.search_registered_models()
            found = {model.name: model.aliases.get(alias) for model in models}
        except self._faults as fault:
            raise self._unreadable("read", fault) from fault
        return {name: str(version) for name, version in found.items() if version is not None}

    def _unreadable(self, how: str, fault: Exception) -> RegistryUnreadable:
        """The message names the registry without the secrets of its address."""
        hidden = without_secrets(self.uri)
        reason = str(fault).splitlines()[0].replace(self.uri, hidden)
        return RegistryUnreadable(f"the registry {hidden} can't be {how}: {reason}")

    def download(self, model_id: str, version: str) -> Path:
        """Download a version's files and return the folder with its manifest."""
        from mlflow.artifacts import download_artifacts

        into = Path(self._downloads.name) / model_id
        into.mkdir()
        try:
            files = self._client.get_model_version_download_uri(model_id, version)
            download_artifacts(artifact_uri=files, dst_path=str(into), tracking_uri=self.uri)
        except self._faults as fault:
            raise self._unreadable("downloaded from", fault) from fault
        manifests = sorted(into.rglob(MANIFEST_FILE))
        if len(manifests) != 1:
            raise RegistryUnreadable(
                f"has {len(manifests)} files named {MANIFEST_FILE} where one belongs: "
                "register it with training.train"
            )
        return manifests[0].parent
