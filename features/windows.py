"""The kernel: tiles in, what each window holds out, for one player or many rows at once.

Windows are sawtooth: a window of W at time t covers ``[floor(t, hop) - W, t)`` with a hop of
5 minutes for W up to an hour, an hour for W up to three days, a day above. So a source of daily
totals still fills the long windows, and training and serving agree to the bit at any t. Each window
reads the tiles of its own hop. Inside one level windows are nested, so a tile is merged once into
the narrowest window that holds it, and windows are merged outwards at the end.

Cost: one pass over a row's tiles, O(tiles x measures), and no sort, since merges commute.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numba
import numpy as np

from features.day_counts import DAY_COUNT_WINDOWS, DAY_COUNTS, count_days
from features.measure import EMPTY, Merge
from features.measures import MEASURE_INDEX, MEASURES
from features.sessions import SESSION_STATISTICS, SESSION_WINDOWS_DAYS, session_statistics
from features.tile_arrays import Integers, Tiles, range_since
from features.tile_sql import DAY_US, HOUR_US, LEVEL_US

FROM_THE_BEGINNING = -(2**53)


@dataclass(frozen=True)
class Window:
    """A stretch of time before the as-of moment; ``length_us`` None means the whole past."""

    name: str
    level: str
    length_us: int | None

    def start_us(self, cutoff_us: Integers) -> Integers:
        """Begin of the window at each as-of moment, inclusive, µs since the epoch."""
        if self.length_us is None:
            return np.full_like(cutoff_us, FROM_THE_BEGINNING)
        return cutoff_us - cutoff_us % LEVEL_US[self.level] - self.length_us


WINDOWS: tuple[Window, ...] = (
    Window("1h", "5min", HOUR_US),
    Window("24h", "hour", DAY_US),
    Window("7d", "day", 7 * DAY_US),
    Window("30d", "day", 30 * DAY_US),
    Window("90d", "day", 90 * DAY_US),
    Window("lifetime", "day", None),
)
"""Narrow to wide."""

LONGEST_WINDOW_US = max(window.length_us or 0 for window in WINDOWS)

WINDOW_INDEX: dict[str, int] = {window.name: index for index, window in enumerate(WINDOWS)}


@dataclass(frozen=True)
class WindowValues:
    """What the windows of n rows hold, each row as of its own moment.

    Attributes
    ----------
    cutoff_us
        Shape (n,).
    values
        Shape (n, windows, measures), in the order of ``WINDOWS`` and ``MEASURES``.
    day_counts
        Shape (n, ``DAY_COUNT_WINDOWS``, ``DAY_COUNTS``): distinct days.
    sessions
        Shape (n, ``SESSION_WINDOWS_DAYS``, ``SESSION_STATISTICS``).
    """

    cutoff_us: Integers
    values: Integers
    day_counts: Integers
    sessions: Integers

    def measure(self, name: str, window: str) -> Integers:
        """One measure in one window, shape (n,)."""
        return self.values[:, WINDOW_INDEX[window], MEASURE_INDEX[name]]

    def days(self, name: str, window: str) -> Integers:
        """Distinct days of the window on which a measure was above 0, shape (n,)."""
        return self.day_counts[:, DAY_COUNT_WINDOWS.index(window), DAY_COUNTS.index(name)]

    def session(self, statistic: str, window: str) -> Integers:
        """One session statistic in one window, shape (n,)."""
        return self.sessions[
            :, list(SESSION_WINDOWS_DAYS).index(window), SESSION_STATISTICS.index(statistic)
        ]


def window_values(
    cutoff_us: Integers,
    player: Integers,
    stored: Mapping[str, Tiles],
    running: Mapping[str, Tiles],
) -> WindowValues:
    """Merge tiles into windows.

    Parameters
    ----------
    cutoff_us
        Shape (n,): as-of moment of each row, µs since the epoch.
    player
        Shape (n,): each row's group in the stored tiles.
    stored
        Level → tiles grouped by player. A row reads those known before the midnight (UTC) that
        its moment's day began with.
    running
        Level → tiles grouped by row, holding exactly what became known from that midnight until
        the row's moment (at the 5-minute level: since the earliest window's start).
    """
    n = len(cutoff_us)
    values = np.empty((n, len(WINDOWS), len(MEASURES)), np.int64)
    values[:] = [EMPTY[measure.merge] for measure in MEASURES]
    for level in LEVEL_US:
        windows = [index for index, window in enumerate(WINDOWS) if window.level == level]
        starts = np.stack([WINDOWS[index].start_us(cutoff_us) for index in windows], axis=1)
        section = values[:, windows[0] : windows[-1] + 1]
        _merge_level(cutoff_us, player, stored[level], running[level], starts, MERGE_ENDS, section)
    day_counts = count_days(cutoff_us, player, stored["day"], running["day"])
    sessions = session_statistics(cutoff_us, player, stored["hour"], running["hour"])
    return WindowValues(cutoff_us, values, day_counts, sessions)


def _ends_of_merges() -> tuple[int, int, int]:
    """Where the sums, maxima and minima end in a tile; the rest are bits."""
    order: list[Merge] = ["sum", "max", "min", "or"]
    kinds = [order.index(measure.merge) for measure in MEASURES]
    if kinds != sorted(kinds):
        raise ValueError("MEASURES must stand in the order sums, maxima, minima, bits")
    sums, maxima, minima, _ = (kinds.count(kind) for kind in range(4))
    return sums, sums + maxima, sums + maxima + minima


MERGE_ENDS = _ends_of_merges()
"""Where a tile's sums, maxima and minima end."""


