"""A decision: the same from the same record, complete, and never without a reason."""

import ast
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import msgspec
import pytest
from hypothesis import given

import campaigns
from campaigns import decision as decision_record
from campaigns import player_state
from campaigns.catalogue import CATALOGUE
from campaigns.player_state import PlayerState
from campaigns.policy import POLICY_VERSION, decide
from campaigns.version import MODULES, OUTSIDE, policy_version
from tests.campaigns.states import DAY, HARMLESS, OPEN, changed, done, scored, states


@given(states())
def test_a_record_decides_the_same_after_it_was_stored(state: PlayerState) -> None:
    first = decision_record.encoded(decide(state))
    assert decision_record.encoded(decide(state)) == first
    stored = player_state.decoded(player_state.encoded(state))
    assert decision_record.encoded(decide(stored)) == first
    assert decision_record.decoded(first) == decide(state)


@given(states())
def test_every_decision_is_complete(state: PlayerState) -> None:
    decision = decide(state)
    ids = {reason.rule_id for reason in decision.reasons}
    assert ids
    assert all(reason.source and reason.text for reason in decision.reasons)
    assert {rule for one in decision.excluded for rule in one.rule_ids} <= ids
    offers = {terms.id for terms in CATALOGUE}
    assert {one.action for one in decision.excluded} == offers - {*decision.eligible}
    assert (decision.kind == "none") == (decision.action == "no_offer")
    assert (decision.channel is None) == (decision.kind == "none")
    assert decision.valid_until_us == state.at_us + 300_000_000
    assert decision.policy_version == POLICY_VERSION


@given(states(HARMLESS))
def test_only_the_catalogues_offers_are_made_and_only_eligible_ones(state: PlayerState) -> None:
    decision = decide(state)
    assert decision.action in decision.eligible
    if decision.kind == "offer":
        assert decision.action in {terms.id for terms in CATALOGUE}


def test_the_best_is_what_adds_most_after_its_cost() -> None:
    decision = decide(changed(age_years=24))
    assert decision.action == "deposit_bonus_150"
    assert decision.reasons[0].text == (
        "Ranks first by what it is expected to add after its cost: deposit_bonus_150 adds "
        "EUR 20.00: 0.9000 to leave, EUR 50.00 if kept, EUR 25.00 spent"
    )


@pytest.mark.parametrize(
    ("churn", "best"),
    [
        (0.9, "deposit_bonus_150"),
        (0.59, "sports_free_bet_10"),
        (0.2, "free_spins_5"),
        (0.1, "free_play_message"),
        (0.05, "no_offer"),
    ],
)
def test_the_more_likely_a_player_leaves_the_more_is_offered(churn: float, best: str) -> None:
    assert decide(changed(age_years=24, scores=scored(churn))).action == best


@pytest.mark.parametrize(
    "state",
    [
        changed(scores=()),
        changed(scores=(), not_scored="inactive"),
        changed(scores=(), not_scored="unavailable"),
        changed(not_scored="unavailable"),
        changed(scores=scored(0.9, "value")),
        changed(scores=scored(float("nan"))),
        changed(scores=scored(1.5)),
    ],
)
def test_without_a_score_nothing_is_offered(state: PlayerState) -> None:
    decision = decide(state)
    assert (decision.kind, decision.action, decision.protected) == ("none", "no_offer", False)
    assert [reason.rule_id for reason in decision.reasons] == ["policy.no_score"]


def offers(*ago_us: int) -> PlayerState:
    return changed(past=tuple(done("free_spins_5", ago, "offer") for ago in ago_us))


@pytest.mark.parametrize(
    ("state", "cap"),
    [
        (offers(DAY - 1), "cap.day"),
        (offers(DAY), None),
        (offers(2 * DAY, 3 * DAY), None),
        (offers(2 * DAY, 3 * DAY, 7 * DAY - 1), "cap.week"),
        (offers(2 * DAY, 3 * DAY, 7 * DAY), None),
        (changed(past=(done("no_offer", 0, "offer"),)), None),
        (changed(past=(done("rg_message", 0),)), None),
    ],
)
def test_offers_are_capped(state: PlayerState, cap: str | None) -> None:
    decision = decide(state)
    if cap is None:
        assert len(decision.eligible) > 1
    else:
        assert decision.eligible == ("no_offer",)
        assert decision.action_probability == 1.0
        assert all(cap in one.rule_ids for one in decision.excluded)


def test_a_seed_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="hex"):
        decide(changed(seed="no seed"))


def test_the_version_is_of_every_module_that_decides() -> None:
    there = {module.name for module in iter_modules(campaigns.__path__)}
    assert there - {*MODULES} == {"rulebook", "version"}
    assert {*MODULES} <= there


def test_the_version_is_of_what_rules_take_from_elsewhere() -> None:
    sources = [Path(str(import_module(f"campaigns.{name}").__file__)) for name in MODULES]
    trees = [ast.parse(source.read_text()) for source in sources]
    taken = {
        str(node.module)
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(("data", "features"))
    }
    assert taken == {*OUTSIDE}


def test_the_version_changes_with_an_offer() -> None:
    assert policy_version() == POLICY_VERSION
    dearer = (msgspec.structs.replace(CATALOGUE[0], worth_minor=1), *CATALOGUE[1:])
    assert policy_version(dearer) != POLICY_VERSION


def test_deciding_imports_no_clock_and_no_chance() -> None:
    for name in MODULES:
        names = vars(import_module(f"campaigns.{name}"))
        assert not {"random", "secrets", "time", "datetime", "uuid", "os"} & names.keys()


def test_test_players_are_decided_like_others() -> None:
    assert msgspec.structs.replace(decide(changed(is_test=True))) == decide(OPEN)
