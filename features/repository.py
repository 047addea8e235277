"""The Feast repository: one entity, one view over the catalogue, one service a model."""

import os
from datetime import timedelta
from pathlib import Path

import feast
from feast import Entity, FeatureService, FeatureView, Field, FileSource, ValueType
from feast.types import Float64, UnixTimestamp

from data.drafts import write_atomically
from data.workspace import make_folder
from features.catalogue import FEATURES
from features.errors import FeatureError
from features.online_store import CUTOFF_FIELD
from features.online_tiles import Clock
from features.places import feature_rows_path, registry_path
from features.services import SERVICES

PLAYER = Entity(name="player", join_keys=["player_id"], value_type=ValueType.STRING)

EXACT_MOMENT = timedelta(seconds=1)
"""A row older than the moment asked for is never taken for it."""

SETTINGS_FILE = "feature_store.yaml"

REGISTRY_URL = "PLAYER_FEAST_REGISTRY"
"""Variable with the address of a database for the registry, such as
``postgresql+psycopg://user:password@host/feast``. Settings name the variable, never its value."""

_SETTINGS = """\
project: player_intelligence
provider: local
registry:
    registry_type: sql
    path: {registry}
    cache_ttl_seconds: 60
offline_store:
    type: duckdb
online_store:
    type: features.online_store.TileOnlineStore
    path: online.sqlite
    clock: {clock}
entity_key_serialization_version: 3
"""


class PlaceError(FeatureError):
    """The folder is no feature store; the message names the remedy."""


def behaviour_view(place: Path) -> FeatureView:
    """The one view: every feature of the catalogue, and the cutoff of its row."""
    return FeatureView(
        name="player_behaviour",
        entities=[PLAYER],
        ttl=EXACT_MOMENT,
        schema=[
            *(
                Field(name=feature.name, dtype=Float64, description=feature.label)
                for feature in FEATURES
            ),
            Field(name=CUTOFF_FIELD, dtype=UnixTimestamp, description="as-of moment of the row"),
        ],
        source=FileSource(
            name="feature_rows",
            path=str(feature_rows_path(place.resolve())),
            timestamp_field="event_timestamp",
        ),
    )


def services(view: FeatureView) -> list[FeatureService]:
    """One service a model: its features in order, and the cutoff that guards against stale rows."""
    return [
        FeatureService(name=service.name, features=[view[[*service.feature_names, CUTOFF_FIELD]]])
        for service in SERVICES.values()
    ]


def apply(place: Path, clock: Clock = "wall") -> feast.FeatureStore:
    """Write the settings and register entity, view and services in the registry.

    That is a SQLite file of the place, or the database that ``PLAYER_FEAST_REGISTRY`` names, which
    then has to name it wherever the feature store is opened.
    """
    make_folder(place)
    registry = f"sqlite:///{registry_path(place.resolve())}"
    if os.environ.get(REGISTRY_URL):
        registry = f"${{{REGISTRY_URL}}}"
    write_atomically(place / SETTINGS_FILE, _SETTINGS.format(clock=clock, registry=registry))
    store = feast.FeatureStore(repo_path=str(place))
    view = behaviour_view(place)
    store.apply([PLAYER, view, *services(view)])
    return store


def open_store(place: Path) -> feast.FeatureStore:
    """Open the feature store of a place.

    Raises
    ------
    PlaceError
        If nothing was applied there yet, or the registry's address is missing.
    """
    settings = place / SETTINGS_FILE
    elsewhere = settings.is_file() and REGISTRY_URL in settings.read_text()
    if not settings.is_file() or not (elsewhere or registry_path(place).is_file()):
        raise PlaceError(
            f"{place} is no feature store: run python -m features.apply --place {place}"
        )
    if elsewhere and not os.environ.get(REGISTRY_URL):
        raise PlaceError(
            f"the registry of {place} is a database: set {REGISTRY_URL} to its address"
        )
    return feast.FeatureStore(repo_path=str(place))
