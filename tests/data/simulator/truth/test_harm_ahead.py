"""The expected course of harm is the mean of many courses that are lived."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest

from data.simulator.arrays import Floats
from data.simulator.harm import HarmCourse
from data.simulator.randomness import Luck
from data.simulator.settings.harm import HarmCourseSettings
from data.simulator.settings.offers import InfluenceSettings
from data.simulator.truth.harm_ahead import Standing, levels_ahead

SETTINGS = HarmCourseSettings(present_shares=(0.4, 0.2, 0.2, 0.2))
PLAYERS, DAY, DAYS = 40_000, 20, 28


def on_the_evening() -> HarmCourse:
    harm = HarmCourse(SETTINGS, PLAYERS, Luck(3))
    for day in range(DAY):
        harm.advance(day)
    return harm


def lived(harm: HarmCourse) -> Floats:
    levels = []
    for day in range(DAY + 1, DAY + 1 + DAYS):
        harm.advance(day)
        levels.append(harm.level.copy())
    return np.stack(levels, axis=1)


@pytest.mark.parametrize("state", range(4))
def test_expected_levels_are_those_of_lived_courses_on_average(state: int) -> None:
    harm = on_the_evening()
    rows = harm.state == state
    asked = Standing.today(harm, SETTINGS, np.flatnonzero(rows), DAY)
    harm.advance(DAY)
    levels = lived(harm)[rows]
    expected = levels_ahead(SETTINGS, asked, DAYS)
    assert np.abs(expected.mean(axis=0) - levels.mean(axis=0)).max() < 0.01
    assert np.abs((expected - levels).sum(axis=1).mean()) < 0.25


def test_a_bonus_does_in_expectation_what_it_does_to_courses() -> None:
    harm, bonus = on_the_evening(), replace(InfluenceSettings(), harm_begins=1.0)
    everyone = np.arange(PLAYERS)
    asked = Standing.today(harm, SETTINGS, everyone, DAY)
    harm.advance(DAY)
    same = harm.state == asked.state
    pushed = deepcopy(harm)
    pushed.push(everyone, bonus, DAY)
    happened = (lived(pushed) - lived(harm)).sum(axis=1)
    days = levels_ahead(SETTINGS, asked.pushed(bonus), DAYS) - levels_ahead(SETTINGS, asked, DAYS)
    # Of every vulnerability the chance is 1 only where it is no less than the usual one.
    begins = np.minimum(1.0, asked.vulnerability)
    expected = days.sum(axis=1) * np.where(asked.suffers, 1.0, begins)
    for state in range(4):
        rows = (asked.state == state) & same
        assert expected[rows].mean() == pytest.approx(happened[rows].mean(), rel=0.05, abs=0.02)
