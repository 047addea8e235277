"""What the operator knows each morning, and choices by name."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from data.simulator.actions import ACTION_NAMES, FIRST_INTERVENTION, Chosen
from data.simulator.player_ids import UnknownName
from data.simulator.truth.facts import known_facts
from data.simulator.world import World

DAYS = 30


@pytest.fixture(scope="module")
def world() -> World:
    """Under the operator's own policy, on its last morning."""
    world = World(300, DAYS, 5, date(2026, 1, 1))
    while world.day < DAYS - 1:
        world.step(world.own_choice())
    return world


@pytest.fixture(scope="module")
def known(world: World) -> pa.Table:
    return world.known()


def test_accounts_are_known_from_the_morning_after_their_registration() -> None:
    young = World(300, DAYS, 5, date(2026, 1, 1))
    assert young.known().num_rows == 0
    for _ in range(10):
        young.step()
    registered_us = young.state.population.profiles.registered_us
    there = np.flatnonzero(registered_us < young.state.calendar.day_starts_us(10))
    assert young.known()["player"].to_pylist() == there.tolist()
    assert 0 < len(there) < 300


def test_whatever_the_own_policy_chooses_may_be_chosen(world: World, known: pa.Table) -> None:
    own = world.own_choice()
    assert (own.action > 0).any()
    rows = np.searchsorted(known["player"].to_numpy(), own.player)
    for action in range(1, FIRST_INTERVENTION):
        may = known[f"may.{ACTION_NAMES[action]}"].to_numpy()
        assert may[rows[own.action == action]].all()


def test_no_offer_may_go_to_who_is_barred_protected_or_did_not_consent(known: pa.Table) -> None:
    may = known.filter(known["may.free_play_message"])
    assert may.num_rows
    assert not pc.any(may["barred"]).as_py()
    assert pc.all(may["marketing_open"]).as_py()
    assert may["channel.casino"].null_count == 0
    assert {*may["identity"].to_pylist()} == {"verified"}


def test_the_facts_that_an_oracle_decides_by_are_all_known(world: World, known: pa.Table) -> None:
    facts = known_facts(world.state, known["player"].to_numpy(), world.day)
    recent = [known[f"recent_sessions.{product}"].to_numpy() for product in ("casino", "sports")]
    assert np.array_equal(facts[:, 2], recent[0] + recent[1])
    for column, name in ((0, "days_since_registration"), (4, "deposits"), (10, "messages")):
        assert np.array_equal(facts[:, column], known[name].to_numpy())


def test_players_are_chosen_by_id_or_number_and_actions_by_name(known: pa.Table) -> None:
    few = known.slice(0, 3)
    by_id = Chosen.of(few["player_id"], "free_spins_5", ["sms", "push", "email"], 0.5, policy="p")
    by_number = Chosen.of(few["player"], ["free_spins_5"] * 3, policy="p")
    assert by_id.player.tolist() == by_number.player.tolist() == few["player"].to_pylist()
    assert by_id.action.tolist() == by_number.action.tolist() == [2, 2, 2]
    assert by_id.channel.tolist() == [1, 2, 0]
    assert by_id.probability.tolist() == [0.5] * 3
    assert len(Chosen.of([], "free_spins_5", policy="p").player) == 0
    assert len(Chosen.of(known.slice(0, 0)["player_id"], "rg_message", policy="p").player) == 0


@pytest.mark.parametrize(
    ("players", "action", "channel"),
    [
        (["somebody"], "free_spins_5", "email"),
        (["player-000001"], "free_spins_500", "email"),
        (["player-000001"], "free_spins_5", None),
    ],
)
def test_a_name_that_the_world_does_not_have_is_refused_with_those_it_has(
    players: list[str], action: str, channel: str
) -> None:
    with pytest.raises(UnknownName, match=r"look like player-|one of .* was expected"):
        Chosen.of(players, action, channel, policy="p")


def test_who_may_be_offered_gets_the_offer_that_is_chosen() -> None:
    young = World(300, DAYS, 5, date(2026, 1, 1))
    for _ in range(10):
        young.step()
    known = young.known()
    may = known.filter(known["may.free_spins_5"])
    channel = may["channel.casino"]
    told = young.step(Chosen.of(may["player_id"], "free_spins_5", channel, policy="all"))
    offered = told.filter(pc.equal(told["campaign_id"], "free_spins_5"))
    sent = offered.filter(pc.equal(offered["state"], "sent"))
    assert {*sent["player_id"].to_pylist()} >= {*may["player_id"].to_pylist()[:5]}
