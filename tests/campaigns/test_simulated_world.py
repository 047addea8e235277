"""What the simulated world can do is what the catalogue, the ladder and the licences name."""

import pytest

from campaigns.catalogue import CATALOGUE, NO_OFFER
from campaigns.gate_rules import ReturnWait
from campaigns.interventions import BREAK_AND_REVIEW, RG_MESSAGE
from campaigns.jurisdiction import JURISDICTIONS
from data.simulator import actions
from data.simulator.consents import PRODUCTS
from data.simulator.markets import MARKETS, Market

BY_ID = {terms.id: terms for terms in CATALOGUE}


@pytest.mark.parametrize("action", actions.OFFERS, ids=lambda action: action.name)
def test_every_offer_of_the_world_is_one_of_the_catalogue_with_the_same_terms(
    action: actions.Action,
) -> None:
    terms = BY_ID[action.name]
    assert terms.paid == action.paid
    assert terms.product == PRODUCTS[action.product]
    assert terms.value_minor == round(100 * action.value_eur)
    assert terms.wagering_multiple == action.wagering_multiple


def test_what_is_no_offer_in_the_world_is_named_as_the_policy_names_it() -> None:
    assert actions.NO_OFFER.name == NO_OFFER
    assert [action.name for action in actions.INTERVENTIONS] == [RG_MESSAGE, BREAK_AND_REVIEW]


@pytest.mark.parametrize("market", MARKETS, ids=lambda market: market.jurisdiction)
def test_the_world_waits_after_a_return_as_long_as_the_licence_asks(market: Market) -> None:
    rules = JURISDICTIONS[market.jurisdiction].rules
    waits = [rule.hours for rule in rules if isinstance(rule, ReturnWait)]
    assert market.return_wait_hours == sum(waits)
