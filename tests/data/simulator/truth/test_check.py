"""What is expected of every action is what happens on average when it is lived through."""

from dataclasses import replace

import pytest

from data.simulator.actions import ACTION_NAMES
from data.simulator.settings.world import WorldSettings
from data.simulator.truth.check import Agreement, agreements

USUAL = WorldSettings()
LOUD = replace(
    USUAL,
    messages=replace(USUAL.messages, opened_share=0.5, consent_share=0.8),
    harm=replace(
        USUAL.harm, course=replace(USUAL.harm.course, present_shares=(0.5, 0.2, 0.2, 0.1))
    ),
)
"""A world of open ears and much harm, in which a thousand players show what actions do."""

TOLERANCE = 0.1
"""Of the lived mean, on top of the interval: what the approximations may cost."""


@pytest.fixture(scope="module")
def compared() -> dict[tuple[str, str], Agreement]:
    found = agreements(2_500, 30, 6, LOUD)
    return {(one.action, one.measure): one for one in found}


@pytest.mark.parametrize("measure", ["play_days", "margin_budgets", "harm_days"])
@pytest.mark.parametrize("action", ACTION_NAMES[1:])
def test_an_expected_response_is_what_is_lived_on_average(
    compared: dict[tuple[str, str], Agreement], action: str, measure: str
) -> None:
    one = compared[action, measure]
    assert one.players > 500
    assert abs(one.lived - one.expected) <= one.half_width + TOLERANCE * abs(one.lived)


def test_the_comparison_is_sharp_enough_to_tell_an_effect_from_none(
    compared: dict[tuple[str, str], Agreement],
) -> None:
    told = {key for key, one in compared.items() if abs(one.lived) > 2 * one.half_width}
    assert {
        ("free_play_message", "play_days"),
        ("deposit_match_25", "play_days"),
        ("deposit_match_25", "margin_budgets"),
        ("rg_message", "harm_days"),
        ("break_and_review", "play_days"),
        ("break_and_review", "harm_days"),
    } <= told
