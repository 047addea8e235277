"""Consent to a product by a channel: the person's latest act, and silence is no."""

import pytest
from hypothesis import given

from campaigns.catalogue import CATALOGUE
from campaigns.consent import NO_CONSENT, channel_for
from campaigns.player_state import ConsentAct, PlayerState
from campaigns.policy import decide
from tests.campaigns.states import DAY, HARMLESS, NOW, changed, in_place, moment, states

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
    ],
)
def test_the_latest_act_about_product_and_channel_counts(
    acts: list[tuple[str | None, str, bool]], channel: str | None
) -> None:
    state = changed(consents=tuple(act(*one) for one in acts))
    assert channel_for(state, SPINS) == channel


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
