"""Tiles in Redis end as tiles in SQLite do, whatever is sent twice, refused or cut off."""

import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ConnectionError as NoConnection

from data.event import LARGEST_INTEGER
from features.errors import TileOverflow
from features.live_state import apply_events, open_for_events
from features.load_online import load_online
from features.measures import MEASURE_INDEX, MEASURES
from features.online_tiles import features_of
from features.redis_keys import Shard, shard_of
from features.redis_shard import RedisShard, fill_shards
from features.redis_tiles import RedisTiles
from features.state_schema import LEVEL_NUMBER, OLDEST_START_US, read_facts
from features.tile_arrays import Integers, no_tiles
from features.tile_changes import TileChanges, TileKey, count_changes, kept_since
from features.tile_codec import empty_values
from features.tile_groups import HeldTiles, TileReader
from features.tile_sql import DAY_US, LEVEL_US
from features.tile_state import TileState, TileStateError
from features.tiles import tile_commits
from features.windows import MERGE_ENDS, merge_rows
from tests.effort import times
from tests.features.histories import EVENTS_ALONE, Row, write_log
from tests.features.test_live_state import PLAYERS, live, operators
from tests.redis_server import RedisServer, redis_server

NOW_US = 1_767_225_600_000_000 + DAY_US // 2 + 1
WORD = 2**32 - 1

NOBODY = HeldTiles(NOW_US, {level: no_tiles(0) for level in LEVEL_US})


def key(player_id: str, level: str, at_us: int = NOW_US) -> TileKey:
    return player_id, LEVEL_NUMBER[level], at_us - at_us % LEVEL_US[level]


KEYS = [
    *(key(player, level) for player in ("ann", "bob") for level in LEVEL_US),
    ("bob", LEVEL_NUMBER["day"], OLDEST_START_US),
]


_numbers = st.sampled_from([0, 1, -1, LARGEST_INTEGER, -LARGEST_INTEGER, LARGEST_INTEGER - 1])
_edges = {
    "sum": _numbers,
    "max": _numbers,
    "min": _numbers,
    "or": st.sampled_from([0, 1, 2**31, WORD]),
}


