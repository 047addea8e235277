"""A choice that can't be carried out is refused, with what to do instead."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from data.simulator.actions import Chosen
from data.simulator.world import World

FIT = Chosen(np.array([0, 1]), np.array([1, 2]), np.ones(2), np.zeros(2, np.int64), "test")


def world() -> World:
    """A world of few players on a day on which most are registered."""
    lives = World(30, 20, 1, date(2026, 1, 1))
    for _ in range(8):
        lives.step()
    return lives


@pytest.mark.parametrize(
    ("field", "values", "complaint"),
    [
        ("player", np.array([0, 30]), "Chosen.player holds 30: name players by number"),
        ("player", np.array([0, -1]), "Chosen.player holds -1: name players by number"),
        ("player", np.array([1, 1]), "Chosen.player holds 1: decide once a day"),
        ("player", np.array([0.0, 1.0]), "Chosen.player is float64 of shape"),
        ("player", np.array([[0, 1]]), "Chosen.player is int64 of shape"),
        ("action", np.array([1, 7]), "Chosen.action holds 7: give a place in ACTIONS"),
        ("action", np.array([1]), "Chosen.action is int64 of shape"),
        ("action", [1, 2], "Chosen.action is list: give an array of 2 integers"),
        ("channel", np.array([0, 3]), "Chosen.channel holds 3: give a place in markets.CHANNELS"),
        ("probability", np.array([0.5, 0.0]), "Chosen.probability holds 0.0: give the chance"),
        ("probability", np.array([0.5, np.nan]), "Chosen.probability holds nan: give the chance"),
    ],
)
def test_a_field_that_is_unfit_is_named_with_its_value_and_the_remedy(
    field: str, values: Any, complaint: str
) -> None:
    with pytest.raises(ValueError, match="Chosen") as refused:
        world().step(replace(FIT, **{field: values}))
    assert str(refused.value).startswith(complaint)


def test_nobody_is_decided_about_before_the_registration() -> None:
    lives = world()
    now_us = lives.state.calendar.day_starts_us(lives.day)
    coming = np.flatnonzero(lives.state.population.profiles.registered_us > now_us)[:1]
    chosen = FIT.take(np.array([True, False]))
    with pytest.raises(ValueError, match=f"holds {coming[0]}: decide about players once they"):
        lives.step(replace(chosen, player=coming))


def test_a_refused_choice_leaves_the_day_to_be_lived() -> None:
    lives = world()
    with pytest.raises(ValueError, match="holds 30"):
        lives.step(replace(FIT, player=np.array([0, 30])))
    assert lives.day == 8
    lives.step(FIT)
    assert lives.day == 9


def test_no_day_is_lived_after_the_last() -> None:
    lives = World(20, 2, 1, date(2026, 1, 1))
    while not lives.over:
        lives.step()
    with pytest.raises(RuntimeError, match="all 2 days are over"):
        lives.step()
    assert lives.over
