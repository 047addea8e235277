"""Distinct days on which something happened, in the windows of days."""

import numba
import numpy as np

from features.measures import MEASURE_INDEX
from features.tile_arrays import Integers, Tiles, range_since
from features.tile_sql import DAY_US

DAY_COUNTS = ("activity_count", "deposit_count")
"""Measures whose days (UTC days with the measure above 0) are counted in the windows of days."""

DAY_COUNT_WINDOWS = ("7d", "30d", "90d")

_COLUMNS = np.array([MEASURE_INDEX[name] for name in DAY_COUNTS])
_LENGTHS = np.array([int(name.removesuffix("d")) for name in DAY_COUNT_WINDOWS])


def count_days(cutoff_us: Integers, player: Integers, stored: Tiles, running: Tiles) -> Integers:
    """Count each row's days.

    Parameters
    ----------
    cutoff_us, player, stored, running
        As of ``windows.window_values``, tiles of the day level.

    Returns
    -------
    Shape (n, ``DAY_COUNT_WINDOWS``, ``DAY_COUNTS``).
    """
    counts = np.zeros((len(cutoff_us), len(DAY_COUNT_WINDOWS), len(DAY_COUNTS)), np.int64)
    _count_days(cutoff_us, player, stored, running, _COLUMNS, _LENGTHS, counts)
    return counts


@numba.njit(cache=True, nogil=True)
def _count_days(
    cutoff_us: Integers,
    player: Integers,
    stored: Tiles,
    running: Tiles,
    columns: Integers,
    lengths: Integers,
    counts: Integers,
) -> None:
    longest = lengths[-1]
    seen = np.zeros((longest + 1, len(columns)), np.bool_)
    for row in range(len(cutoff_us)):
        today = cutoff_us[row] // DAY_US
        first_day = today - longest
        seen[:] = False
        _count_new(stored, player[row], today, first_day, columns, lengths, seen, counts[row])
        _count_new(running, row, today + 1, first_day, columns, lengths, seen, counts[row])


@numba.njit(cache=True, nogil=True)
def _count_new(
    tiles: Tiles,
    group: int,
    today: int,
    first_day: int,
    columns: Integers,
    lengths: Integers,
    seen: Integers,
    counts: Integers,
) -> None:
    """Count days that weren't seen yet, in every window that holds them."""
    first, end = range_since(tiles, group, first_day * DAY_US)
    for i in range(first, end):
        if tiles.known_day[i] < today:
            day = tiles.start_us[i] // DAY_US - first_day
            for j in range(len(columns)):
                if tiles.values[i, columns[j]] > 0 and not seen[day, j]:
                    seen[day, j] = True
                    for window in range(len(lengths)):
                        counts[window, j] += day >= lengths[-1] - lengths[window]
