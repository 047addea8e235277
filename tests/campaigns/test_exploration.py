"""The draw: at the probabilities that are written down, and the same ever after."""

from collections import Counter
from math import fsum, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.decision import Chance
from campaigns.exploration import EPSILON, distribution, drawn, uniform
from campaigns.player_state import PlayerState
from campaigns.policy import decide
from tests.campaigns.states import DAY, HARMLESS, MARKED, NOW, OPEN, changed, done, states

ARMS = ["no_offer", "a", "b", "c", "d", "e"]
DRAWS = 20_000
SURELY_OFF = {2: 18.4, 5: 25.7}
"""Quantile 0.9999 of chi-square by degrees of freedom."""


def seed_of(number: int) -> str:
    return f"{number:032x}"


def chi_square(counted: Counter[str], chances: tuple[Chance, ...]) -> float:
    expected = {one.action: one.probability * counted.total() for one in chances}
    return sum((counted[arm] - many) ** 2 / many for arm, many in expected.items())


@given(st.lists(st.text(), min_size=1, unique=True).flatmap(
    lambda arms: st.tuples(st.just(arms), st.sampled_from(arms), st.booleans())
))  # fmt: skip
def test_probabilities_add_up_to_one_and_keep_the_floor(
    case: tuple[list[str], str, bool],
) -> None:
    arms, best, explore = case
    chances = distribution(arms, best, explore=explore)
    assert [one.action for one in chances] == arms
    assert isclose(fsum(one.probability for one in chances), 1.0, abs_tol=1e-12)
    floor = EPSILON / len(arms) if explore else 0.0
    assert all(one.probability >= floor for one in chances)
    assert max(chances, key=lambda one: one.probability).action == best


@pytest.mark.parametrize("best", ["no_offer", "c"])
def test_arms_are_drawn_in_proportion(best: str) -> None:
    chances = distribution(ARMS, best, explore=True)
    counted = Counter(drawn(chances, seed_of(number), "d").action for number in range(DRAWS))
    assert chi_square(counted, chances) < SURELY_OFF[5]


def test_decisions_of_one_seed_are_drawn_in_proportion_too() -> None:
    chances = distribution(ARMS, "a", explore=True)
    counted = Counter(drawn(chances, seed_of(1), f"d{number}").action for number in range(DRAWS))
    assert chi_square(counted, chances) < SURELY_OFF[5]


def test_decisions_are_made_at_the_probabilities_that_they_state() -> None:
    narrow = changed(consents=tuple(one for one in OPEN.consents if one.channel == "onsite"))
    decisions = [decide(changed(narrow, seed=seed_of(number))) for number in range(2000)]
    (chances,) = {one.distribution for one in decisions}
    assert {one.action for one in chances} == {"no_offer", "free_play_message", "free_spins_5"}
    counted = Counter(one.action for one in decisions)
    assert chi_square(counted, chances) < SURELY_OFF[2]
    stated = {one.action: one.probability for one in chances}
    assert all(one.action_probability == stated[one.action] for one in decisions)
    assert {one.explored for one in decisions} == {False, True}


@given(st.binary(min_size=16, max_size=16), st.text())
def test_a_draw_is_a_function_of_seed_and_id(seed: bytes, decision_id: str) -> None:
    at = uniform(seed.hex(), decision_id)
    assert 0.0 <= at < 1.0
    assert uniform(seed.hex(), decision_id) == at


def test_draws_stay_what_they_were() -> None:
    assert uniform("00" * 16, "d1") == 0.8954287108481995
    assert uniform("ab" * 16, "another") == 0.8972343539272979


def test_what_rounding_leaves_goes_to_no_arm_without_a_chance() -> None:
    chances = (Chance(action="a", probability=0.0), Chance(action="b", probability=0.0))
    assert drawn((*chances, Chance(action="c", probability=1e-300)), "00", "d").action == "c"


@given(states(HARMLESS))
def test_a_decisions_chances_add_up_and_hold_the_floor(state: PlayerState) -> None:
    decision = decide(state)
    assert isclose(fsum(one.probability for one in decision.distribution), 1.0, abs_tol=1e-12)
    probabilities = {one.action: one.probability for one in decision.distribution}
    assert tuple(probabilities) == decision.eligible
    assert decision.action_probability == probabilities[decision.action] > 0
    tried = "policy.outside_support" not in {reason.rule_id for reason in decision.reasons}
    floor = EPSILON / len(probabilities) if tried else 0.0
    assert min(probabilities.values()) >= floor


@pytest.mark.parametrize(
    "state",
    [
        changed(age_years=24),
        changed(limit_tightened_us=NOW - 89 * DAY),
        changed(vulnerability_check_us=NOW - 89 * DAY),
        changed(MARKED, past=(done("rg_message", 3600),)),
    ],
)
def test_on_the_vulnerable_nothing_is_tried(state: PlayerState) -> None:
    decisions = [decide(changed(state, seed=seed_of(number))) for number in range(300)]
    assert {one.action_probability for one in decisions} == {1.0}
    assert len({one.action for one in decisions}) == 1
    assert "policy.outside_support" in {reason.rule_id for reason in decisions[0].reasons}


def test_after_the_time_of_protection_there_is_chance_again() -> None:
    later = changed(age_years=25, limit_tightened_us=NOW - 90 * DAY)
    assert decide(later).action_probability < 1.0
