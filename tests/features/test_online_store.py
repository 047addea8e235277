"""A plain Feast client gets the same values as the scoring path, and can't write feature rows."""

import math
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feast
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from feast.errors import FeatureServiceNotFoundException

from data.event_log import EventLog
from features.catalogue import FEATURE_INDEX
from features.load_online import load_online
from features.online_store import TilesOnly
from features.online_tiles import OnlineTiles
from features.places import feature_rows_path, online_tiles_path
from features.repository import PlaceError, apply, open_store
from features.services import SERVICES
from features.tile_state import TileStateError
from features.tiles import tile_commits
from tests.features.histories import START, build_rows, keyed, write_log

PLAYERS = ["p0", "p1"]

ROUND = {
    "event_type": "casino.round", "state": "settled", "game_type": "slot", "stake_real_base": 500,
    "win_real_base": 0, "stake_bonus_base": 0, "utc_offset_minutes": 60, "is_activity": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> EventLog:
    rounds = [
        {
            **ROUND,
            "stake_real_base": 100 + number,
            "win_real_base": 0 if number % 3 else 250,
            "occurred_at": START + timedelta(hours=7 * number),
            "known_at": START + timedelta(hours=7 * number, minutes=number),
        }
        for number in range(60)
    ]
    rows = [row for player_id in PLAYERS for row in keyed(rounds, player_id)]
    log = write_log(tmp_path_factory.mktemp("operator"), rows)
    for _ in tile_commits(log):
        pass
    return log


@pytest.fixture(scope="module")
def place(operator: EventLog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("place")
    apply(place, "last_event")
    facts = load_online(operator, online_tiles_path(place))
    moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=facts.last_known_us + 1)
    cutoffs = pa.array([moment] * len(PLAYERS), pa.timestamp("us", "UTC"))
    entities = pa.table({"player_id": PLAYERS, "cutoff": cutoffs})
    pq.write_table(build_rows(operator, entities), feature_rows_path(place))
    return place


def test_a_feast_client_online_gets_what_the_scoring_path_gets(place: Path) -> None:
    service = SERVICES["churn"]
    store = open_store(place)
    answer = store.get_online_features(
        features=store.get_feature_service(service.name),
        entity_rows=[{"player_id": player_id} for player_id in (*PLAYERS, "never seen")],
    ).to_dict()
    tiles = OnlineTiles(online_tiles_path(place), "last_event")
    direct = tiles.features(PLAYERS)
    tiles.close()
    for name in service.feature_names:
        served = [math.nan if value is None else value for value in answer[name][:2]]
        assert np.array_equal(served, direct.matrix[:, FEATURE_INDEX[name]], equal_nan=True), name
        assert answer[name][2] is None


def test_a_feast_client_offline_gets_the_same_values(place: Path) -> None:
    service = SERVICES["churn"]
    store = open_store(place)
    rows = pq.read_table(feature_rows_path(place)).to_pandas()
    entities = rows[["player_id", "event_timestamp"]]
    joined = store.get_historical_features(
        entity_df=entities, features=store.get_feature_service(service.name)
    ).to_df()
    joined = joined.set_index("player_id").loc[PLAYERS]
    pd.testing.assert_frame_equal(
        joined[list(service.feature_names)],
        rows.set_index("player_id").loc[PLAYERS, list(service.feature_names)],
    )


def test_the_store_refuses_feature_rows_and_says_what_to_do(place: Path) -> None:
    rows = pq.read_table(feature_rows_path(place)).to_pandas()
    with pytest.raises(TilesOnly, match=r"features\.load_online"):
        open_store(place).write_to_online_store("player_behaviour", rows)


def test_a_place_without_a_registry_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match=r"features\.apply"):
        open_store(tmp_path)


def test_missing_online_tiles_are_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(TileStateError, match=r"features\.load_online"):
        OnlineTiles(tmp_path / "online.sqlite").features(["p"])


def test_tiles_of_an_older_program_are_refused_with_the_remedy(place: Path, tmp_path: Path) -> None:
    path = tmp_path / "online.sqlite"
    path.write_bytes(online_tiles_path(place).read_bytes())
    with closing(sqlite3.connect(path)) as con:
        con.execute("UPDATE facts SET sources = json_remove(sources, '$.base_currency')")
        con.commit()
    with pytest.raises(TileStateError, match=r"another version.*run features"):
        OnlineTiles(path).features(["p"])


def test_a_reader_takes_up_a_state_that_was_replaced(operator: EventLog, tmp_path: Path) -> None:
    path = tmp_path / "online.sqlite"
    tiles = OnlineTiles(path, "last_event")
    load_online(operator, path)
    before = tiles.features(PLAYERS[:1])
    later = before.as_of_us + 1_000_000
    moment = datetime.fromtimestamp(later / 1e6, UTC)
    log = write_log(
        tmp_path / "log", keyed([{**ROUND, "occurred_at": moment, "known_at": moment}], "p0")
    )
    list(tile_commits(log))
    load_online(log, path)
    assert tiles.features(PLAYERS[:1]).as_of_us == later + 1
    tiles.close()


def test_a_service_that_was_never_declared_is_not_there(place: Path) -> None:
    store: feast.FeatureStore = open_store(place)
    with pytest.raises(FeatureServiceNotFoundException):
        store.get_feature_service("churn_v0")
