"""On whom nothing is tried: their offers are chosen without chance and teach no policy anything."""

from campaigns.checks import open_check
from campaigns.decision import Reason
from campaigns.markers import markers_of
from campaigns.moments import DAY_US, within, written
from campaigns.player_state import PlayerState
from campaigns.rule import Rule

YOUNG_UNTIL_YEARS = 25
PROTECTED_DAYS = 90

OUTSIDE_SUPPORT = Rule(
    id="policy.outside_support",
    source="House rules E1, F1",
    text="Nothing is left to chance for this player, who is outside the policy's support",
)


def outside_support(state: PlayerState) -> Reason | None:
    """Why the decision is deterministic, or None."""
    found = [*_now(state), *_lately(state)]
    return OUTSIDE_SUPPORT.says(", ".join(found)) if found else None


def _now(state: PlayerState) -> list[str]:
    found = [f"marker {reason.rule_id}" for reason in markers_of(state)]
    if state.age_years is None or state.age_years < YOUNG_UNTIL_YEARS:
        found.append(f"age {state.age_years}, under {YOUNG_UNTIL_YEARS}")
    if (check := open_check(state)) is not None:
        found.append(f"open check {check.reason.rule_id}")
    return found


def _lately(state: PlayerState) -> list[str]:
    moments = {
        "limit tightened": state.limit_tightened_us,
        "harm disclosed": state.rg_contact_us,
        "returned from an exclusion": state.returned_us,
        "affordability checked": state.vulnerability_check_us,
    }
    return [
        f"{what} {written(moment)}"
        for what, moment in moments.items()
        if moment is not None and within(moment, state.at_us, PROTECTED_DAYS * DAY_US)
    ]
