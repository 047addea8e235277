"""Gates: whatever protects a player, or isn't known about one, closes every offer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.catalogue import CATALOGUE
from campaigns.gates import GATES, STALE_AFTER_US
from campaigns.player_state import PlayerState, Protection
from campaigns.policy import decide
from campaigns.protections import Protected, Unprotected, assess
from tests.campaigns.states import (
    CHASING,
    DAY,
    EXCLUDED,
    HARMLESS,
    HOUR,
    LONG_AGO,
    NOW,
    OPEN,
    agreed,
    changed,
    in_place,
    money,
    states,
    with_features,
)


def rules_of(state: PlayerState) -> set[str]:
    assessed = assess(state)
    return {one.rule_id for one in assessed.reasons} if isinstance(assessed, Protected) else set()


def lately(state: PlayerState, moment: int | None) -> bool:
    return moment is not None and moment > state.at_us - 90 * DAY


def is_protected(state: PlayerState) -> bool:
    """By hand: what must never get an offer, whatever the service's own rules say."""
    fresh = state.state_age_us is not None and 0 <= state.state_age_us <= STALE_AFTER_US
    return bool(
        not state.known
        or not fresh
        or state.protections
        or state.account_status in ("blocked", "restricted", "closed")
        or state.kyc_status == "failed"
        or state.age_years is None
        or state.age_years < (19 if state.jurisdiction == "CA-ON" else 18)
        or (state.age_years < 24 and state.jurisdiction == "NL")
        or (state.returned_us is not None and not state.consented_since_return)
        or lately(state, state.rg_contact_us)
        or lately(state, state.strong_flag_us)
        or state.vulnerability_outcome == "adverse"
        or state.unread_protection
        or state.objection
        or state.not_scored
        or not state.scores
        or not state.features
        or not state.money
    )


@given(states())
def test_no_protected_player_ever_gets_an_offer(state: PlayerState) -> None:
    decision = decide(state)
    if is_protected(state):
        assert decision.kind != "offer"
        assert decision.eligible in (("no_offer",), (decision.action,))
    if decision.protected:
        assert decision.kind != "offer"


def test_the_open_player_is_open() -> None:
    assert isinstance(assess(OPEN), Unprotected)
    assert decide(OPEN).kind == "offer"


@pytest.mark.parametrize(
    ("gate", "changes"),
    [
        ("gate.unknown_player", {"known": False}),
        ("gate.stale_state", {"state_age_us": None}),
        ("gate.stale_state", {"state_age_us": STALE_AFTER_US + 1}),
        ("gate.stale_state", {"state_age_us": -1}),
        ("gate.unread_state", {"features": {}}),
        ("gate.unread_state", {"money": ()}),
        ("gate.unread_protection", {"unread_protection": True}),
        ("gate.unjudged_money", {"money": money("ZZZ")}),
        ("gate.excluded", {"protections": EXCLUDED}),
        ("gate.excluded", {"protections": (Protection(kind="unheard_of", since_us=NOW),)}),
        ("gate.account_not_open", {"account_status": "restricted"}),
        ("gate.account_not_open", {"account_status": "unheard_of"}),
        ("gate.account_not_open", {"protections": (Protection(kind="closed", since_us=NOW),)}),
        ("gate.identity_failed", {"kyc_status": "failed"}),
        ("gate.identity_failed", {"kyc_status": "unheard_of"}),
        ("gate.vulnerable", {"vulnerability_outcome": "adverse"}),
        ("gate.under_age", {"age_years": None}),
        ("gate.under_age", {"age_years": 17}),
        ("gate.return_without_consent", {"returned_us": LONG_AGO}),
        ("gate.objection", {"objection": True}),
        ("gate.objection", {"not_scored": "objection"}),
        ("gate.not_scored", {"not_scored": "protection", "scores": ()}),
        ("strong.flag", {"strong_flag_us": NOW - 89 * DAY}),
        ("strong.harm_disclosed", {"rg_contact_us": NOW - 89 * DAY}),
        ("strong.many_markers", {"features": CHASING.features}),
        ("mt.legal_age", {"age_years": 17}),
    ],
)
def test_each_gate_closes_every_offer_and_says_so(gate: str, changes: dict[str, Any]) -> None:
    state = changed(**changes)
    decision = decide(state)
    assert gate in rules_of(state)
    assert decision.protected
    assert decision.kind != "offer"
    assert gate in {reason.rule_id for reason in decision.reasons}
    assert all(gate in one.rule_ids for one in decision.excluded)


