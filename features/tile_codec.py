"""A tile as bytes: which measures are not empty, then their values.

The first bytes are a bitmap with one bit a measure, lowest bit first; then each marked measure's
value as a little-endian int64, in the order of ``MEASURES``. A usual tile has about fifteen of its
measures filled, so a player's state stays a few KiB.
"""

from collections.abc import Sequence

import numba
import numpy as np
import numpy.typing as npt

from features.measure import EMPTY
from features.measures import MEASURES
from features.tile_arrays import Integers

Bytes = npt.NDArray[np.uint8]

BITMAP_BYTES = (len(MEASURES) + 7) // 8
_EMPTY = np.array([EMPTY[measure.merge] for measure in MEASURES], dtype=np.int64)


def empty_values(tiles: int) -> Integers:
    """Values of tiles to which nothing contributed, shape (tiles, measures)."""
    return np.tile(_EMPTY, (tiles, 1))


def pack(values: Integers) -> list[bytes]:
    """Encode tiles, shape (n, measures), each by itself."""
    filled = values != _EMPTY
    bitmaps = np.packbits(filled, axis=1, bitorder="little")
    content = values[filled].astype("<i8").tobytes()
    ends = 8 * np.cumsum(filled.sum(axis=1))
    begins = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    return [
        bitmap.tobytes() + content[begin:end]
        for bitmap, begin, end in zip(bitmaps, begins, ends, strict=True)
    ]


def unpack(packed: Sequence[bytes]) -> Integers:
    """Decode tiles into an array of shape (n, measures)."""
    values = empty_values(len(packed))
    content = np.frombuffer(b"".join(packed), dtype=np.uint8)
    _unpack(content, BITMAP_BYTES, values)
    return values


@numba.njit(cache=True, nogil=True)
def _unpack(content: Bytes, bitmap_bytes: int, values: Integers) -> None:
    at = 0
    for row in range(len(values)):
        bitmap = content[at : at + bitmap_bytes]
        at += bitmap_bytes
        for column in range(values.shape[1]):
            if bitmap[column >> 3] >> (column & 7) & 1:
                value = np.int64(0)
                for byte in range(8):
                    value |= np.int64(content[at + byte]) << (8 * byte)
                values[row, column] = value
                at += 8
