"""The oracles: who sees more earns more, and none breaks a rule that the policy obeys."""

from dataclasses import astuple, replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.simulator.actions import ACTION_NAMES, FIRST_INTERVENTION, VALUES_EUR
from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.settings.truth import WorthSettings
from data.simulator.truth.decisions import Decisions, joined
from data.simulator.truth.known import Learned, given_facts
from data.simulator.truth.oracle import Choices, Gains, best_allowed, earned
from data.simulator.truth.oracle_choices import write_choices
from data.simulator.truth.record import TruthRecord
from data.simulator.world import World

CEILING = WorthSettings().harm_ceiling
CHOOSERS = ("action", "attainable_action", "all_seeing_action")

Judged = tuple[Gains, pa.Table]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """A world of some thousand decisions, and what is told of them."""
    world, folder = World(1500, 90, 3, date(2026, 1, 1)), tmp_path_factory.mktemp("judged")
    truth = TruthRecord(world.state, folder / "decisions")
    while not world.over:
        chosen = world.own_choice()
        truth.observe(world.day, chosen)
        day = world.day
        world.step(chosen)
        truth.observe_harm(day)
    gains = truth.write(folder)
    assert gains is not None
    return gains, pq.read_table(folder / "truth" / "responses.parquet")


def matrix(table: pa.Table, name: str) -> Floats:
    """One column per action."""
    return np.stack([table[f"{name}.{action}"].to_numpy() for action in ACTION_NAMES], axis=1)


def chosen(table: pa.Table, chooser: str) -> Ints:
    return np.array([ACTION_NAMES.index(name) for name in table[chooser].to_pylist()])


def of_chosen(table: pa.Table, name: str, chooser: str) -> Floats:
    return matrix(table, name)[np.arange(table.num_rows), chosen(table, chooser)]


def test_who_sees_more_earns_more(judged: Judged) -> None:
    gains, table = judged
    assert table.num_rows > 10_000
    assert gains.all_seeing > gains.attainable > 0.0 > gains.logging_policy
    for chooser, gain in zip(CHOOSERS[1:], (gains.attainable, gains.all_seeing), strict=True):
        assert of_chosen(table, "margin_eur", chooser).mean() == pytest.approx(gain, abs=1e-4)


@pytest.mark.parametrize("chooser", CHOOSERS[1:])
def test_no_oracle_does_what_the_policy_may_not(judged: Judged, chooser: str) -> None:
    _, table = judged
    assert of_chosen(table, "eligible", chooser).all()
    assert chosen(table, chooser).max() < FIRST_INTERVENTION


@pytest.mark.parametrize("chooser", CHOOSERS[1:])
def test_no_oracle_makes_more_offers_or_gives_more_away_than_the_policy(
    judged: Judged, chooser: str
) -> None:
    _, table = judged
    own, other = chosen(table, "action"), chosen(table, chooser)
    assert (other > 0).sum() <= (own > 0).sum()
    assert VALUES_EUR[other].sum() <= VALUES_EUR[own].sum()


def test_the_oracle_that_sees_all_never_harms_beyond_the_ceiling_and_the_other_not_on_average(
    judged: Judged,
) -> None:
    _, table = judged
    assert of_chosen(table, "harm_days", "all_seeing_action").max() <= CEILING
    offered = chosen(table, "attainable_action") > 0
    assert of_chosen(table, "harm_days", "attainable_action")[offered].mean() < CEILING


