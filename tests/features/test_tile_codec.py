import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features.measures import MEASURES
from features.tile_codec import empty_values, pack, unpack

TILES = st.integers(0, 5).flatmap(
    lambda n: arrays(np.int64, (n, len(MEASURES)), elements=st.integers(-(2**53), 2**53))
)


@given(TILES)
def test_packed_tiles_come_back_as_they_were(values: np.ndarray) -> None:
    assert np.array_equal(unpack(pack(values)), values)


def test_an_empty_tile_takes_its_bitmap_alone() -> None:
    (packed,) = pack(empty_values(1))
    assert len(packed) == (len(MEASURES) + 7) // 8
