"""Distances against naive ones, and what must hold for any two logs."""

import math
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from data.simulator.comparison.comparison import compare, noise
from data.simulator.comparison.distances import distances, factor, ks, kuiper, moved
from data.simulator.comparison.margin import Cycle, Distribution
from data.simulator.comparison.margins import margins_of
from tests.data.simulator.comparison.small_logs import Row, payments, rows

VALUES = st.lists(st.integers(1, 1000), min_size=1, max_size=40)
COUNTS = st.lists(st.integers(0, 30), min_size=7, max_size=7)


def distribution(values: list[int]) -> Distribution:
    return Distribution("quantity", "", np.array(values, dtype=np.float64))


def cycle(counts: list[int]) -> Cycle:
    return Cycle("week", "d", ("day",) * len(counts), np.array(counts, dtype=np.int64))


@given(VALUES, VALUES)
def test_the_widest_gap_is_found_at_one_of_the_values(one: list[int], other: list[int]) -> None:
    def below(values: list[int], bound: int) -> float:
        return sum(value <= bound for value in values) / len(values)

    widest = max(abs(below(one, bound) - below(other, bound)) for bound in one + other)
    assert ks(distribution(one), distribution(other)) == pytest.approx(widest)


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 1000)), min_size=1, max_size=40))
def test_the_factor_is_the_geometric_mean_of_what_sorted_values_differ_by(
    pairs: list[tuple[int, int]],
) -> None:
    one, other = sorted(pair[0] for pair in pairs), sorted(pair[1] for pair in pairs)
    gaps = [abs(math.log(a / b)) for a, b in zip(one, other, strict=True)]
    expected = math.exp(sum(gaps) / len(gaps))
    assert factor(distribution(one), distribution(other)) == pytest.approx(expected)


@given(VALUES, st.integers(1, 50))
def test_values_that_are_all_so_many_times_larger_differ_by_that_factor(
    values: list[int], times: int
) -> None:
    larger = [value * times for value in values]
    assert factor(distribution(values), distribution(larger)) == pytest.approx(times)


@given(VALUES, VALUES, st.randoms())
def test_distances_are_symmetric_nought_to_oneself_and_blind_to_order(
    one: list[int], other: list[int], chance: Random
) -> None:
    mixed = list(one)
    chance.shuffle(mixed)
    for measure, least in ((ks, 0.0), (factor, 1.0)):
        there = measure(distribution(one), distribution(other))
        assert there == pytest.approx(measure(distribution(other), distribution(mixed)))
        assert measure(distribution(one), distribution(mixed)) == pytest.approx(least)


@given(COUNTS, COUNTS)
def test_the_way_round_a_cycle_is_the_shortest_over_all_beginnings(
    one: list[int], other: list[int]
) -> None:
    assume(sum(one) and sum(other))
    apart = [a / sum(one) - b / sum(other) for a, b in zip(one, other, strict=True)]
    ways, spreads = [], []
    for first in range(len(apart)):
        ahead = np.cumsum(apart[first:] + apart[:first])
        ways.append(float(np.abs(ahead).sum()))
        spreads.append(float(np.abs(ahead).max()))
    assert moved(cycle(one), cycle(other)) == pytest.approx(min(ways), abs=1e-12)
    assert kuiper(cycle(one), cycle(other)) == pytest.approx(max(spreads), abs=1e-12)


@given(COUNTS, COUNTS, st.integers(1, 6))
def test_where_a_cycle_begins_makes_no_difference(
    one: list[int], other: list[int], turn: int
) -> None:
    assume(sum(one) and sum(other))
    turned = cycle(one[turn:] + one[:turn]), cycle(other[turn:] + other[:turn])
    for measure in (kuiper, moved):
        there = measure(cycle(one), cycle(other))
        assert there == pytest.approx(measure(*turned), abs=1e-12)
        assert there == pytest.approx(measure(cycle(other), cycle(one)), abs=1e-12)


def test_from_sunday_to_monday_is_one_day() -> None:
    sunday, monday = cycle([0, 0, 0, 0, 0, 0, 9]), cycle([4, 0, 0, 0, 0, 0, 0])
    assert moved(sunday, monday) == pytest.approx(1.0)
    assert kuiper(sunday, monday) == pytest.approx(1.0)


def test_to_nothing_there_is_no_distance() -> None:
    assert ks(distribution([]), distribution([1])) is None
    assert factor(distribution([1]), distribution([])) is None
    assert kuiper(cycle([0] * 7), cycle([1] * 7)) is None
    assert moved(cycle([1] * 7), cycle([0] * 7)) is None


@given(rows(), rows())
def test_margins_of_any_two_logs_have_distances_of_the_same_names(
    one: list[Row], other: list[Row]
) -> None:
    there = distances(margins_of(payments(one)), margins_of(payments(other)))
    back = distances(margins_of(payments(other)), margins_of(payments(one)))
    assert there.keys() == back.keys()
    for (_, measure), value, reverse in zip(there, there.values(), back.values(), strict=True):
        signed = measure.startswith("difference")
        assert value is None or reverse == pytest.approx(-value if signed else value)


@given(rows())
def test_a_log_is_no_way_from_itself(given_rows: list[Row]) -> None:
    one = margins_of(payments(given_rows))
    for (_, measure), value in distances(one, one).items():
        assert value in (None, 1.0 if measure == "factor" else 0.0)


def test_noise_is_the_same_every_time_and_has_no_sign() -> None:
    rng = np.random.default_rng(5)
    many = payments([
        (int(player), float(day), int(amount))
        for player, day, amount in zip(
            rng.integers(0, 6, 900), rng.uniform(0, 112, 900), rng.integers(1, 900, 900),
            strict=True,
        )
    ])  # fmt: skip
    first, again = noise(many), noise(many)
    assert first == again
    assert all(value is None or value >= 0 for value in first.values())
    assert (first["deposit amount", "ks"] or 0) > 0


def test_the_longer_log_is_cut_to_the_weeks_of_the_shorter_one() -> None:
    whole = [(0, day + 0.5, 100) for day in range(200)]
    comparison = compare(payments(whole[:95], days=95), payments(whole, days=200))
    assert comparison.days == 91
    assert all(value in (None, 0.0, 1.0) for value in comparison.apart.values())
