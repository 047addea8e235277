"""The ladder: a message, then a break; and the checks that the law asks for."""

from typing import Any

import pytest
from hypothesis import given

from campaigns.interventions import (
    BREAK_AND_REVIEW,
    FEATURES_READ,
    RG_MESSAGE,
    due_intervention,
)
from campaigns.markers import FEATURE_MARKERS, markers_of
from campaigns.player_state import PlayerState, Protection
from campaigns.policy import decide
from features.catalogue import FEATURES
from tests.campaigns.states import (
    CHASING,
    DAY,
    HOUR,
    MARKED,
    NOW,
    OPEN,
    changed,
    done,
    in_place,
    moment,
    money,
    states,
    with_features,
)


def action(state: PlayerState) -> str | None:
    due = due_intervention(state)
    return None if due is None else due.action


def test_without_a_marker_nothing_is_done() -> None:
    assert action(OPEN) is None


def test_rules_read_features_that_there_are() -> None:
    assert set(FEATURES_READ) <= {feature.name for feature in FEATURES}


@pytest.mark.parametrize("marker", FEATURE_MARKERS, ids=lambda marker: marker.feature)
def test_a_marker_speaks_from_its_threshold_on(marker: Any) -> None:
    just_below = with_features(**{marker.feature: marker.at_least * 0.99})
    assert action(just_below) is None
    reached = with_features(**{marker.feature: float(marker.at_least)})
    assert action(reached) == RG_MESSAGE
    assert [reason.rule_id for reason in markers_of(reached)] == [marker.id]
    assert action(with_features(**{marker.feature: None})) is None


@pytest.mark.parametrize(
    ("past", "then"),
    [
        ((), RG_MESSAGE),
        ((done(RG_MESSAGE, 0),), None),
        ((done(RG_MESSAGE, DAY - 1),), None),
        ((done(RG_MESSAGE, DAY),), BREAK_AND_REVIEW),
        ((done(RG_MESSAGE, 7 * DAY - 1),), BREAK_AND_REVIEW),
        ((done(RG_MESSAGE, 7 * DAY),), RG_MESSAGE),
        ((done(RG_MESSAGE, 3 * DAY), done(BREAK_AND_REVIEW, 0)), None),
        ((done(BREAK_AND_REVIEW, 7 * DAY - 1),), None),
        ((done(BREAK_AND_REVIEW, 7 * DAY),), BREAK_AND_REVIEW),
        ((done(BREAK_AND_REVIEW, 30 * DAY),), RG_MESSAGE),
        ((done("free_spins_5", 0, "offer"),), RG_MESSAGE),
    ],
)
def test_a_marker_that_stays_climbs_the_ladder(past: Any, then: str | None) -> None:
    assert action(changed(MARKED, past=past)) == then


@pytest.mark.parametrize(
    "strong",
    [
        changed(strong_flag_us=NOW - HOUR),
        changed(rg_contact_us=NOW - HOUR),
        CHASING,
        changed(CHASING, past=(done(RG_MESSAGE, HOUR),)),
    ],
)
def test_a_strong_indicator_calls_for_a_break_at_once(strong: PlayerState) -> None:
    assert action(strong) == BREAK_AND_REVIEW
    assert action(changed(strong, past=(done(BREAK_AND_REVIEW, DAY),))) is None


def test_one_disclosure_calls_for_one_break_but_markers_call_again() -> None:
    paused = (done(BREAK_AND_REVIEW, 8 * DAY),)
    for name in ("rg_contact_us", "strong_flag_us"):
        long_ago: dict[str, Any] = {name: NOW - 9 * DAY}
        lately: dict[str, Any] = {name: NOW - 2 * DAY}
        assert action(changed(**long_ago, past=paused)) is None
        assert action(changed(**lately, past=paused)) == BREAK_AND_REVIEW
        assert decide(changed(**long_ago, past=paused)).protected
    assert action(changed(CHASING, past=paused)) == BREAK_AND_REVIEW


def test_two_markers_are_not_yet_a_strong_indicator() -> None:
    assert action(changed(CHASING, features=CHASING.features | {
        "in_session_deposit_count_24h": 3.0})) == RG_MESSAGE  # fmt: skip


