"""Strong indicators of harm: each stops promotion at once and calls for the strongest step."""

from campaigns.decision import Reason
from campaigns.markers import markers_of
from campaigns.moments import DAY_US, within, written
from campaigns.player_state import PlayerState
from campaigns.rule import Rule

MARKERS_AT_ONCE = 3
REMEMBERED_DAYS = 90

STRONG_FLAG = Rule(
    id="strong.flag",
    source="UKGC LCCP, Social Responsibility Code 3.4.3 (9-11)",
    text="A reviewer or the operator raised a strong flag",
)
HARM_DISCLOSED = Rule(
    id="strong.harm_disclosed",
    source="UKGC LCCP, Social Responsibility Code 3.4.3 (3, 10)",
    text="The player spoke about harm from gambling",
)
MANY_MARKERS = Rule(
    id="strong.many_markers",
    source="UKGC LCCP, Social Responsibility Code 3.4.3 (9); house count",
    text="Several hard markers at once",
)
RULES = (STRONG_FLAG, HARM_DISCLOSED, MANY_MARKERS)


def strong_indicators(state: PlayerState, answered_us: int | None = None) -> tuple[Reason, ...]:
    """The strong indicators that stand.

    Parameters
    ----------
    answered_us
        Leave out what was told up to this moment; markers are of now and stay.
    """
    found = []
    for rule, moment in (
        (STRONG_FLAG, state.strong_flag_us),
        (HARM_DISCLOSED, state.rg_contact_us),
    ):
        if moment is None or (answered_us is not None and moment <= answered_us):
            continue
        if within(moment, state.at_us, REMEMBERED_DAYS * DAY_US):
            found.append(rule.says(f"{written(moment)}, within {REMEMBERED_DAYS} days"))
    present = len(markers_of(state))
    if present >= MARKERS_AT_ONCE:
        found.append(MANY_MARKERS.says(f"{present} present, at least {MARKERS_AT_ONCE}"))
    return tuple(found)
