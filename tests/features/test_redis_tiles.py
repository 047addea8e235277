"""Tiles in Redis end as tiles in SQLite do, whatever is sent twice, refused or cut off."""

import random
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ConnectionError as NoConnection

from features.live_state import apply_events, open_for_events
from features.load_online import load_online
from features.measures import MEASURE_INDEX
from features.online_tiles import features_of
from features.redis_keys import Shard, shard_of
from features.redis_shard import RedisShard, fill_shards
from features.redis_tiles import RedisTiles
from features.state_schema import read_facts
from features.tile_changes import TileChanges, count_changes
from features.tile_groups import TileReader
from features.tile_sql import DAY_US
from features.tile_state import TileState, TileStateError
from features.tiles import tile_commits
from tests.effort import times
from tests.features.histories import EVENTS_ALONE, Row, write_log
from tests.features.redis_place import NOBODY, NOW_US, kept, one, opened
from tests.features.test_live_state import PLAYERS, live, operators
from tests.redis_server import RedisServer, redis_server

SHARDS = 3
IDS = [f"p{number}" for number in range(PLAYERS)]
BATCHES = 400


def test_a_batch_that_is_sent_twice_counts_once(client: Redis) -> None:
    shard = opened(client)
    changes = one("ann", "stake_sum", 5)
    for _ in range(2):
        assert shard.apply(changes, after_seq=0, last_seq=3, known_us=NOW_US) == 3
    (values,) = kept(RedisTiles(client, 1), ["ann"]).values()
    assert values[MEASURE_INDEX["stake_sum"]] == 5


@pytest.mark.parametrize(("after_seq", "last_seq"), [(2, 5), (4, 5), (0, 2)])
def test_a_batch_that_begins_elsewhere_is_told_where_to_go_on(
    client: Redis, after_seq: int, last_seq: int
) -> None:
    shard = opened(client)
    shard.apply(one("ann", "stake_sum", 5), after_seq=0, last_seq=3, known_us=NOW_US)
    before = kept(RedisTiles(client, 1), ["ann"])
    later = one("ann", "stake_sum", 7)
    assert shard.apply(later, after_seq=after_seq, last_seq=last_seq, known_us=NOW_US) == 3
    assert kept(RedisTiles(client, 1), ["ann"]) == before


@given(operators(), st.data())
@settings(max_examples=times(12))
def test_features_from_redis_equal_those_from_sqlite_to_the_bit(
    redis: RedisServer, rows: list[Row], data: st.DataObject
) -> None:
    if len(rows) < 2:
        return
    cut = data.draw(st.integers(1, len(rows) - 1))
    size = data.draw(st.integers(1, len(rows)))
    later_us = data.draw(st.sampled_from([0, 3_600_000_000, 40 * DAY_US]))
    redis.client.flushall()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "online.sqlite"
        log = write_log(Path(folder) / "log", rows[:cut])
        list(tile_commits(log))
        load_online(log, path)
        apply_to_both(redis.client, path, rows[cut:], size)
        state = TileState(path)
        expected = vectors(state, later_us)
        state.close()
    found = vectors(RedisTiles(redis.client, SHARDS), later_us)
    np.testing.assert_array_equal(found, expected)


def apply_to_both(client: Redis, path: Path, rows: Sequence[Row], size: int) -> None:
    """Fill Redis from the state, then apply rows to both, batch by batch."""
    state = TileState(path)
    shards = fill_shards(client, SHARDS, IDS, state.held(IDS))
    state.close()
    with closing(open_for_events(path)) as con:
        for begin in range(0, len(rows), size):
            batch = [live(row) for row in rows[begin : begin + size]]
            apply_events(con, batch, begin + len(batch))
            known_us = read_facts(con).last_known_us
            changes = count_changes(con, {row["event_type"] for row in batch}, known_us)
            for shard in shards:
                own = of_shard(changes, shard.shard)
                seqs = {"after_seq": begin, "last_seq": begin + len(batch)}
                if begin:
                    seqs["after_seq"] = shard.applied_seq()
                shard.apply(own, **seqs, known_us=known_us)


def of_shard(changes: TileChanges, shard: Shard) -> TileChanges:
    chosen = [n for n, key in enumerate(changes.keys) if shard_of(key[0], SHARDS) == shard]
    return TileChanges([changes.keys[n] for n in chosen], changes.values[chosen])


def vectors(reader: TileReader, later_us: int) -> np.ndarray:
    held = reader.held(IDS)
    return features_of(held.by_level, held.last_known_us + 1 + later_us, EVENTS_ALONE)


def test_what_was_answered_outlives_kills_of_the_server_and_counts_once(
    tmp_path: Path, seed: int | None
) -> None:
    moments = random.Random(seed)
    with redis_server(tmp_path) as server:
        (shard,) = fill_shards(server.client, 1, [], NOBODY)
        answered = 0
        while answered < BATCHES:
            killer = threading.Timer(moments.uniform(0.01, 0.1), server.kill)
            killer.start()
            answered = send_until_cut_off(shard, answered)
            killer.join()
            server.start()
            assert shard.applied_seq() in (answered, answered + 1)
            answered = shard.applied_seq()
        tiles = kept(RedisTiles(server.client, 1), ["ann"])
    (values,) = tiles.values()
    assert values[MEASURE_INDEX["stake_sum"]] == answered * (answered + 1) // 2


def send_until_cut_off(shard: RedisShard, after_seq: int) -> int:
    """Send the batches that follow, the n-th with a stake of n; the last that was answered."""
    try:
        while True:
            changes = one("ann", "stake_sum", after_seq + 1)
            after_seq = shard.apply(
                changes, after_seq=after_seq, last_seq=after_seq + 1, known_us=NOW_US
            )
    except NoConnection:
        return after_seq


def test_a_shard_that_was_never_filled_is_refused_with_the_remedy(client: Redis) -> None:
    shard = RedisShard(client, Shard(0, 1))
    with pytest.raises(TileStateError, match="fill it again"):
        shard.apply(one("ann", "stake_sum", 1), after_seq=0, last_seq=1, known_us=NOW_US)
    with pytest.raises(TileStateError, match="fill it again"):
        shard.applied_seq()
    with pytest.raises(TileStateError, match="fill it again"):
        RedisTiles(client, 1).held(["ann"])


def test_another_number_of_shards_is_refused_with_the_remedy(client: Redis) -> None:
    fill_shards(client, 2, [], NOBODY)
    with pytest.raises(TileStateError, match="fill it again"):
        RedisTiles(client, 3).held(["ann"])


def test_a_shard_that_takes_events_is_not_opened_a_second_time(client: Redis) -> None:
    shard = opened(client)
    with pytest.raises(TileStateError, match="takes events already"):
        shard.begin(0, NOW_US)


def test_a_player_of_another_shard_is_refused(client: Redis) -> None:
    shard = shard_of("ann", 2)
    other = RedisShard(client, Shard(1 - shard.number, 2))
    with pytest.raises(ValueError, match="not a player of shard"):
        other.apply(one("ann", "stake_sum", 1), after_seq=0, last_seq=1, known_us=NOW_US)
