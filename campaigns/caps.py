"""How often a player may be addressed with offers. Interventions are never counted or capped."""

from campaigns.catalogue import NO_OFFER
from campaigns.decision import Reason
from campaigns.moments import DAY_US, within
from campaigns.player_state import PlayerState
from campaigns.rule import Rule


class Cap(Rule, frozen=True, kw_only=True):
    """At most so many offers within so many days."""

    offers: int
    days: int


CAPS = (
    Cap(id="cap.day", source="House cap", text="One offer in 24 hours", offers=1, days=1),
    Cap(id="cap.week", source="House cap", text="Three offers in seven days", offers=3, days=7),
)


def caps_reached(state: PlayerState) -> tuple[Reason, ...]:
    """The caps that leave no room for another offer."""
    sent = [act.at_us for act in state.past if act.kind == "offer" and act.action != NO_OFFER]
    reached = []
    for cap in CAPS:
        counted = sum(within(moment, state.at_us, cap.days * DAY_US) for moment in sent)
        if counted >= cap.offers:
            reached.append(cap.says(f"{counted} within {cap.days * 24} hours"))
    return tuple(reached)