def test_every_gate_is_closed_by_something_above() -> None:
    marks = test_each_gate_closes_every_offer_and_says_so.pytestmark
    closed = {case[0] for case in marks[0].args[1]}
    assert {gate.rule.id for gate in GATES} <= closed


@pytest.mark.parametrize("missing", sorted(OPEN.features))
def test_a_feature_that_nobody_read_closes_but_one_that_no_source_tells_does_not(
    missing: str,
) -> None:
    unread = {name: value for name, value in OPEN.features.items() if name != missing}
    assert rules_of(changed(features=unread)) == {"gate.unread_state"}
    assert rules_of(with_features(**{missing: None})) == set()


def test_each_window_is_needed() -> None:
    for window in OPEN.money:
        rest = tuple(one for one in OPEN.money if one is not window)
        assert "gate.unread_state" in rules_of(changed(money=rest))


def test_money_of_an_account_alone_does_not_judge_a_person() -> None:
    mixed = tuple(
        one if one.scope == "account" else other
        for one, other in zip(money("EUR"), money("ZZZ"), strict=True)
    )
    assert rules_of(changed(money=mixed)) == set()
    assert rules_of(changed(money=mixed, person_id="x")) == {"gate.unjudged_money"}


def test_the_passing_end_of_an_exclusion_lifts_nothing() -> None:
    assert EXCLUDED[0].until_us is not None
    assert EXCLUDED[0].until_us < NOW
    assert decide(changed(protections=EXCLUDED)).protected


def test_after_a_return_with_consent_there_is_no_bonus_and_no_chance_for_90_days() -> None:
    back: dict[str, Any] = {"returned_us": NOW - 89 * DAY, "consented_since_return": True}
    decision = decide(changed(**back, consents=agreed(NOW)))
    assert decision.action == "free_play_message"
    assert decision.action_probability == 1.0
    assert "policy.outside_support" in {reason.rule_id for reason in decision.reasons}
    later = decide(changed(**back | {"returned_us": NOW - 90 * DAY}, consents=agreed(NOW)))
    assert "deposit_bonus_150" in later.eligible


@pytest.mark.parametrize(("code", "hours"), [("GB", 24), ("NL", 192)])
def test_a_jurisdiction_may_ask_to_wait_after_a_return(code: str, hours: int) -> None:
    back = {"consented_since_return": True, "consents": agreed(NOW)}
    rule = f"{code.lower()}.return_wait"
    assert rule in rules_of(in_place(code, returned_us=NOW - hours * HOUR + 1, **back))
    assert rule not in rules_of(in_place(code, returned_us=NOW - hours * HOUR, **back))


def test_the_age_of_adults_is_the_jurisdictions() -> None:
    assert rules_of(in_place("CA-ON", age_years=18)) == {"ca-on.legal_age"}
    assert rules_of(in_place("MT", age_years=18)) == set()
    assert rules_of(in_place("FR", age_years=20)) == {"elsewhere.legal_age"}


TIGHTER: list[dict[str, Any]] = [
    {"known": False},
    {"state_age_us": None},
    {"age_years": None},
    {"protections": EXCLUDED},
    {"account_status": "blocked"},
    {"kyc_status": "failed"},
    {"objection": True},
    {"consents": ()},
    {"rg_contact_us": NOW},
    {"strong_flag_us": NOW},
    {"limit_tightened_us": NOW},
    {"vulnerability_outcome": "adverse"},
    {"unread_protection": True},
    {"returned_us": NOW},
    {"money": ()},
    {"features": {}},
    {"not_scored": "protection"},
    {"scores": ()},
]
MARKERS = ("night_stake_share_30d", "deposit_declined_count_24h", "session_minutes_24h")


def offered(state: PlayerState) -> set[str]:
    """Every offer of the catalogue that the state leaves possible."""
    return {terms.id for terms in CATALOGUE} & {*decide(state).eligible}


@given(states(), st.sampled_from(TIGHTER))
def test_more_protection_never_opens_anything(state: PlayerState, tighter: dict[str, Any]) -> None:
    assert offered(changed(state, **tighter)) <= offered(state)


@given(states(HARMLESS), st.sampled_from(MARKERS))
def test_another_marker_never_opens_anything(state: PlayerState, marker: str) -> None:
    marked = changed(state, features=state.features | {marker: 1000.0})
    assert offered(marked) <= offered(state)
