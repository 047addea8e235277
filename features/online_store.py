"""Feast's online store over the tiles: any Feast client sees features as fresh as the last event.

Named in ``feature_store.yaml`` by its dotted class name. It holds tiles, not features, so writing
feature rows into it is refused: ``features.load_online`` and the event path fill the tiles.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from feast import Entity, FeatureView, RepoConfig
from feast.infra.online_stores.online_store import OnlineStore
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from feast.repo_config import FeastConfigBaseModel

from features.catalogue import FEATURE_INDEX
from features.errors import FeatureError
from features.online_tiles import Clock, OnlineRows, OnlineTiles

CUTOFF_FIELD = "feature_cutoff"
"""Field that carries the as-of moment of a row as a value."""

Answer = tuple[datetime | None, dict[str, Value] | None]


class TilesOnly(FeatureError):
    """Feature rows were to be written into a store that computes them."""


class TileOnlineStoreConfig(FeastConfigBaseModel):
    """Settings of the store in ``feature_store.yaml``; ``path`` is relative to that file."""

    type: Literal["features.online_store.TileOnlineStore"] = "features.online_store.TileOnlineStore"
    path: str = "online.sqlite"
    clock: Clock = "wall"


class TileOnlineStore(OnlineStore):
    """Computes features from the players' tiles at each read, as of one moment."""

    _tiles: OnlineTiles | None = None

    def online_read(
        self,
        config: RepoConfig,
        table: FeatureView,
        entity_keys: list[EntityKey],
        requested_features: list[str] | None = None,
    ) -> list[Answer]:
        """Features of players in the order asked for; (None, None) for a player never seen."""
        names = requested_features or [field.name for field in table.features]
        rows = self._open(config).features([key.entity_values[0].string_val for key in entity_keys])
        return [_answer(rows, number, names) for number in range(len(entity_keys))]

    def online_write_batch(
        self,
        config: RepoConfig,
        table: FeatureView,
        data: list[tuple[EntityKey, dict[str, Value], datetime, datetime | None]],
        progress: Callable[[int], Any] | None,
    ) -> None:
        """Refuse: the store holds tiles."""
        raise TilesOnly(
            "the online store computes features from tiles and takes no feature rows: "
            "fill it with python -m features.load_online"
        )

    def update(
        self,
        config: RepoConfig,
        tables_to_delete: Sequence[FeatureView],
        tables_to_keep: Sequence[FeatureView],
        entities_to_delete: Sequence[Entity],
        entities_to_keep: Sequence[Entity],
        partial: bool,
    ) -> None:
        """Nothing to prepare: tiles don't depend on views."""

    def teardown(
        self, config: RepoConfig, tables: Sequence[FeatureView], entities: Sequence[Entity]
    ) -> None:
        """Leave the tiles: they are made from the event log and belong to every view."""

    def _open(self, config: RepoConfig) -> OnlineTiles:
        if self._tiles is None:
            settings = config.online_store
            path = Path(settings.path)
            root = config.repo_path or Path()
            self._tiles = OnlineTiles(path if path.is_absolute() else root / path, settings.clock)
        return self._tiles


def _answer(rows: OnlineRows, number: int, names: Sequence[str]) -> Answer:
    if not rows.known[number]:
        return None, None
    vector = rows.matrix[number]
    values = {
        name: Value(unix_timestamp_val=rows.as_of_us // 1_000_000)
        if name == CUTOFF_FIELD
        else Value(double_val=vector[FEATURE_INDEX[name]])
        for name in names
    }
    return datetime.fromtimestamp(rows.as_of_us / 1e6, UTC), values
