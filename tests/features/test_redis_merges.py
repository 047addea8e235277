"""The script merges tiles as the kernel does, and lets go of those alone that nothing reads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from data.event import LARGEST_INTEGER
from features.errors import TileOverflow
from features.measures import MEASURE_INDEX, MEASURES
from features.redis_tiles import RedisTiles
from features.state_schema import LEVEL_NUMBER, OLDEST_START_US
from features.tile_arrays import Integers
from features.tile_changes import TileChanges, TileKey, kept_since
from features.tile_codec import empty_values
from features.tile_sql import DAY_US, LEVEL_US
from features.windows import MERGE_ENDS, merge_rows
from tests.features.redis_place import NOW_US, kept, key, one, opened
from tests.redis_server import RedisServer

WORD = 2**32 - 1

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


def merge_here(held: dict[TileKey, Integers], changes: TileChanges) -> dict[TileKey, Integers]:
    """The tiles after a batch by the kernel's own merge; those before it if a sum is too big."""
    merged = {tile: values.copy() for tile, values in held.items()}
    row = np.zeros(1, np.int64)
    for tile, values in zip(*changes, strict=True):
        target = merged.setdefault(tile, empty_values(1)[0])
        merge_rows(values[np.newaxis], row, row, target[np.newaxis])
        if (np.abs(target[: MERGE_ENDS[0]]) > LARGEST_INTEGER).any():
            return held
    return merged


@given(st.lists(batches(), max_size=6), st.data())
def test_tiles_merge_as_the_kernel_merges_them_in_any_split_and_order_or_not_at_all(
    redis: RedisServer, drawn: list[TileChanges], data: st.DataObject
) -> None:
    shard = opened(redis.client)
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
    found = kept(RedisTiles(redis.client, 1), ["ann", "bob", "never seen"])
    assert found == {one: values.tolist() for one, values in expected.items()}


def test_a_batch_that_leaves_the_bound_by_itself_is_refused(client: Redis) -> None:
    shard = opened(client)
    with pytest.raises(TileOverflow, match="stake_sum"):
        shard.apply(
            one("ann", "stake_sum", LARGEST_INTEGER + 1), after_seq=0, last_seq=1, known_us=NOW_US
        )
    assert shard.applied_seq() == 0


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
