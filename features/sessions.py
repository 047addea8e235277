"""Sessions, derived from the minute bitmaps of hour tiles; nothing about them is ever stored.

A session is a run of minutes with play in which no 30 minutes pass without play. Disorder,
duplicates and late events change nothing, since they change no minute's mark twice. A window sees
the minutes inside it: a session that began earlier counts from the window's begin.

What came "after" is decided to the minute: a deposit in the same minute as the play, loss or empty
balance counts as after it.
"""

import numba
import numpy as np

from features.measures import MEASURE_INDEX, MINUTE_BITMAPS
from features.tile_arrays import Integers, Tiles, range_since
from features.tile_sql import DAY_US, HOUR_US

IDLE_MINUTES = 30
"""Minutes without play that end a session: the field's common definition."""

SESSION_WINDOWS_DAYS: dict[str, int] = {"24h": 1, "7d": 7, "30d": 30}

SESSION_DAYS = max(SESSION_WINDOWS_DAYS.values())
"""Hour tiles reach back this many whole days: the longest window that sessions are told for."""

SESSION_STATISTICS = (
    "session_count",
    "session_minutes",
    "session_longest_minutes",
    "in_session_deposit_count",
    "after_loss_deposit_count",
    "after_depletion_deposit_count",
    "loss_run_longest_minutes",
    "hit_run_longest_minutes",
)
"""Counts of sessions and their minutes; minutes with a deposit at most 30 minutes after play, after
a losing bet, after a depleted balance (in-session deposits are the strongest chasing metric in
Auer & Griffiths 2022, 10.1007/s10899-022-10144-4). Runs are rows of minutes with a losing and no
winning bet, or with a winning one; a minute of the other kind, or 30 without any, ends them."""

_LONGEST_HOURS = 24 * (SESSION_DAYS + 1)
_WORDS = np.array([MEASURE_INDEX[f"{name}_minutes_0"] for name in MINUTE_BITMAPS])
_DAYS = np.array(list(SESSION_WINDOWS_DAYS.values()))


def session_statistics(
    cutoff_us: Integers, player: Integers, stored: Tiles, running: Tiles
) -> Integers:
    """Statistics of each row's sessions.

    Parameters
    ----------
    cutoff_us, player, stored, running
        As of ``windows.window_values``, tiles of the hour level.

    Returns
    -------
    Shape (n, ``SESSION_WINDOWS_DAYS``, ``SESSION_STATISTICS``).
    """
    statistics = np.zeros(
        (len(cutoff_us), len(SESSION_WINDOWS_DAYS), len(SESSION_STATISTICS)), np.int64
    )
    _all_sessions(cutoff_us, player, stored, running, _WORDS, _DAYS, statistics)
    return statistics


@numba.njit(cache=True, nogil=True)
def _all_sessions(
    cutoff_us: Integers,
    player: Integers,
    stored: Tiles,
    running: Tiles,
    words: Integers,
    days: Integers,
    statistics: Integers,
) -> None:
    minutes = np.zeros((_LONGEST_HOURS, len(words)), np.int64)
    marked = np.empty(_LONGEST_HOURS, np.int64)
    for row in range(len(cutoff_us)):
        today = cutoff_us[row] // DAY_US
        first_hour = (today - days[-1]) * 24
        this_hour = cutoff_us[row] // HOUR_US - first_hour
        count = _mark(stored, player[row], today, first_hour, words, minutes, marked, 0)
        count = _mark(running, row, today + 1, first_hour, words, minutes, marked, count)
        hours = np.sort(marked[:count])
        for window in range(len(days)):
            start = this_hour - 24 if days[window] == 1 else (days[-1] - days[window]) * 24
            held = hours[np.searchsorted(hours, start) : np.searchsorted(hours, this_hour + 1)]
            _sessions(held, minutes, statistics[row, window])
        minutes[hours] = 0


@numba.njit(cache=True, nogil=True)
def _mark(
    tiles: Tiles,
    group: int,
    today: int,
    first_hour: int,
    words: Integers,
    minutes: Integers,
    marked: Integers,
    count: int,
) -> int:
    """Merge the two half-hour words of each bitmap into one word of 60 bits an hour.

    Hours that get their first mark are listed in ``marked``; returns how many there are then.
    """
    first, end = range_since(tiles, group, first_hour * HOUR_US)
    for i in range(first, end):
        if tiles.known_day[i] < today:
            hour = tiles.start_us[i] // HOUR_US - first_hour
            before, now = np.int64(0), np.int64(0)
            for j in range(len(words)):
                word = words[j]
                before |= minutes[hour, j]
                minutes[hour, j] |= tiles.values[i, word] | (tiles.values[i, word + 1] << 30)
                now |= minutes[hour, j]
            if now and not before:
                marked[count] = hour
                count += 1
    return count


@numba.njit(cache=True, nogil=True)
def _sessions(hours: Integers, minutes: Integers, statistics: Integers) -> None:
    """Statistics over the marked minutes of some hours, in order."""
    long_ago = -IDLE_MINUTES
    began, last_play, last_loss, last_low = long_ago, long_ago, long_ago, long_ago
    last_outcome, losses, hits = long_ago, 0, 0
    for hour in hours:
        play, loss, win, deposit, low = minutes[hour]
        for bit in range(60):
            minute = hour * 60 + bit
            if play >> bit & 1:
                if minute - last_play >= IDLE_MINUTES:
                    statistics[0] += 1
                    began = minute
                else:
                    statistics[1] += minute - last_play
                statistics[2] = max(statistics[2], minute - began + 1)
                last_play = minute
            if loss >> bit & 1:
                last_loss = minute
            if (loss | win) >> bit & 1:
                if minute - last_outcome >= IDLE_MINUTES:
                    losses, hits = 0, 0
                won = win >> bit & 1
                losses, hits = (1 - won) * (losses + 1), won * (hits + 1)
                statistics[6] = max(statistics[6], losses)
                statistics[7] = max(statistics[7], hits)
                last_outcome = minute
            if low >> bit & 1:
                last_low = minute
            if deposit >> bit & 1:
                statistics[3] += minute - last_play < IDLE_MINUTES
                statistics[4] += minute - last_loss < IDLE_MINUTES
                statistics[5] += minute - last_low < IDLE_MINUTES
    statistics[1] += statistics[0]
