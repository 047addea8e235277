"""The champions of the registry, loaded into memory and checked before they may answer."""

import gc
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from features.catalogue import FEATURE_INDEX, version
from features.manifest import BOOSTER_FILE, LARGEST_DIFFERENCE, Manifest, ManifestError
from serving.booster import Booster, BoosterUnreadable
from serving.errors import ServingError
from serving.registry import Registry, RegistryUnreadable


class ModelRefused(ServingError):
    """A model that doesn't fit this service or doesn't answer as its manifest says."""


@dataclass(frozen=True)
class ServedModel:
    """A booster with its manifest.

    Attributes
    ----------
    columns
        Where its inputs stand in the catalogue's vectors, in the manifest's order.
    digest
        SHA-256 of the booster's file.
    """

    model_id: str
    version: str
    booster: Booster
    manifest: Manifest
    columns: npt.NDArray[np.intp]
    digest: str


@dataclass(frozen=True)
class Champions:
    """What was loaded, by model id, and what was not: part → reason."""

    models: Mapping[str, ServedModel]
    faults: Mapping[str, str] = field(default_factory=dict)


def load_champions(registry_uri: str, alias: str) -> Champions:
    """Load the version that carries the alias of every registered model.

    A model that fails its check is left out and named in ``faults``; the others are served.
    """
    models: dict[str, ServedModel] = {}
    faults: dict[str, str] = {}
    try:
        with Registry(registry_uri) as registry:
            for model_id, number in registry.versions(alias).items():
                try:
                    models[model_id] = read_model(
                        model_id, number, registry.download(model_id, number)
                    )
                except (ModelRefused, RegistryUnreadable) as fault:
                    faults[f"model {model_id}"] = f"version {number} {fault}"
    except RegistryUnreadable as fault:
        faults["registry"] = str(fault)
    if not models and not faults:
        faults["registry"] = f"no version of any model carries the alias {alias!r}: promote one"
    _settle_memory()
    return Champions(models, faults)


def read_model(model_id: str, number: str, folder: Path) -> ServedModel:
    """Read a model's folder and check it against the catalogue and its own manifest.

    Raises
    ------
    ModelRefused
        If it is incomplete, needs features that aren't computed as at its training, or doesn't
        reproduce the answers in its manifest.
    """
    try:
        manifest = Manifest.read(folder)
        booster = Booster(folder / BOOSTER_FILE)
    except (ManifestError, BoosterUnreadable) as fault:
        raise ModelRefused(f"can't be read: {fault}") from fault
    _check_inputs(manifest, booster)
    columns = np.array([FEATURE_INDEX[name] for name in manifest.feature_names], dtype=np.intp)
    digest = sha256((folder / BOOSTER_FILE).read_bytes()).hexdigest()
    model = ServedModel(model_id, number, booster, manifest, columns, digest)
    _check_answers(model)
    return model


def _check_inputs(manifest: Manifest, booster: Booster) -> None:
    unknown = [name for name in manifest.feature_names if name not in FEATURE_INDEX]
    if unknown:
        raise ModelRefused(
            f"needs features that the catalogue doesn't have: {', '.join(unknown)}; "
            "serve it with the code it was trained with, or train it again"
        )
    if manifest.feature_version != version():
        raise ModelRefused(
            f"was trained on feature version {manifest.feature_version}, this service computes "
            f"{version()}: serve it with the code it was trained with, or train it again"
        )
    if booster.feature_names != manifest.feature_names:
        raise ModelRefused(
            f"has a booster whose {len(booster.feature_names)} inputs aren't the "
            f"{len(manifest.feature_names)} that its manifest names: train it again"
        )


def _check_answers(model: ServedModel) -> None:
    if not model.manifest.expected_answers:
        raise ModelRefused("has no expected answers in its manifest: train it again")
    difference = model.manifest.furthest(model.booster.margins)
    if not difference <= LARGEST_DIFFERENCE:
        raise ModelRefused(
            f"answers up to {difference:.3g} log-odds away from its manifest: "
            "its booster isn't the one that was evaluated; register it again"
        )


def _settle_memory() -> None:
    """Keep what was loaded out of later collections: they would pause requests for nothing."""
    gc.collect()
    gc.freeze()
