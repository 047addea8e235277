"""The world in steps: lives apart, harm that comes and goes, and what goes wrong."""

from datetime import date

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from data.event_log import EventLog
from data.simulator.actions import ACTION_NAMES, Chosen
from data.simulator.calendar import Calendar
from data.simulator.fixtures import Fixtures
from data.simulator.harm import AT_RISK, HARMED, RECOVERING, RECREATIONAL, HarmCourse
from data.simulator.mishaps import count_mishaps
from data.simulator.randomness import Luck
from data.simulator.settings.harm import HarmCourseSettings
from data.simulator.world import World

START, DAYS = date(2026, 1, 1), 40
NUMBERED = [
    "event_id", "session_id", "round_id", "bet_id", "payment_id", "user_bonus_id", "message_id",
    "decision_id", "ticket_id",
]  # fmt: skip
"""Columns with numbers that count over all players."""


def live(players: int, *, offer_to: int | None = None) -> pa.Table:
    """The whole log of a small world, in which one player may get offers."""
    world, told = World(players, DAYS, 5, START), []
    while not world.over:
        told.append(world.step(None if offer_to is None else offer(offer_to, world.day)))
    return pa.concat_tables(told)


def offer(player: int, day: int) -> Chosen | None:
    if day % 5 != 4:
        return None
    action = np.array([ACTION_NAMES.index("free_spins_5")])
    return Chosen(np.array([player]), action, np.ones(1), np.zeros(1, np.int64), "test")


def lives(told: pa.Table, players: set[str]) -> list[str]:
    """What happened to players, without numbers that count over everybody."""
    mine = told.filter(pc.is_in(told["player_id"], pa.array(sorted(players))))
    return sorted(map(str, mine.drop_columns(NUMBERED).to_pylist()))


def alone(told: pa.Table, first: int) -> set[str]:
    """Of the first players, those whose person has no other account."""
    pairs = set(zip(told["player_id"].to_pylist(), told["person_id"].to_pylist(), strict=True))
    persons = [person for _, person in pairs]
    return {
        player
        for player, person in pairs
        if int(player.split("-")[1]) < first and persons.count(person) == 1
    }


def test_a_player_s_life_is_the_same_however_many_others_there_are() -> None:
    few, many = live(100), live(160)
    players = alone(many, 100) & alone(few, 100)
    assert len(players) > 90
    assert lives(few, players) == lives(many, players)


def test_offers_to_one_player_change_that_life_and_no_other() -> None:
    without, with_offers = live(100), live(100, offer_to=40)
    others = alone(without, 100) - {"player-000040"}
    assert lives(without, others) == lives(with_offers, others)
    assert lives(without, {"player-000040"}) != lives(with_offers, {"player-000040"})


def test_what_is_told_was_not_told_before_and_nothing_stays_untold() -> None:
    world, ids, latest = World(80, 20, 2, START), [], 0
    while not world.over:
        told = world.step(world.own_choice())
        ids += told["event_id"].to_pylist()
        known = told["known_at"].cast(pa.int64()).to_numpy()
        assert latest <= known.min()
        latest = int(known.max()) // 86_400_000_000 * 86_400_000_000
    assert len(ids) > 5_000
    assert len(ids) - len(set(ids)) < 20


def test_harm_begins_worsens_heals_and_relapses_in_the_order_of_its_course() -> None:
    course = HarmCourse(HarmCourseSettings(), 4_000, Luck(9))
    seen: set[tuple[int, int]] = set()
    for day in range(400):
        before = course.state.copy()
        course.advance(day)
        changed = np.flatnonzero(before != course.state)
        seen |= set(zip(before[changed].tolist(), course.state[changed].tolist(), strict=True))
        assert 0.0 <= course.level.min() <= course.level.max() <= 1.0
    assert seen == {
        (RECREATIONAL, AT_RISK),
        (AT_RISK, RECREATIONAL),
        (AT_RISK, HARMED),
        (HARMED, RECOVERING),
        (RECOVERING, RECREATIONAL),
        (RECOVERING, AT_RISK),
    }
    shares = np.bincount(course.state, minlength=4) / 4_000
    assert 0.8 < shares[RECREATIONAL] < 0.95
    assert 0.01 < shares[HARMED] < 0.06


def test_the_season_has_a_break_with_few_matches() -> None:
    calendar = Calendar.of(START, 365)
    fixtures = Fixtures(calendar)
    paused = np.array([fixtures.pause(day) for day in range(365)])
    matches = np.bincount(calendar.utc_day(fixtures.kick_off_us), minlength=365)[:365]
    assert 60 < paused.sum() < 100
    assert matches[paused].mean() < 0.7 * matches[~paused].mean()


def test_what_goes_wrong_at_an_operator_goes_wrong_here(log: EventLog) -> None:
    assert min(count_mishaps(log).values()) > 0


@pytest.mark.parametrize(
    "breach",
    [
        "action <> 'no_offer' AND action_probability NOT BETWEEN 0.1 AND 0.5",
        "action_probability <= 0 OR action_probability > 1",
        "jurisdiction = 'SE' AND action IN ('free_spins_5', 'sports_free_bet_10')",
        "epoch(occurred_at - birth) / 86400 / 365.25 < 25 AND action NOT IN "
        "('no_offer', 'free_play_message')",
        "stop_kind <> 'reinstatement'",
        "action NOT IN ('no_offer', 'free_play_message') "
        "AND occurred_at < sign_at + INTERVAL 90 DAY",
    ],
)
def test_the_operator_s_own_policy_breaks_no_rule(
    events: duckdb.DuckDBPyConnection, breach: str
) -> None:
    decisions = """
    WITH births AS (
        SELECT player_id, birth_date::TIMESTAMPTZ AS birth FROM events
        WHERE event_type = 'player.registered'
    ), stops AS (
        SELECT player_id, occurred_at AS stopped_at, exclusion_kind AS stop_kind FROM events
        WHERE event_type = 'exclusion'
    ), signs AS (
        SELECT person_id, occurred_at AS sign_at FROM events
        WHERE event_type = 'limit' AND action = 'decrease' OR topic = 'rg_disclosure'
    )
    SELECT decision.*, birth, stopped_at, stop_kind, sign_at
    FROM (SELECT * EXCLUDE (birth_date) FROM events WHERE event_type = 'decision.nbo') AS decision
    JOIN births USING (player_id) ASOF LEFT JOIN stops
    ON decision.player_id = stops.player_id AND decision.occurred_at >= stops.stopped_at
    ASOF LEFT JOIN signs
    ON decision.person_id = signs.person_id AND decision.occurred_at >= signs.sign_at
    """
    assert len(events.execute(decisions).fetchall()) > 1000
    assert events.execute(f"SELECT * FROM ({decisions}) WHERE {breach}").fetchall() == []