@numba.njit(cache=True, nogil=True)
def _merge(bounds: tuple[int, int, int], source: Integers, target: Integers) -> None:
    sums, maxima, minima = bounds
    for j in range(sums):
        target[j] += source[j]
    for j in range(sums, maxima):
        target[j] = max(target[j], source[j])
    for j in range(maxima, minima):
        target[j] = min(target[j], source[j])
    for j in range(minima, len(source)):
        target[j] |= source[j]


def merge_rows(values: Integers, source: Integers, target: Integers, merged: Integers) -> None:
    """Merge row ``source[i]`` of some values into row ``target[i]`` of others, in place."""
    _merge_rows(MERGE_ENDS, values, source, target, merged)


@numba.njit(cache=True, nogil=True)
def _merge_rows(
    bounds: tuple[int, int, int],
    values: Integers,
    source: Integers,
    target: Integers,
    merged: Integers,
) -> None:
    for i in range(len(source)):
        _merge(bounds, values[source[i]], merged[target[i]])


@numba.njit(cache=True, nogil=True)
def _merge_group(
    tiles: Tiles,
    group: int,
    today: int,
    starts: Integers,
    bounds: tuple[int, int, int],
    windows: Integers,
) -> None:
    """Merge each tile of a group into the narrowest window that holds it."""
    first, end = range_since(tiles, group, starts[-1])
    for i in range(first, end):
        if tiles.known_day[i] < today:
            narrowest = 0
            while tiles.start_us[i] < starts[narrowest]:
                narrowest += 1
            _merge(bounds, tiles.values[i], windows[narrowest])


@numba.njit(cache=True, nogil=True)
def _merge_level(
    cutoff_us: Integers,
    player: Integers,
    stored: Tiles,
    running: Tiles,
    starts: Integers,
    bounds: tuple[int, int, int],
    windows: Integers,
) -> None:
    for row in range(len(cutoff_us)):
        today = cutoff_us[row] // DAY_US
        _merge_group(stored, player[row], today, starts[row], bounds, windows[row])
        _merge_group(running, row, today + 1, starts[row], bounds, windows[row])
        for narrow in range(starts.shape[1] - 1):
            _merge(bounds, windows[row, narrow], windows[row, narrow + 1])
