"""Tiles of one level as arrays, as the kernel reads them."""

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from features.measures import MEASURES

Integers = npt.NDArray[np.int64]


class Tiles(NamedTuple):
    """Tiles of one level, grouped: group g owns rows ``offsets[g]`` to ``offsets[g + 1]``.

    Attributes
    ----------
    offsets
        Shape (groups + 1,).
    start_us
        Shape (n,): begin of the tile's interval, µs since the epoch; ascending inside a group.
    known_day
        Shape (n,): UTC day, in days since the epoch, on which the tile's events became known.
    values
        Shape (n, measures), in the order of ``MEASURES``.
    """

    offsets: Integers
    start_us: Integers
    known_day: Integers
    values: Integers


def no_tiles(groups: int) -> Tiles:
    """No tiles at all for a number of groups."""
    nothing = np.zeros(0, np.int64)
    values = np.zeros((0, len(MEASURES)), np.int64)
    return Tiles(np.zeros(groups + 1, np.int64), nothing, nothing, values)


@numba.njit(cache=True, nogil=True)
def range_since(tiles: Tiles, group: int, start_us: int) -> tuple[int, int]:
    """Rows of a group whose intervals begin at or after a moment, as (first, end)."""
    begin, end = tiles.offsets[group], tiles.offsets[group + 1]
    return begin + np.searchsorted(tiles.start_us[begin:end], start_us), end
