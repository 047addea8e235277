"""The peers of an online read: Feast's own stores, holding the same features as values."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, ValueType
from feast.types import Float64

from features.catalogue import FEATURE_NAMES
from features.online_tiles import OnlineTiles
from features.places import online_tiles_path
from features.repository import apply

SETTINGS = """\
project: peer
provider: local
registry: registry.db
online_store: {online_store}
entity_key_serialization_version: 3
"""
STORED = f"{len(FEATURE_NAMES)} features, stored values"
SQLITE = "{type: sqlite, path: peer.db}"


def feast_reads(place: Path, chosen: Sequence[str]) -> Iterator[tuple[str, list[float], str]]:
    """Seconds of reads through a Feast client: of our store, and of Feast's own."""
    names = [f"player_behaviour:{name}" for name in FEATURE_NAMES]
    ours = apply(place, "last_event")
    computed = f"{len(FEATURE_NAMES)} features, computed now"
    yield "Feast client on our store", _timed(ours, names, chosen), computed
    peer = _peer(place, sorted(set(chosen)), SQLITE)
    yield "peer: Feast's SQLite store", _timed(peer, names, chosen), STORED


def feast_redis_reads(place: Path, chosen: Sequence[str], port: int) -> list[float]:
    """Seconds of reads through a Feast client of Feast's own Redis store on a loopback port."""
    names = [f"player_behaviour:{name}" for name in FEATURE_NAMES]
    online_store = f'{{type: redis, connection_string: "localhost:{port}"}}'
    return _timed(_peer(place, sorted(set(chosen)), online_store), names, chosen)


def _timed(store: FeatureStore, names: list[str], chosen: Sequence[str]) -> list[float]:
    seconds = []
    for player_id in [chosen[0], *chosen]:
        begin = time.perf_counter()
        store.get_online_features(features=names, entity_rows=[{"player_id": player_id}])
        seconds.append(time.perf_counter() - begin)
    return seconds[1:]


def _peer(place: Path, player_ids: list[str], online_store: str) -> FeatureStore:
    folder = place / "peer"
    folder.mkdir()
    (folder / "feature_store.yaml").write_text(SETTINGS.format(online_store=online_store))
    with closing(OnlineTiles(online_tiles_path(place), "last_event")) as tiles:
        matrix = tiles.features(player_ids).matrix
    frame = pd.DataFrame(matrix.astype(np.float64), columns=list(FEATURE_NAMES))
    frame["player_id"], frame["event_timestamp"] = player_ids, datetime.now(UTC)
    frame.to_parquet(folder / "rows.parquet")
    player = Entity(name="player", join_keys=["player_id"], value_type=ValueType.STRING)
    view = FeatureView(
        name="player_behaviour",
        entities=[player],
        ttl=timedelta(days=1),
        schema=[Field(name=name, dtype=Float64) for name in FEATURE_NAMES],
        source=FileSource(path=str(folder / "rows.parquet"), timestamp_field="event_timestamp"),
    )
    store = FeatureStore(repo_path=str(folder))
    store.apply([player, view])
    store.write_to_online_store("player_behaviour", frame)
    return store
