"""A policy that offers everybody everything every day reaches nobody who is protected."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from data.simulator.actions import ACTION_NAMES, BREAK, OFFERS, Chosen
from data.simulator.world import World
from tests.data.simulator.conftest import PROTECTIVE

PLAYERS, DAYS = 1_200, 75
LOUD = replace(
    PROTECTIVE,
    protection=replace(PROTECTIVE.protection, register_share=0.8, limit_changes=0.03),
    messages=replace(PROTECTIVE.messages, consent_share=0.95, opened_share=0.9),
)
"""Everybody listens, and many stop: nearly everything that can go wrong would."""

PAID = tuple(offer.name for offer in OFFERS if offer.paid)

_VIEWS = f"""
CREATE VIEW promotion AS SELECT * FROM events
WHERE event_type = 'message' AND purpose = 'marketing' AND state IN ('sent', 'opened', 'clicked')
AND campaign_id <> 'outside-crm-reactivation';
CREATE VIEW given AS SELECT * FROM events WHERE event_type = 'bonus' AND state = 'claimed';
CREATE VIEW reached AS SELECT * FROM promotion UNION ALL SELECT * FROM given;
CREATE VIEW incentives AS
SELECT * FROM promotion WHERE state = 'sent' AND campaign_id IN {PAID}
UNION ALL SELECT * FROM given;
CREATE VIEW returns AS
SELECT person_id, occurred_at, occurred_at + to_hours(
    CASE jurisdiction WHEN 'GB' THEN 24 WHEN 'NL' THEN 192 ELSE 0 END
) AS again_at FROM events WHERE exclusion_kind = 'reinstatement';
CREATE VIEW stops AS
SELECT person_id, jurisdiction, occurred_at AS from_at, effective_from,
    coalesce((
        SELECT min(again_at) FROM returns WHERE returns.person_id = events.person_id
        AND returns.occurred_at > events.occurred_at
    ), TIMESTAMPTZ '9999-01-01') AS to_at
FROM events WHERE event_type = 'exclusion' AND exclusion_kind <> 'reinstatement';
CREATE VIEW known AS
SELECT player_id, min(occurred_at) FILTER (status = 'verified') AS verified_at,
    min(occurred_at) FILTER (event_type = 'player.status_changed' AND status = 'closed')
        AS closed_at,
    max(birth_date) AS birth
FROM events GROUP BY player_id;
CREATE VIEW unsettling AS
SELECT player_id, occurred_at FROM events WHERE event_type = 'limit' AND action = 'decrease'
OR topic = 'rg_disclosure' OR exclusion_kind = 'reinstatement';
CREATE VIEW presence AS SELECT player_id, occurred_at FROM events
WHERE event_type = 'session.started' OR event_type = 'player.kyc_changed' AND status = 'verified';
CREATE VIEW bonus_spans AS
SELECT player_id, user_bonus_id, min(occurred_at) AS from_at,
    coalesce(max(occurred_at) FILTER (state <> 'claimed'), TIMESTAMPTZ '9999-01-01') AS to_at
FROM events WHERE event_type = 'bonus' GROUP BY ALL
"""


def everything(world: World) -> Chosen:
    """Offers to all who are registered, one after the other, and a break now and then."""
    now_us = world.state.calendar.day_starts_us(world.day)
    player = np.flatnonzero(world.state.population.profiles.registered_us <= now_us)
    action = 1 + (player + world.day) % len(OFFERS)
    action[(player + world.day) % 40 == 0] = BREAK
    return Chosen(player, action, np.ones(len(player)), player % 3, "hostile")


@pytest.fixture(scope="module")
def pressed() -> Iterator[duckdb.DuckDBPyConnection]:
    """The events of a world under that policy."""
    world, told = World(PLAYERS, DAYS, 4, date(2026, 1, 1), LOUD), []
    while not world.over:
        told.append(world.step(everything(world)))
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.register("all_events", pa.concat_tables(told))
        con.execute("CREATE TABLE events AS SELECT DISTINCT ON (event_id) * FROM all_events")
        con.execute(_VIEWS)
        yield con


@pytest.mark.parametrize(
    "breach",
    [
        "SELECT 1 FROM reached JOIN stops USING (person_id) "
        "WHERE reached.occurred_at >= from_at AND reached.occurred_at < to_at",
        "SELECT 1 FROM promotion JOIN stops USING (person_id) WHERE state = 'sent' "
        "AND stops.jurisdiction IN ('SE', 'DK') AND promotion.occurred_at >= stops.effective_from "
        "AND promotion.occurred_at < to_at",
        "SELECT 1 FROM given JOIN stops USING (person_id) "
        "WHERE given.occurred_at >= stops.effective_from AND given.occurred_at < to_at",
        "SELECT 1 FROM reached JOIN known USING (player_id) WHERE occurred_at >= closed_at",
        "SELECT 1 FROM reached JOIN known USING (player_id) "
        "WHERE verified_at IS NULL OR occurred_at < verified_at",
        "SELECT 1 FROM reached JOIN known USING (player_id) WHERE jurisdiction = 'NL' "
        "AND state IN ('sent', 'claimed') "
        "AND epoch(reached.occurred_at - birth::TIMESTAMPTZ) / 86400 / 365.25 < 24",
        "SELECT 1 FROM incentives WHERE jurisdiction = 'SE' "
        "AND bonus_id IS DISTINCT FROM 'welcome'",
        "SELECT 1 FROM incentives JOIN unsettling USING (player_id) "
        "WHERE incentives.occurred_at BETWEEN unsettling.occurred_at "
        "AND unsettling.occurred_at + INTERVAL 90 DAY",
        "SELECT 1 FROM promotion JOIN events AS pause USING (player_id) "
        "WHERE pause.method = 'break_and_review' AND promotion.occurred_at "
        "BETWEEN pause.occurred_at AND pause.occurred_at + INTERVAL 3 DAY - INTERVAL 1 SECOND",
        "SELECT 1 FROM promotion ASOF JOIN presence "
        "ON promotion.player_id = presence.player_id "
        "AND promotion.occurred_at >= presence.occurred_at WHERE jurisdiction = 'DK' "
        "AND state = 'sent' AND promotion.occurred_at > presence.occurred_at + INTERVAL 14 DAY",
        "SELECT 1 FROM bonus_spans AS one JOIN bonus_spans AS other USING (player_id) "
        "WHERE one.user_bonus_id <> other.user_bonus_id AND one.from_at <= other.from_at "
        "AND other.from_at < one.to_at",
        "SELECT 1 FROM bonus_spans AS bonus JOIN events AS stop USING (player_id) "
        "WHERE stop.exclusion_kind <> 'reinstatement' "
        "AND bonus.from_at < stop.occurred_at AND stop.occurred_at < bonus.to_at",
    ],
)
def test_no_policy_breaks_a_rule_of_the_world(
    pressed: duckdb.DuckDBPyConnection, breach: str
) -> None:
    assert pressed.execute(breach).fetchall() == []


@pytest.mark.parametrize("market", ["SE", "DK", "NL", "GB"])
def test_the_policy_presses_hard_where_the_rules_hold(
    pressed: duckdb.DuckDBPyConnection, market: str
) -> None:
    counts = f"""
    SELECT count(*) FILTER (state = 'sent'), count(*) FILTER (suppress_reason = 'protection'),
        count(*) FILTER (exclusion_kind = 'register'),
        count(*) FILTER (campaign_id IN {ACTION_NAMES} AND state = 'opened')
    FROM events WHERE jurisdiction = '{market}'
    """
    (found,) = pressed.execute(counts).fetchall()
    assert min(found) > 0