@st.composite
def tiles(draw: st.DrawFn) -> Integers:
    """A tile with most measures filled, a few of them at the edges of what they may hold."""
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    values: Integers = empty_values(1)[0]
    bound = {"sum": LARGEST_INTEGER // 8, "max": LARGEST_INTEGER, "min": LARGEST_INTEGER}
    for column in np.flatnonzero(chance.random(len(MEASURES)) < draw(st.sampled_from([0.1, 0.9]))):
        most = bound.get(MEASURES[column].merge)
        values[column] = chance.integers(-most, most) if most else chance.integers(WORD)
    for edge in draw(st.sets(st.integers(0, len(MEASURES) - 1), max_size=3)):
        values[edge] = draw(_edges[MEASURES[edge].merge])
    return values


@st.composite
def batches(draw: st.DrawFn) -> TileChanges:
    """What a batch adds to some of the keys."""
    found = draw(st.dictionaries(st.sampled_from(KEYS), tiles(), min_size=1))
    return TileChanges(sorted(found), np.array([found[one] for one in sorted(found)]))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture
def client(server: RedisServer) -> Redis:
    server.client.flushall()
    return server.client


def opened(client: Redis) -> RedisShard:
    """The only shard, with nobody in it."""
    client.flushall()
    (shard,) = fill_shards(client, 1, [], NOBODY)
    return shard


def one(player_id: str, measure: str, value: int, level: str = "day") -> TileChanges:
    """A single tile with a single measure."""
    values = empty_values(1)
    values[0, MEASURE_INDEX[measure]] = value
    return TileChanges([key(player_id, level)], values)


def kept(reader: TileReader, player_ids: Sequence[str]) -> dict[TileKey, list[int]]:
    """Every tile of some players."""
    found = {}
    for level, of_level in reader.held(player_ids).by_level.items():
        owners = np.repeat(np.arange(len(player_ids)), np.diff(of_level.offsets))
        told = (owners.tolist(), of_level.start_us.tolist(), of_level.values.tolist())
        for owner, start, values in zip(*told, strict=True):
            found[player_ids[owner], LEVEL_NUMBER[level], start] = values
    return found


def merge_here(held: dict[TileKey, Integers], changes: TileChanges) -> dict[TileKey, Integers]:
    """The tiles after a batch by the kernel's own merge; those before it if a sum is too big."""
    merged = {one: values.copy() for one, values in held.items()}
    row = np.zeros(1, np.int64)
    for one, values in zip(*changes, strict=True):
        target = merged.setdefault(one, empty_values(1)[0])
        merge_rows(values[np.newaxis], row, row, target[np.newaxis])
        if (np.abs(target[: MERGE_ENDS[0]]) > LARGEST_INTEGER).any():
            return held
    return merged


@given(st.lists(batches(), max_size=6), st.data())
def test_tiles_merge_as_the_kernel_merges_them_in_any_split_and_order_or_not_at_all(
    server: RedisServer, drawn: list[TileChanges], data: st.DataObject
) -> None:
    shard = opened(server.client)
    expected: dict[TileKey, Integers] = {}
    for number, changes in enumerate(data.draw(st.permutations(drawn))):
        after = merge_here(expected, changes)
        sent = {"after_seq": number, "last_seq": number + 1, "known_us": NOW_US}
        if after is expected:
            with pytest.raises(TileOverflow, match="leaves ±2\\^53"):
                shard.apply(changes, **sent)
            shard.apply(TileChanges([], empty_values(0)), **sent)
        else:
            assert shard.apply(changes, **sent) == number + 1
        expected = after
    found = kept(RedisTiles(server.client, 1), ["ann", "bob", "never seen"])
    assert found == {one: values.tolist() for one, values in expected.items()}


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


def test_the_first_tile_of_an_hour_drops_what_no_window_reaches_and_keeps_the_lifetime(
    client: Redis,
) -> None:
    shard = opened(client)
    for number, days in enumerate((0, 1, 8, 9, 90, 91, 200)):
        at_us = NOW_US + days * DAY_US
        values = empty_values(3)
        values[:, MEASURE_INDEX["stake_sum"]] = 10**days if days < 9 else 1
        changes = TileChanges([key("ann", level, at_us) for level in LEVEL_US], values)
        shard.apply(changes, after_seq=number, last_seq=number + 1, known_us=at_us)
    stakes = {
        one: values[MEASURE_INDEX["stake_sum"]]
        for one, values in kept(RedisTiles(client, 1), ["ann"]).items()
    }
    now_us = NOW_US + 200 * DAY_US
    assert stakes == {
        **{key("ann", level, now_us): 1 for level in LEVEL_US},
        ("ann", LEVEL_NUMBER["day"], OLDEST_START_US): 1 + 10 + 10**8 + 3,
    }


def test_the_earliest_tiles_that_a_window_reaches_are_kept(client: Redis) -> None:
    shard = opened(client)
    earliest = [key("ann", level, start_us) for level, start_us in kept_since(NOW_US).items()]
    for number, keys in enumerate((earliest, [key("ann", "hour")])):
        changes = TileChanges(keys, empty_values(len(keys)))
        shard.apply(changes, after_seq=number, last_seq=number + 1, known_us=NOW_US)
    assert set(kept(RedisTiles(client, 1), ["ann"])) == {*earliest, key("ann", "hour")}


@given(operators(), st.data())
@settings(max_examples=times(12))
def test_features_from_redis_equal_those_from_sqlite_to_the_bit(
    server: RedisServer, rows: list[Row], data: st.DataObject
) -> None:
    if len(rows) < 2:
        return
    cut = data.draw(st.integers(1, len(rows) - 1))
    size = data.draw(st.integers(1, len(rows)))
    later_us = data.draw(st.sampled_from([0, 3_600_000_000, 40 * DAY_US]))
    server.client.flushall()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "online.sqlite"
        log = write_log(Path(folder) / "log", rows[:cut])
        list(tile_commits(log))
        load_online(log, path)
        apply_to_both(server.client, path, rows[cut:], size)
        state = TileState(path)
        expected = vectors(state, later_us)
        state.close()
    found = vectors(RedisTiles(server.client, SHARDS), later_us)
    np.testing.assert_array_equal(found, expected)


SHARDS = 3
IDS = [f"p{number}" for number in range(PLAYERS)]


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


BATCHES = 400


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
