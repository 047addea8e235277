"""Which offers of the catalogue a player may get, and which rules exclude the others."""

from typing import NamedTuple

from campaigns.caps import caps_reached
from campaigns.catalogue import CATALOGUE, OfferTerms
from campaigns.checks import open_check
from campaigns.consent import channel_for, refusal
from campaigns.decision import Excluded, Reason
from campaigns.jurisdiction import in_force
from campaigns.markers import markers_of
from campaigns.moments import DAY_US, within, written
from campaigns.offer_rules import MaxValue
from campaigns.player_state import PlayerState
from campaigns.protections import Unprotected
from campaigns.rule import Rule

NO_BONUS_AFTER_RETURN_DAYS = 90

RETURNED = Rule(
    id="offer.returned",
    source="House rule E1",
    text="No bonus in the time after an exclusion",
)
MARKED = Rule(
    id="offer.marked",
    source="House rule E5; UKGC LCCP, Social Responsibility Code 3.4.3 (9)",
    text="No paid incentive while a hard marker is present",
)
CHECK_OPEN = Rule(
    id="offer.check_open",
    source="House rule F1",
    text="No paid incentive while a check of what the player can afford is open",
)
NO_CEILING = Rule(
    id="offer.no_ceiling",
    source="House rule G1",
    text="No paid incentive where nobody has stated a ceiling",
)
AUDIENCE = Rule(
    id="offer.audience",
    source="The catalogue of offers",
    text="The offer is meant for players of another probability of leaving",
)
RULES = (RETURNED, MARKED, CHECK_OPEN, NO_CEILING, AUDIENCE)


class Eligibility(NamedTuple):
    """Offers in the catalogue's order; reasons of everything that was excluded, each once."""

    offers: tuple[OfferTerms, ...]
    excluded: tuple[Excluded, ...]
    reasons: tuple[Reason, ...]


def eligible_offers(player: Unprotected, churn: float) -> Eligibility:
    """Hold every offer against every rule.

    Parameters
    ----------
    churn
        Probability of leaving.
    """
    state = player.state
    to_all, to_paid = caps_reached(state), _against_paid(state)
    offers, excluded, reasons = [], [], dict.fromkeys(to_all)
    for terms in CATALOGUE:
        against = [*to_all, *(to_paid if terms.paid else ()), *_against(state, terms, churn)]
        if against:
            ids = dict.fromkeys(reason.rule_id for reason in against)
            excluded.append(Excluded(action=terms.id, rule_ids=tuple(ids)))
            reasons.update(dict.fromkeys(against))
        else:
            offers.append(terms)
    return Eligibility(tuple(offers), tuple(excluded), tuple(reasons))


def _against_paid(state: PlayerState) -> tuple[Reason, ...]:
    """What the player's own situation says against anything of value."""
    found = []
    returned, lasts = state.returned_us, NO_BONUS_AFTER_RETURN_DAYS * DAY_US
    if returned is not None and within(returned, state.at_us, lasts):
        found.append(
            RETURNED.says(f"{written(returned)}, within {NO_BONUS_AFTER_RETURN_DAYS} days")
        )
    if markers := markers_of(state):
        found.append(MARKED.says(", ".join(reason.rule_id for reason in markers)))
    if (check := open_check(state)) is not None:
        found.append(CHECK_OPEN.says(check.reason.text))
    place = in_force(state)
    if not any(isinstance(rule, MaxValue) for rule in place.offers):
        found.append(NO_CEILING.says(f"jurisdiction {state.jurisdiction}"))
    return tuple(found)


def _against(state: PlayerState, terms: OfferTerms, churn: float) -> list[Reason]:
    """What the law, the player's consent and the offer itself say against it."""
    found = [
        rule.says(looked_at)
        for rule in in_force(state).offers
        if (looked_at := rule.forbids(terms, state)) is not None
    ]
    if channel_for(state, terms) is None:
        found.append(refusal(state, terms).says(f"{terms.product} by {', '.join(terms.channels)}"))
    if not terms.churn_from <= churn <= terms.churn_to:
        meant = f"{terms.churn_from:g} to {terms.churn_to:g}"
        found.append(AUDIENCE.says(f"{terms.id} is for {meant}, found {churn:.4f}"))
    return found
