"""Checks of what a player can afford: when the law asks for one that nobody has made."""

from typing import NamedTuple

from campaigns.decision import Reason
from campaigns.jurisdiction import in_force
from campaigns.moments import DAY_US, within
from campaigns.player_state import PlayerState

PASSED = "passed"
"""The only outcome that answers a check."""


class OpenCheck(NamedTuple):
    """A check that is due, by the intervention that asks for it."""

    action: str
    reason: Reason


def open_check(state: PlayerState) -> OpenCheck | None:
    """The first check that the jurisdiction asks for and no recent one answers."""
    for rule in in_force(state).checks:
        made = state.vulnerability_check_us if state.vulnerability_outcome == PASSED else None
        if within(made, state.at_us, rule.answered_days * DAY_US):
            continue
        if (looked_at := rule.exceeded(state)) is not None:
            return OpenCheck(rule.action, rule.says(looked_at))
    return None
