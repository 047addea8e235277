"""Signs of harm are a person's: noted on every account, the latest one counts."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from data.simulator.settings.world import WorldSettings
from data.simulator.state import State
from data.simulator.world import World


@pytest.fixture(scope="module")
def twins() -> tuple[State, int, int]:
    """A world, and two accounts of one person in it."""
    usual = WorldSettings()
    people = replace(usual.population, second_account_share=0.3)
    state = World(100, 2, 5, date(2026, 1, 1), replace(usual, population=people)).state
    _, first, counts = np.unique(
        state.population.profiles.person, return_index=True, return_counts=True
    )
    one = int(first[counts == 2][0])
    person = state.population.profiles.person
    other = int(np.flatnonzero(person == person[one])[1])
    return state, one, other


def test_a_sign_on_one_account_is_noted_on_the_other(twins: tuple[State, int, int]) -> None:
    state, one, other = twins
    before = state.accounts.last_sign_us.copy()
    state.note_sign(np.array([other]), np.array([5000]))
    noted = np.flatnonzero(state.accounts.last_sign_us != before)
    assert noted.tolist() == sorted([one, other])
    assert state.accounts.last_sign_us[one] == 5000


def test_the_latest_of_several_signs_counts_in_whatever_order_they_come(
    twins: tuple[State, int, int],
) -> None:
    state, one, other = twins
    state.note_sign(np.array([one, other]), np.array([9000, 8000]))
    state.note_sign(np.array([other]), np.array([7000]))
    assert state.accounts.last_sign_us[[one, other]].tolist() == [9000, 9000]
