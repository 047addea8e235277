"""Effects stand in the order of actions: one missing or too many is refused, not ignored."""

from collections.abc import Callable

import pytest

from data.simulator.settings.offers import InfluenceSettings, InterventionSettings


@pytest.mark.parametrize(
    ("build", "complaint"),
    [
        (lambda: InfluenceSettings(lift=(0.0, 0.2)), "lift has 2 numbers: give 5"),
        (lambda: InterventionSettings(heeded=(0.2,)), "heeded has 1 numbers: give 2"),
        (lambda: InterventionSettings(calms=(0.1, 0.2, 0.3)), "calms has 3 numbers: give 2"),
    ],
)
def test_as_many_effects_as_actions_are_asked_for(
    build: Callable[[], object], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        build()
