"""What a player agreed to, withdrew and objected to, as a state tells it to the policy."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.catalogue import CATALOGUE
from campaigns.consent import channel_for
from campaigns.player_state import ConsentAct, Protection
from data.instants import microseconds
from tests.effort import times
from tests.serving.deciding import Ground, at, told, us

_numbers = itertools.count()


def consent(player: str, days: float, granted: bool, **fields: Any) -> dict[str, Any]:
    marketing = {"purpose": "marketing", "channel": "email", "granted": granted}
    return told("consent", player, at(days), **marketing | fields)


def test_a_sister_accounts_withdrawal_counts_and_its_grant_does_not(ground: Ground) -> None:
    ground.tell(
        consent("anna", 1, True, product="casino", person_id="sisters"),
        consent("anna", 1, True, channel="sms"),
        consent("bela", 2, False, product="casino", person_id="sisters"),
        consent("carl", 3, True, product="casino", person_id="sisters"),
        consent("bela", 4, True, product="sports"),
        consent("bela", 4, False, channel="push"),
    )

    def act(product: str | None, channel: str, granted: bool, days: float) -> ConsentAct:
        return ConsentAct(product=product, channel=channel, granted=granted, at_us=us(days))

    withdrawn = {act("casino", "email", False, 2), act(None, "push", False, 4)}
    assert set(ground.build("anna").consents) == withdrawn | {act(None, "sms", True, 1)}
    assert {one.channel for one in ground.build("carl").consents if one.granted} == {"email"}
    ground.tell(consent("anna", 5, True, product="casino"))
    assert act("casino", "email", True, 5) in ground.build("anna").consents


def test_an_objection_stops_scoring_until_the_account_itself_agrees(ground: Ground) -> None:
    player, sister = "player-001", "player-002"

    def profiling(of: str, days: float, granted: bool) -> None:
        fields = {"purpose": "profiling", "channel": "any", "granted": granted}
        ground.tell(told("consent", of, at(days), person_id="objectors", **fields))

    profiling(player, 1, True)
    assert ground.build(player, scored=True).scores
    profiling(sister, 2, False)
    state = ground.build(player, scored=True)
    assert (state.objection, state.scores, state.not_scored) == (True, (), "objection")
    profiling(sister, 3, True)
    profiling(player, 2.5, False)
    assert ground.build(player).objection
    profiling(player, 4, True)
    state = ground.build(player, scored=True)
    assert (state.objection, state.not_scored, len(state.scores)) == (False, None, 1)


def test_who_returns_is_without_consent_until_a_fresh_act(ground: Ground) -> None:
    player, until = "returner", at(400)
    ground.tell(
        consent(player, 1, True),
        told("exclusion", player, at(2), exclusion_kind="self_exclusion", until=until),
    )
    state = ground.build(player)
    assert state.protections == (
        Protection(kind="self_exclusion", since_us=us(2), until_us=microseconds(until)),
    )
    assert (state.returned_us, state.consented_since_return) == (None, False)
    ground.tell(told("exclusion", player, at(3), exclusion_kind="reinstatement"))
    state = ground.build(player)
    assert (state.protections, state.returned_us) == ((), us(3))
    assert not state.consented_since_return
    ground.tell(consent(player, 4, True))
    assert ground.build(player).consented_since_return


@pytest.mark.parametrize(
    ("channel", "granted", "told_of"),
    [
        ("push", True, {("push", True)}),
        ("any", False, {("any", False)}),
        ("any", True, set()),
        ("E-Mail", False, {("any", False)}),
        ("E-Mail", True, set()),
    ],
)
def test_a_withdrawal_from_no_channel_of_ours_is_one_from_all_and_a_consent_to_none(
    ground: Ground, channel: str, granted: bool, told_of: set[tuple[str, bool]]
) -> None:
    player = f"acts on {channel} {granted}"
    ground.tell(consent(player, 5, granted, channel=channel))
    assert {(one.channel, one.granted) for one in ground.build(player).consents} == told_of


@pytest.mark.parametrize(
    ("purpose", "done", "withdraws"),
    [
        ("marketing", "unsubscribed", True),
        ("marketing", "complained", True),
        ("marketing", "bounced", False),
        ("service", "unsubscribed", False),
        ("rg", "complained", False),
    ],
)
def test_who_unsubscribes_or_complains_withdraws_the_consent_to_the_channel(
    ground: Ground, purpose: str, done: str, withdraws: bool
) -> None:
    player = f"{purpose} {done}"
    ground.tell(
        consent(player, 1, True),
        told("message", player, at(2), channel="email", purpose=purpose, state=done),
        told("message", player, at(2), channel="whatsapp", purpose=purpose, state=done),
    )

    def granted() -> dict[str, bool]:
        return {one.channel: one.granted for one in ground.build(player).consents}

    assert granted() == ({"email": False, "any": False} if withdraws else {"email": True})
    ground.tell(consent(player, 3, True))
    assert granted()["email"]


_acts = st.tuples(
    st.none() | st.sampled_from(["casino", "sports"]),
    st.sampled_from(["email", "push", "any"]),
    st.sampled_from(["granted", "withdrawn", "unsubscribed"]),
)


@settings(max_examples=times(20))
@given(acts=st.lists(_acts, max_size=5), last=_acts.filter(lambda act: act[2] != "granted"))
def test_after_a_withdrawal_however_it_came_no_offer_goes_out_by_that_channel(
    ground: Ground, acts: list[tuple[str | None, str, str]], last: tuple[str | None, str, str]
) -> None:
    player = f"withdraws {next(_numbers)}"
    for day, (product, channel, done) in enumerate([*acts, last]):
        if done == "unsubscribed":
            fields = {"purpose": "marketing", "state": done, "channel": channel}
            ground.tell(told("message", player, at(day), **fields))
        else:
            of = {"product": product, "channel": channel}
            ground.tell(consent(player, day, done == "granted", **of))
    state = ground.build(player)
    product, channel, done = last
    for terms in CATALOGUE:
        if done == "unsubscribed" or product in (None, terms.product):
            left = channel_for(state, terms)
            assert left is None or channel not in (left, "any")
