"""What is done to protect a player: a ladder of two steps, and checks that the law asks for.

Interventions win over offers and need no consent to marketing. Nobody is addressed whose account is
closed or blocked or who is excluded: some registers forbid any message. None of them touches a
withdrawal or hides a balance.
"""

from typing import NamedTuple

from campaigns.checks import open_check
from campaigns.decision import Reason
from campaigns.markers import markers_of
from campaigns.moments import DAY_US, HOUR_US, written
from campaigns.player_state import PlayerState
from campaigns.reads import FEATURES_READ as FEATURES_READ
from campaigns.reads import MONEY_WINDOWS_READ as MONEY_WINDOWS_READ
from campaigns.rule import Rule
from campaigns.strong_indicators import strong_indicators

RG_MESSAGE = "rg_message"
"""First step: an approved message about play."""

BREAK_AND_REVIEW = "break_and_review"
"""Second step: a break from play and deposits, and a case that a person has to decide."""

CHANNEL = "onsite"
WAIT_US = 24 * HOUR_US
MESSAGE_LASTS_US = 7 * DAY_US
BREAK_LASTS_US = 7 * DAY_US
BREAK_REMEMBERED_US = 30 * DAY_US
CHECK_ASKED_AGAIN_US = 7 * DAY_US

_SR = "UKGC LCCP, Social Responsibility Code 3.4.3"

FIRST_STEP = Rule(
    id="ladder.first_step", source=f"{_SR} (9)", text="A hard marker calls for a message"
)
ESCALATED = Rule(id="ladder.escalated", source=f"{_SR} (9)", text="An earlier step had no effect")
STRAIGHT_TO_BREAK = Rule(
    id="ladder.straight_to_break",
    source=f"{_SR} (9-11)",
    text="A strong indicator calls for the strongest step at once",
)
RULES = (FIRST_STEP, ESCALATED, STRAIGHT_TO_BREAK)


class Intervention(NamedTuple):
    """What is to be done, and why."""

    action: str
    reasons: tuple[Reason, ...]
    channel: str = CHANNEL


def due_intervention(state: PlayerState) -> Intervention | None:
    """The strongest intervention that is due now."""
    if _silent(state):
        return None
    markers = markers_of(state)
    return _break(state, markers) or _check(state, markers) or _message(state, markers)


def _silent(state: PlayerState) -> bool:
    """Whether the person gets no message at all; a restricted account still does."""
    excluded = any(one.kind != "restricted" for one in state.protections)
    reachable = state.account_status in (None, "active", "restricted")
    return excluded or not reachable or not state.known


def _break(state: PlayerState, markers: tuple[Reason, ...]) -> Intervention | None:
    paused = _since(state, BREAK_AND_REVIEW)
    if paused < BREAK_LASTS_US:
        return None
    # One disclosure calls for one break, though it closes offers for as long as it is remembered.
    if strong := strong_indicators(state, answered_us=state.at_us - paused):
        rule = STRAIGHT_TO_BREAK.says(f"{len(strong)} present")
        return Intervention(BREAK_AND_REVIEW, (rule, *strong, *markers))
    if markers and (before := _without_effect(state)) is not None:
        return Intervention(BREAK_AND_REVIEW, (ESCALATED.says(before), *markers))
    return None


def _without_effect(state: PlayerState) -> str | None:
    """The earlier step that a marker outlasted or came back after; a message gets a day to work."""
    messaged = _since(state, RG_MESSAGE)
    if messaged < WAIT_US:
        return None
    if messaged < MESSAGE_LASTS_US:
        return f"{RG_MESSAGE} on {written(state.at_us - messaged)}"
    paused = _since(state, BREAK_AND_REVIEW)
    if paused < BREAK_REMEMBERED_US:
        return f"{BREAK_AND_REVIEW} on {written(state.at_us - paused)}"
    return None


def _check(state: PlayerState, markers: tuple[Reason, ...]) -> Intervention | None:
    check = open_check(state)
    if check is None or _since(state, check.action) < CHECK_ASKED_AGAIN_US:
        return None
    return Intervention(check.action, (check.reason, *markers))


def _message(state: PlayerState, markers: tuple[Reason, ...]) -> Intervention | None:
    if not markers or _since(state, BREAK_AND_REVIEW) < BREAK_LASTS_US:
        return None
    if _since(state, RG_MESSAGE) < MESSAGE_LASTS_US:
        return None
    return Intervention(RG_MESSAGE, (FIRST_STEP.says(f"{len(markers)} present"), *markers))


def _since(state: PlayerState, action: str) -> int:
    """How long ago an intervention was last done; longer than anything if it never was."""
    done = [act.at_us for act in state.past if act.kind == "intervention" and act.action == action]
    return state.at_us - max(done) if done else state.at_us + (1 << 62)