def drawn(seed: int, count: int = 2_000) -> Decisions:
    """Responses of which a known fact tells a part, several decisions about each player."""
    rng = np.random.default_rng(seed)
    fact = rng.normal(size=(count, 1))
    margin = fact * rng.normal(size=3) + rng.normal(size=(count, 3))
    harm = 0.4 * rng.random((count, 3)) - 0.1
    margin[:, 0] = harm[:, 0] = 0.0
    allowed: Bools = rng.random((count, 3)) < 0.8
    allowed[:, 0] = True
    chances = allowed / allowed.sum(axis=1, keepdims=True)
    player, nothing = rng.integers(0, count // 10, count), np.zeros(count, dtype=np.int64)
    return Decisions(margin, margin, harm, nothing, player, nothing, chances, fact)


def mean_margins(decisions: Decisions, learned_from: Decisions) -> tuple[float, float]:
    """Of what the attainable and the all-seeing oracle choose when harm doesn't count."""
    learned = Learned.of(learned_from, learned_from.facts, learned_from.player)
    choices = Choices.of(decisions, learned, 1.0)
    _, known, best = earned(decisions, choices) / len(decisions.player)
    return float(known), float(best)


def test_the_oracle_that_sees_all_is_the_best_of_every_player_s_own_actions() -> None:
    found = drawn(7, 300)
    for row, action in enumerate(best_allowed(found, found.eligible, 0.25).tolist()):
        allowed = found.eligible[row] & (found.harm_days[row] <= 0.25)
        assert action == max(np.flatnonzero(allowed), key=lambda at: found.margin_eur[row, at])


@pytest.mark.parametrize("seed", range(3))
def test_facts_that_tell_nothing_attain_nothing(seed: int) -> None:
    asked = drawn(seed)
    nature = np.random.default_rng(seed).normal(size=(200, 3))[asked.player]
    nature[:, 0] = 0.0
    name = asked.player[:, None].astype(np.float64)
    hidden = replace(asked, margin_eur=nature, harm_days=np.zeros_like(nature), facts=name)
    told = given_facts(hidden, hidden.facts, hidden.player).margin_eur
    assert abs(np.corrcoef(told[:, 1:].ravel(), nature[:, 1:].ravel())[0, 1]) < 0.2
    known, best = mean_margins(hidden, hidden)
    assert best > 0.4
    assert known < 0.2


@pytest.mark.parametrize("share", [1, 2])
@pytest.mark.parametrize("seed", range(3))
def test_facts_that_tell_a_part_attain_nearly_all_of_it_learned_from_half_the_players_too(
    seed: int, share: int
) -> None:
    rng = np.random.default_rng(seed)
    asked = drawn(seed)
    part = asked.facts * np.array([0.0, 1.0, -1.0])
    margin = part + rng.normal(size=part.shape) * np.array([0.0, 1.0, 1.0])
    found = replace(asked, margin_eur=margin, harm_days=np.zeros_like(margin))
    could = np.where(found.eligible, part, -np.inf).max(axis=1).mean()
    known, best = mean_margins(found, found.take(found.player // 2 % share == 0))
    assert 0.85 * could < known < best


def test_a_run_is_judged_alike_in_one_file_and_in_many(tmp_path: Path) -> None:
    one, two = drawn_with_all_actions(1), drawn_with_all_actions(2)
    whole, first, second = (tmp_path / f"{name}.npz" for name in ("whole", "first", "second"))
    joined([one, two]).save(whole)
    one.save(first)
    two.save(second)
    together = write_choices([whole], tmp_path / "together.parquet", 0.25, 100_000)
    apart = write_choices([first, second], tmp_path / "apart.parquet", 0.25, 100_000)
    assert astuple(together) == pytest.approx(astuple(apart))
    tables = [pq.read_table(tmp_path / f"{name}.parquet") for name in ("together", "apart")]
    assert tables[0].equals(tables[1])
    write_choices([first, second], tmp_path / "of_few.parquet", 0.25, 500)
    few = pq.read_table(tmp_path / "of_few.parquet")
    assert few.num_rows == 4_000
    assert few["all_seeing_action"].equals(tables[0]["all_seeing_action"])
    assert not few["attainable_action"].equals(tables[0]["attainable_action"])


def drawn_with_all_actions(seed: int) -> Decisions:
    """As many actions as the world has: those of ``drawn``, and others that nobody may draw."""
    few = drawn(seed)
    more = len(ACTION_NAMES) - few.chances.shape[1]
    padded = {
        name: np.pad(getattr(few, name), ((0, 0), (0, more)))
        for name in ("play_days", "margin_eur", "harm_days", "chances")
    }
    return replace(few, **padded)
