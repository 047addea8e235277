"""Consent to a product by a channel: the person's latest act, and silence is no."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.catalogue import CATALOGUE
from campaigns.consent import NO_CONSENT, channel_for
from campaigns.player_state import ConsentAct, PlayerState
from campaigns.policy import decide
from data.player_events import Channel
from tests.campaigns.states import CHANNELS, DAY, HARMLESS, NOW, changed, in_place, moment, states

SPINS = next(terms for terms in CATALOGUE if terms.id == "free_spins_5")


def act(product: str | None, channel: str, granted: bool, ago: int = DAY) -> ConsentAct:
    return ConsentAct(product=product, channel=channel, granted=granted, at_us=NOW - ago)


@pytest.mark.parametrize(
    ("acts", "channel"),
    [
        ([], None),
        ([("casino", "email", True)], "email"),
        ([("casino", "onsite", True), ("casino", "push", True)], "push"),
        ([("casino", "sms", True)], None),
        ([("sports", "email", True)], None),
        ([("casino", "email", False)], None),
        ([(None, "email", True)], "email"),
        ([("casino", "email", True, 2), ("casino", "email", False, 1)], None),
        ([("casino", "email", False, 2), ("casino", "email", True, 1)], "email"),
        ([("casino", "email", True, 1), ("casino", "email", False, 1)], None),
        ([("casino", "email", True, 2), (None, "email", False, 1)], None),
        ([(None, "email", False, 2), ("casino", "email", True, 1)], "email"),
        ([("casino", "email", False, 2), (None, "email", True, 1)], None),
        ([("casino", "email", True, -1)], None),
        ([("casino", "any", True), (None, "any", True)], None),
        ([("casino", "email", True, 2), ("casino", "any", False, 1)], None),
        ([("casino", "email", True, 2), (None, "any", False, 1)], None),
        ([("casino", "email", True, 1), (None, "any", False, 1)], None),
        ([(None, "email", True, 2), (None, "any", False, 1)], None),
        ([(None, "email", True, 2), ("casino", "any", False, 1)], None),
        ([("casino", "any", False, 2), (None, "email", True, 1)], None),
        ([("casino", "email", True, 2), ("sports", "any", False, 1)], "email"),
        ([(None, "any", False, 2), ("casino", "email", True, 1)], "email"),
        ([(None, "any", False, 2), (None, "email", True, 1)], "email"),
    ],
)
def test_the_latest_act_about_product_and_channel_counts(
    acts: list[tuple[str | None, str, bool]], channel: str | None
) -> None:
    state = changed(consents=tuple(act(*one) for one in acts))
    assert channel_for(state, SPINS) == channel


_products = st.none() | st.sampled_from(["casino", "sports"])
_channels = st.sampled_from((*CHANNELS, "any"))


@given(states(HARMLESS), _products, _channels)
def test_after_a_withdrawal_nothing_goes_out_by_what_was_withdrawn(
    state: PlayerState, product: str | None, channel: str
) -> None:
    latest = max((state.at_us, *(one.at_us for one in state.consents)))
    withdrawn = ConsentAct(product=product, channel=channel, granted=False, at_us=latest)
    state = changed(state, consents=(*state.consents, withdrawn))
    decision = decide(state)
    for terms in CATALOGUE:
        if product in (None, terms.product):
            left = channel_for(state, terms)
            assert left is None or channel not in (left, "any")
            assert (decision.action, decision.channel) != (terms.id, channel)
            assert decision.action != terms.id or channel != "any"


def test_every_offer_goes_out_by_channels_that_a_consent_can_name() -> None:
    used = {channel for terms in CATALOGUE for channel in terms.channels}
    assert used <= {*get_args(Channel)}


def test_consent_from_before_an_exclusion_is_spent() -> None:
    back = changed(returned_us=NOW - 2 * DAY, consented_since_return=True)
    assert channel_for(back, SPINS) is None
    assert channel_for(changed(back, consents=(act("casino", "push", True),)), SPINS) == "push"


def test_great_britain_asks_for_consent_to_the_product_from_1_may_2025() -> None:
    general = (ConsentAct(product=None, channel="email", granted=True, at_us=0),)
    day = moment(2025, 5, 1)
    assert channel_for(in_place("GB", consents=general, at_us=day - 1), SPINS) == "email"
    after = in_place("GB", consents=general, at_us=day)
    assert channel_for(after, SPINS) is None
    assert all("gb.consent_per_product" in one.rule_ids for one in decide(after).excluded)


@given(states(HARMLESS))
def test_nothing_is_sent_without_consent(state: PlayerState) -> None:
    decision = decide(state)
    if decision.kind == "offer":
        product = next(terms.product for terms in CATALOGUE if terms.id == decision.action)
        assert any(
            one.granted and one.channel == decision.channel and one.product in (product, None)
            for one in state.consents
        )


def test_without_any_consent_every_offer_is_excluded() -> None:
    decision = decide(changed(consents=()))
    assert decision.action == "no_offer"
    assert {one.rule_ids for one in decision.excluded} == {(NO_CONSENT.id,)}
    assert len(decision.excluded) == len(CATALOGUE)
