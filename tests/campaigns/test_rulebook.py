"""Every rule: an id of its own, a source, and a player to whom it speaks."""

from collections import Counter
from typing import Any

import pytest

from campaigns.jurisdiction import JURISDICTIONS
from campaigns.markers import FEATURE_MARKERS
from campaigns.player_state import ConsentAct, PlayerState
from campaigns.policy import decide
from campaigns.rule import Rule
from campaigns.rulebook import RULEBOOK
from tests.campaigns.states import (
    CHASING,
    DAY,
    EXCLUDED,
    FEATURES,
    MARKED,
    NOW,
    OPEN,
    agreed,
    changed,
    done,
    in_place,
    moment,
    money,
    scored,
    with_features,
)

MESSAGED = (done("rg_message", 3600),)
GENERAL = (ConsentAct(product=None, channel="email", granted=True, at_us=0),)
RETURNED: dict[str, Any] = {"returned_us": NOW - 3600, "consented_since_return": True}

SPOKEN_TO: dict[str, PlayerState] = {
    "gate.unknown_player": changed(known=False),
    "gate.stale_state": changed(state_age_us=None),
    "gate.unread_state": changed(features={}),
    "gate.unread_protection": changed(unread_protection=True),
    "gate.unjudged_money": changed(money=money("ZZZ")),
    "gate.excluded": changed(protections=EXCLUDED),
    "gate.account_not_open": changed(account_status="blocked"),
    "gate.identity_failed": changed(kyc_status="failed"),
    "gate.vulnerable": changed(vulnerability_outcome="adverse"),
    "gate.under_age": changed(age_years=17),
    "gate.return_without_consent": changed(returned_us=NOW),
    "gate.objection": changed(objection=True),
    "gate.not_scored": changed(not_scored="protection"),
    "strong.flag": changed(strong_flag_us=NOW),
    "strong.harm_disclosed": changed(rg_contact_us=NOW),
    "strong.many_markers": CHASING,
    "ladder.first_step": MARKED,
    "ladder.escalated": changed(MARKED, past=(done("rg_message", 2 * DAY),)),
    "ladder.straight_to_break": CHASING,
    "policy.intervention_first": MARKED,
    "policy.no_score": changed(scores=()),
    "policy.best": OPEN,
    "policy.outside_support": changed(age_years=24),
    "offer.returned": changed(**RETURNED, consents=agreed(NOW)),
    "offer.marked": changed(MARKED, past=MESSAGED),
    "offer.check_open": in_place(
        "GB",
        money=money("GBP", deposits=15_001),
        past=(done("financial_vulnerability_check", 3600),),
    ),
    "offer.no_ceiling": in_place("FR"),
    "offer.audience": changed(scores=scored(0.01)),
    "offer.no_consent": changed(consents=()),
    "cap.day": changed(past=(done("free_spins_5", 0, "offer"),)),
    "cap.week": changed(past=tuple(done("free_spins_5", day * DAY, "offer") for day in (2, 3, 4))),
    "gb.return_wait": in_place("GB", **RETURNED),
    "nl.return_wait": in_place("NL", **RETURNED),
    "gb.consent_per_product": in_place("GB", consents=GENERAL),
    "gb.max_wagering": in_place("GB"),
    "gb.single_product": in_place("GB"),
    "gb.financial_vulnerability": in_place("GB", money=money("GBP", deposits=15_001)),
    "gb.financial_vulnerability_500": in_place(
        "GB", money=money("GBP", deposits=50_001), at_us=moment(2025, 1, 1)
    ),
    "se.first_play_only": in_place("SE"),
    "dk.max_value": in_place("DK"),
    "dk.min_validity": in_place("DK"),
    "dk.max_wagering": in_place("DK"),
    "dk.no_reactivation": in_place("DK", features=FEATURES | {"days_since_last_activity": 30.0}),
    "nl.no_promotion_under_24": in_place("NL", age_years=20),
    "nl.net_deposits_month": in_place("NL", money=money(deposits=70_001)),
    "nl.net_deposits_month_young": in_place(
        "NL", age_years=24, money=money(deposits=30_001)
    ),
    "elsewhere.no_bonus": in_place("FR"),
    "de.ceiling": in_place("DE"),
    "de.deposits_month": in_place("DE", money=money(deposits=100_001, withdrawals=100_001)),
} | {
    marker.id: with_features(**{marker.feature: float(marker.at_least)})
    for marker in FEATURE_MARKERS
}  # fmt: skip


def heavy(code: str, age: int) -> PlayerState:
    """A loss and net deposits above any threshold."""
    place = "FR" if code == "elsewhere" else code
    return in_place(place, age_years=age, money=money(deposits=10**9, stakes=10**9))


for _code in JURISDICTIONS:
    _stem = _code.lower()
    SPOKEN_TO[f"{_stem}.legal_age"] = heavy(_code, 17)
    for _name in ("loss_24h", "net_deposits_30d"):
        SPOKEN_TO[f"{_stem}.{_name}"] = heavy(_code, 40)
        SPOKEN_TO[f"{_stem}.{_name}_young"] = heavy(_code, 20)

QUIET = {f"{code}.ceiling" for code in ("gb", "se", "nl", "mt", "ca-on")} | {"policy.explored"}
"""No offer is so dear yet, or chance decides: shown below and beside the jurisdictions."""

LOUD = [rule for rule in RULEBOOK if rule.id not in QUIET]


def test_every_rule_has_an_id_of_its_own_and_a_source() -> None:
    counted = Counter(rule.id for rule in RULEBOOK)
    assert [rule_id for rule_id, count in counted.items() if count > 1] == []
    assert all(rule.source.strip() and rule.text.strip() for rule in RULEBOOK)


@pytest.mark.parametrize("rule", LOUD, ids=lambda rule: rule.id)
def test_every_rule_speaks_to_somebody(rule: Rule) -> None:
    decision = decide(SPOKEN_TO[rule.id])
    said = {reason.rule_id: reason for reason in decision.reasons}
    assert rule.id in said
    assert said[rule.id].source == rule.source


def test_a_draw_against_the_first_says_so() -> None:
    decisions = [decide(changed(seed=f"{number:032x}")) for number in range(300)]
    explored = [one for one in decisions if one.explored]
    assert explored
    assert {one.reasons[0].rule_id for one in explored} == {"policy.explored"}


def test_rules_that_were_spoken_of_are_those_of_the_book() -> None:
    ids = {rule.id for rule in RULEBOOK}
    assert ids - {*SPOKEN_TO} == QUIET
