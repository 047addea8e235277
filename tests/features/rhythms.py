"""Rhythms of a past, read from raw events: sessions, chasing, spread of stakes, what is usual."""

import math
from collections.abc import Callable

from tests.features.past import (
    NAN,
    Past,
    Row,
    active,
    approved,
    bet_stake,
    losing,
    micros,
    played,
    ratio,
    won,
)


def minutes(past: Past, window: str, test: Callable[[Row], bool]) -> list[int]:
    return sorted({micros(e["occurred_at"]) // 60_000_000 for e in past.within(window) if test(e)})


def sessions(past: Past, window: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for minute in minutes(past, window, played):
        if found and minute - found[-1][1] < 30:
            found[-1] = (found[-1][0], minute)
        else:
            found.append((minute, minute))
    return found


def longest_run(past: Past, window: str, wins: bool) -> float:
    """Most minutes in a row with a win, or with losses alone."""
    won_in = set(minutes(past, window, lambda e: won(e) > 0))
    longest, run, before = 0, 0, -30
    for minute in sorted(won_in | set(minutes(past, window, losing))):
        goes_on = minute - before < 30
        run = (run if goes_on else 0) + 1 if (minute in won_in) == wins else 0
        longest, before = max(longest, run), minute
    return float(longest)


def deposits_after(past: Past, window: str, test: Callable[[Row], bool]) -> float:
    marks = minutes(past, window, test)
    return float(sum(any(0 <= d - m < 30 for m in marks) for d in minutes(past, window, approved)))


def stake_quantile(past: Past, window: str, q: float) -> float:
    stakes = [s for e in past.within(window) if (s := bet_stake(e))]
    if not stakes:
        return NAN
    bins = sorted(min(max(s.bit_length() - 4, 0), 15) for s in stakes)
    middle = next(b for i, b in enumerate(bins) if i + 1 >= q * len(bins))
    return float(2 ** (middle + 3)) if middle else 0.0


def to_usual(past: Past, window: str, in_window: Callable[[str], float]) -> float:
    length = {"7d": 7, "30d": 30}[window]
    first = past.since(min, active)
    if math.isnan(first):
        return NAN
    known = min(max(first, length), 90)
    return ratio(in_window(window), in_window("90d") * length / known)


def usual_gap(past: Past) -> float:
    moments = [e["occurred_at"] for e in past.within("90d") if active(e)]
    gaps = past.days("90d", active) - 1
    if gaps < 1:
        return NAN
    return ratio((micros(max(moments)) - micros(min(moments))) / 86_400_000_000, gaps)
