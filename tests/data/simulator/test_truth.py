"""What is hidden: right on average, apart from every event, and read by no model."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from data.event_log import EventLog
from data.simulator.actions import ACTION_NAMES, FIRST_INTERVENTION, Chosen
from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.calendar import HOUR_US, Calendar
from data.simulator.logging_policy import channel_of, eligible
from data.simulator.settings.world import WorldSettings
from data.simulator.state import State
from data.simulator.truth.oracle import attainable, gains, seeing
from data.simulator.truth.response import Response, expected_response
from data.simulator.world import live_day

ROOT = Path(__file__).parents[3]
PLAYERS, DECIDED_ON, HORIZON = 1500, 25, 28


def state_before_decision() -> State:
    calendar = Calendar.of(date(2026, 2, 1), DECIDED_ON + HORIZON + 3)
    state = State.before_first_day(WorldSettings(), calendar, PLAYERS, 5)
    for day in range(DECIDED_ON):
        live_day(state, day, Chosen.nobody())
    return state


def days_with_play(state: State, player: Ints, action: int) -> float:
    """Expected days with play of all players, over the horizon after one action for each."""
    everyone = np.full(len(player), action)
    channel = channel_of(state, player, everyone)
    chosen = Chosen(player, everyone, np.ones(len(player)), channel, "test")
    live_day(state, DECIDED_ON, chosen)
    total = 0.0
    for day in range(DECIDED_ON + 1, DECIDED_ON + 1 + HORIZON):
        live_day(state, day, Chosen.nobody())
        noon_us = state.calendar.day_starts_us(day) + 12 * HOUR_US
        free = state.accounts.blocked_until_us <= noon_us
        total += float((state.engagement.chance * free)[player].sum())
    return total


def test_the_expected_response_is_what_happens_on_average() -> None:
    asked = state_before_decision()
    everyone = np.flatnonzero(asked.engagement.chance > 0)
    player = everyone[eligible(asked, everyone, DECIDED_ON).all(axis=1, where=_OFFERED)]
    expected = expected_response(asked, player, DECIDED_ON).play_days.sum(axis=0)
    without = days_with_play(asked, player, 0)
    for name in ("sports_free_bet_10", "deposit_match_25", "rg_message", "break_and_review"):
        action = ACTION_NAMES.index(name)
        happened = days_with_play(state_before_decision(), player, action) - without
        assert np.sign(happened) == np.sign(expected[action])
        assert happened == pytest.approx(expected[action], rel=0.4, abs=0.02 * len(player))


_OFFERED = np.arange(len(ACTION_NAMES)) < FIRST_INTERVENTION


def drawn(seed: int, count: int = 2_000) -> tuple[Response, Bools, Floats, Floats]:
    """Responses of which a known fact tells a part."""
    rng = np.random.default_rng(seed)
    fact = rng.normal(size=(count, 1))
    margin = fact * rng.normal(size=3) + rng.normal(size=(count, 3))
    margin[:, 0] = 0.0
    harm = 0.4 * rng.random((count, 3)) - 0.1
    harm[:, 0] = 0.0
    allowed = rng.random((count, 3)) < 0.8
    allowed[:, 0] = True
    chances = allowed / allowed.sum(axis=1, keepdims=True)
    return Response(margin, margin, harm), allowed, chances, fact


@pytest.mark.parametrize("seed", range(5))
def test_who_sees_all_earns_most_and_what_can_be_known_more_than_chance(seed: int) -> None:
    response, allowed, chances, fact = drawn(seed)
    found = gains(response, allowed, chances, fact, 0.25)
    assert found.all_seeing >= found.attainable >= found.logging_policy
    assert found.attainable >= 0.0


def test_the_oracle_that_sees_all_is_the_best_of_every_player_s_own_actions() -> None:
    response, allowed, _, _ = drawn(7, 300)
    for row, action in enumerate(seeing(response, allowed, 0.25).tolist()):
        may = [n for n in range(3) if allowed[row, n] and response.harm_days[row, n] <= 0.25]
        assert action == max(may, key=lambda number: response.margin_eur[row, number])


def test_no_oracle_takes_an_action_that_harms_beyond_the_ceiling_or_is_barred() -> None:
    response, allowed, _, fact = drawn(8)
    rows = np.arange(len(allowed))
    best, known = seeing(response, allowed, 0.25), attainable(response, allowed, fact, 0.25)
    assert response.harm_days[rows, best].max() <= 0.25
    assert allowed[rows, best].all()
    assert allowed[rows, known].all()


def test_a_run_leaves_the_truth_beside_the_log_and_out_of_it(log: EventLog) -> None:
    tables = {path.stem: pq.read_table(path) for path in (log.root / "truth").glob("*.parquet")}
    assert {*tables} == {"players", "harm", "responses"}
    assert {"harmed", "at_risk"} <= {*tables["harm"]["state"].to_pylist()}
    assert tables["responses"].num_rows > 1000
    assert not [path for path in log.files() if "truth" in path]


@pytest.mark.parametrize("package", ["features", "campaigns", "training", "serving", "notebooks"])
def test_nothing_that_learns_or_decides_names_the_simulator_or_its_truth(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        text = path.read_text()
        assert "data.simulator" not in text, path
        assert '"truth"' not in text, path
        assert "truth/" not in text, path