@pytest.mark.parametrize(
    "silent",
    [
        {"protections": (Protection(kind="register", since_us=NOW),)},
        {"protections": (Protection(kind="closed", since_us=NOW),)},
        {"account_status": "blocked"},
        {"account_status": "closed"},
        {"known": False},
    ],
)
def test_the_excluded_and_those_without_an_account_get_no_message(silent: Any) -> None:
    assert action(changed(CHASING, **silent)) is None
    assert decide(changed(CHASING, **silent)).kind == "none"


@pytest.mark.parametrize(
    "closed",
    [
        {"state_age_us": None},
        {"consents": ()},
        {"objection": True},
        {"scores": (), "not_scored": "unavailable"},
        {"account_status": "restricted"},
        {"protections": (Protection(kind="restricted", since_us=NOW),)},
        {"age_years": None},
    ],
)
def test_interventions_need_neither_consent_nor_a_score_nor_a_fresh_state(closed: Any) -> None:
    assert decide(changed(MARKED, **closed)).action == RG_MESSAGE


@given(states())
def test_an_intervention_wins_over_every_offer(state: PlayerState) -> None:
    due, decision = due_intervention(state), decide(state)
    assert (decision.kind == "intervention") == (due is not None)
    if due is not None:
        assert decision.action == due.action
        assert decision.distribution[0].probability == 1.0


GB_CHECK, NL_CHECK = "financial_vulnerability_check", "affordability_evidence"


@pytest.mark.parametrize(
    ("code", "currency", "age", "net", "due"),
    [
        ("GB", "GBP", 40, 15_000, None),
        ("GB", "GBP", 40, 15_001, GB_CHECK),
        ("GB", "EUR", 40, 17_001, GB_CHECK),
        ("NL", "EUR", 40, 70_000, None),
        ("NL", "EUR", 40, 70_001, NL_CHECK),
        ("NL", "EUR", 24, 30_000, None),
        ("NL", "EUR", 24, 30_001, NL_CHECK),
        ("NL", "EUR", 25, 30_001, None),
        ("NL", "EUR", None, 30_001, NL_CHECK),
        ("MT", "EUR", 40, 150_000, None),
    ],
)
def test_net_deposits_call_for_a_check(
    code: str, currency: str, age: int | None, net: int, due: str | None
) -> None:
    moved = money(currency, deposits=net + 500, withdrawals=500)
    assert action(in_place(code, age_years=age, money=moved)) == due


def test_a_check_is_made_once_in_twelve_months() -> None:
    over = in_place("GB", money=money("GBP", deposits=15_001), vulnerability_outcome="passed")
    assert action(changed(over, vulnerability_check_us=NOW - 365 * DAY + 1)) is None
    assert action(changed(over, vulnerability_check_us=NOW - 365 * DAY)) == GB_CHECK
    assert action(changed(over, past=(done(GB_CHECK, 6 * DAY),))) is None
    assert action(changed(over, past=(done(GB_CHECK, 7 * DAY),))) == GB_CHECK


@pytest.mark.parametrize("outcome", ["adverse", "pending", "vulnerable", None])
def test_a_check_that_was_not_passed_answers_nothing(outcome: str | None) -> None:
    over = in_place("GB", money=money("GBP", deposits=15_001), vulnerability_check_us=NOW - HOUR)
    assert action(changed(over, vulnerability_outcome=outcome)) == GB_CHECK
    assert action(changed(over, vulnerability_outcome="passed")) is None


@pytest.mark.parametrize(
    ("at", "net", "due"),
    [
        (moment(2024, 8, 30) - 1, 60_000, None),
        (moment(2024, 8, 30), 60_000, GB_CHECK),
        (moment(2025, 2, 28) - 1, 15_001, None),
        (moment(2025, 2, 28), 15_001, GB_CHECK),
    ],
)
def test_the_british_threshold_is_that_of_the_day(at: int, net: int, due: str | None) -> None:
    assert action(in_place("GB", at_us=at, money=money("GBP", deposits=net))) == due


def test_a_break_goes_before_a_check_and_a_check_before_a_message() -> None:
    over = in_place("GB", money=money("GBP", deposits=15_001))
    marked = changed(over, features=MARKED.features)
    assert action(marked) == GB_CHECK
    assert action(changed(marked, strong_flag_us=NOW)) == BREAK_AND_REVIEW
    assert action(changed(marked, past=(done(GB_CHECK, HOUR),))) == RG_MESSAGE
