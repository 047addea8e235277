"""Who comes back, against loops over players; the rank statistic against all pairs."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.simulator.comparison.payments import DAY_US
from data.simulator.comparison.staying import (
    auc,
    churn_margins,
    first_deposits,
    retention,
    retention_curves,
    risk_at,
)
from tests.data.simulator.comparison.small_logs import FIRST_US, Row, payments, rows

SCORED = st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=40)


def auc_of(scored: list[tuple[int, bool]], scale: float = 1.0) -> float | None:
    score = np.array([value for value, _ in scored], dtype=np.float64)
    return auc(score * scale, np.array([yes for _, yes in scored], dtype=bool))


@given(SCORED)
def test_the_auc_is_what_all_pairs_say(scored: list[tuple[int, bool]]) -> None:
    positives = [score for score, yes in scored if yes]
    negatives = [score for score, yes in scored if not yes]
    pairs = [(one > other) + (one == other) / 2 for one in positives for other in negatives]
    found = auc_of(scored)
    assert found == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)


@given(SCORED, st.randoms())
def test_the_auc_depends_on_neither_order_nor_scale(
    scored: list[tuple[int, bool]], chance: Random
) -> None:
    mixed = list(scored)
    chance.shuffle(mixed)
    assert auc_of(mixed, scale=7.5) == auc_of(scored)


def churned_by_hand(given_rows: list[Row], cutoff: int) -> list[tuple[float, bool]]:
    """Days since the last deposit, and whether none follows, of who was active."""
    found = []
    for player in sorted({player for player, _, _ in given_rows}):
        days = [day for other, day, _ in given_rows if other == player]
        before = [day for day in days if cutoff - 28 <= day < cutoff]
        if before:
            follows = any(cutoff <= day < cutoff + 28 for day in days)
            found.append((cutoff - max(before), not follows))
    return found


@given(rows(), st.sampled_from([56, 84]))
def test_churn_is_what_a_loop_over_players_says(given_rows: list[Row], cutoff: int) -> None:
    risk = risk_at(payments(given_rows), cutoff)
    days = (risk.recency_us / DAY_US).tolist()
    assert list(zip(days, risk.churned.tolist(), strict=True)) == churned_by_hand(
        given_rows, cutoff
    )


def test_the_horizon_begins_with_the_cutoff_and_ends_before_its_last_day() -> None:
    deposits = [(0, 55.75, 1), (0, 84.0, 1), (1, 28.0, 1), (1, 83.75, 1), (2, 27.75, 1)]
    risk = risk_at(payments(deposits), 56)
    assert risk.churned.tolist() == [True, False]
    assert (risk.recency_us / DAY_US).tolist() == [0.25, 28.0]


@given(rows(least=1))
def test_rows_of_all_cutoffs_are_pooled(given_rows: list[Row]) -> None:
    rates, curve = churn_margins(payments(given_rows))
    found = {rate.name: rate.value for rate in rates}
    pooled = churned_by_hand(given_rows, 56) + churned_by_hand(given_rows, 84)
    assert list(curve.rates) == [56, 84]
    churned = [yes for _, yes in pooled]
    expected = sum(churned) / len(churned) if churned else None
    assert found["28-day churn, all cutoffs"] == expected


def test_a_week_after_the_first_deposit_begins_just_after_it() -> None:
    given_rows = [(0, 30.0, 1), (0, 36.75, 1), (1, 30.0, 1), (1, 37.0, 1), (2, 30.0, 1)]
    one = payments([*given_rows, (2, 30.0, 2)])
    first_us = first_deposits(one.deposits, one.players)
    assert retention(one.deposits, first_us, one.end_us, 1) == 1 / 3
    assert retention(one.deposits, first_us, one.end_us, 2) == 1 / 3


def test_a_player_whose_week_is_not_over_is_in_no_share() -> None:
    one = payments([(0, 84.0, 1), (1, 84.25, 1), (1, 111.75, 1)])
    first_us = first_deposits(one.deposits, one.players)
    assert retention(one.deposits, first_us, one.end_us, 4) == 0.0
    assert retention(one.deposits, first_us, one.end_us, 8) is None


@given(rows(), st.sampled_from([1, 2, 4, 8]))
def test_retention_is_what_a_loop_over_players_says(given_rows: list[Row], week: int) -> None:
    returned = []
    for player in {player for player, _, _ in given_rows}:
        days = [day for other, day, _ in given_rows if other == player]
        first = min(days)
        if first + 7 * week <= 112:
            span = first + 7 * (week - 1), first + 7 * week
            returned.append(any(span[0] <= day < span[1] and day > first for day in days))
    one = payments(given_rows)
    found = retention(one.deposits, first_deposits(one.deposits, one.players), one.end_us, week)
    assert found == (sum(returned) / len(returned) if returned else None)


def test_customers_and_new_players_are_told_apart_by_what_came_before() -> None:
    old = [(0, 3.0, 1), (0, 30.0, 1), (0, 31.0, 1)]
    late = [(1, 3.0, 1), (1, 60.0, 1), (1, 61.0, 1)]
    new = [(2, 60.0, 1)]
    customers, newcomers = retention_curves(payments([*old, *late, *new]))
    assert customers.rates[1] == 1.0
    assert newcomers.rates[1] == 0.0
    rates, _ = churn_margins(payments([*old, *late, *new]))
    assert {rate.name: rate.value for rate in rates}["players who are new"] == 1 / 3


def test_a_first_deposit_is_the_earliest_of_a_player() -> None:
    one = payments([(1, 9.0, 1), (1, 4.0, 1)])
    found = first_deposits(one.deposits, one.players)
    assert found[1] == FIRST_US + 4 * DAY_US
    assert found[0] > one.end_us
