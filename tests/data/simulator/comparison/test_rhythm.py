"""When players deposit, against counts by hand and by walking over deposits one by one."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given

from data.simulator.comparison.payments import HOUR_US, Movements
from data.simulator.comparison.rhythm import (
    ActiveDays,
    clocks,
    gaps_days,
    gaps_hours,
    mean_hour,
    per_player,
    rhythms,
)
from tests.data.simulator.comparison.small_logs import Row, movements, rows


def evenings(seed: int) -> Movements:
    """Deposits of six players over sixty days, mostly in the evening."""
    rng = np.random.default_rng(seed)
    day = rng.integers(0, 60, 300) + rng.normal(20.0, 2.5, 300).round(1) / 24
    player = rng.integers(0, 6, 300)
    return movements([(int(player[row]), float(day[row]), 1000) for row in range(300)])


def test_gaps_are_between_deposits_of_one_player() -> None:
    deposits = movements([(0, 1.0, 10), (1, 1.25, 10), (0, 1.5, 10), (0, 4.0, 10)])
    assert gaps_hours(deposits).tolist() == [12.0, 60.0]


def test_a_gap_of_seconds_counts_as_a_minute() -> None:
    deposits = movements([(0, 1.0, 10), (0, 1.0 + 5 / 86_400, 10), (0, 1.0 + 5 / 86_400, 20)])
    assert gaps_hours(deposits).tolist() == [1 / 60, 1 / 60]


@given(rows())
def test_gaps_are_those_that_a_walk_finds(given_rows: list[Row]) -> None:
    walked: list[float] = []
    last: dict[int, float] = {}
    for player, day, _ in sorted(given_rows):
        if player in last:
            walked.append(max((day - last[player]) * 24, 1 / 60))
        last[player] = day
    assert gaps_hours(movements(given_rows)) == pytest.approx(walked)


def test_an_active_day_holds_a_whole_evening_past_midnight() -> None:
    night = [(0, 9 + 23 / 24, 10), (0, 10 + 1 / 24, 10), (0, 12.0, 10), (1, 12.0, 10)]
    active = ActiveDays.of(movements(night))
    assert list(zip(active.player, active.deposits, strict=True)) == [(0, 2), (0, 1), (1, 1)]
    assert gaps_days(active).tolist() == [2.0]


@pytest.mark.parametrize("hours", [-13, -4, 1, 8])
def test_active_days_are_the_same_by_a_clock_that_is_wrong(hours: int) -> None:
    right = evenings(1)
    wrong = replace(right, local_us=right.local_us + hours * HOUR_US)
    one, other = ActiveDays.of(right), ActiveDays.of(wrong)
    assert one.player.tolist() == other.player.tolist()
    assert one.deposits.tolist() == other.deposits.tolist()
    assert gaps_days(one).tolist() == gaps_days(other).tolist()


@pytest.mark.parametrize("hours", [-8, 8])
def test_weekdays_and_hours_around_the_mean_are_the_same_by_it_too(hours: int) -> None:
    right = evenings(2)
    wrong = replace(right, local_us=right.local_us + hours * HOUR_US)
    _, around, weekday = clocks(right)
    _, wrong_around, wrong_weekday = clocks(wrong)
    assert around.counts.tolist() == wrong_around.counts.tolist()
    assert weekday.counts.tolist() == wrong_weekday.counts.tolist()


def test_hours_are_those_of_the_calendar_and_mondays_come_first() -> None:
    deposits = evenings(3)
    hour, _, weekday = clocks(deposits)
    moments = [datetime.fromtimestamp(us / 1e6, UTC) for us in deposits.local_us.tolist()]
    assert hour.counts.tolist() == [sum(m.hour == h for m in moments) for h in range(24)]
    days = [datetime.fromtimestamp((us - 8 * HOUR_US) / 1e6, UTC) for us in deposits.local_us]
    assert weekday.counts.tolist() == [sum(d.weekday() == w for d in days) for w in range(7)]


def test_the_mean_of_hours_goes_round_midnight() -> None:
    assert mean_hour(np.array([23, 26]) * HOUR_US) == pytest.approx(0.5)
    assert mean_hour(np.array([22, 23, 24]) * HOUR_US) == pytest.approx(23.0)


def test_hours_that_point_everywhere_have_their_mean_at_noon() -> None:
    assert mean_hour(np.arange(24) * HOUR_US) == 12.0
    assert mean_hour(np.array([], dtype=np.int64)) == 12.0


def test_players_without_any_are_not_counted() -> None:
    assert per_player(np.array([4, 4, 1])).tolist() == [1.0, 2.0]


@given(rows(least=1))
def test_every_deposit_is_on_one_active_day(given_rows: list[Row]) -> None:
    deposits = movements(given_rows)
    active = ActiveDays.of(deposits)
    assert active.deposits.sum() == len(deposits)
    keys = list(zip(active.player.tolist(), active.day.tolist(), strict=True))
    assert keys == sorted(set(keys))
    assert all(one.values.min(initial=1.0) > 0 for one in rhythms(deposits))
