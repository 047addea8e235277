"""Exclusions hold until a return: no play, no marketing; who returns begins slowly."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import duckdb
import pytest

from data.event_log import EventLog
from data.simulator.settings.world import WorldSettings

Events = duckdb.DuckDBPyConnection


def one(events: Events, query: str) -> float:
    return float(events.execute(query).fetchall()[0][0])


def none_of(events: Events, query: str) -> bool:
    return events.execute(query).fetchall() == []


def test_nobody_plays_pays_in_or_logs_in_during_an_exclusion_or_after_a_closed_account(
    events: Events,
) -> None:
    query = """
    WITH stops AS (
        SELECT player_id, person_id, occurred_at AS from_at, status,
            if(exclusion_kind = 'timeout', until, coalesce((
                SELECT min(again_at) FROM returns
                WHERE returns.player_id = events.player_id
                AND returns.occurred_at > events.occurred_at
            ), TIMESTAMPTZ '9999-01-01')) AS to_at
        FROM events WHERE exclusion_kind <> 'reinstatement' OR status = 'closed'
    )
    SELECT event_type FROM events JOIN stops
    ON if(stops.status = 'closed', events.player_id = stops.player_id,
        events.person_id = stops.person_id)
    WHERE occurred_at > from_at AND occurred_at < to_at
    AND (event_type IN ('session.started', 'deposit', 'casino.round') OR state = 'placed')
    """
    assert one(events, "SELECT count(*) FROM events WHERE event_type = 'exclusion'") > 50
    assert none_of(events, query)


def test_an_exclusion_holds_on_every_account_of_the_person(events: Events) -> None:
    query = """
    SELECT player.player_id
    FROM events AS exclusion
    JOIN events AS player USING (person_id)
    WHERE exclusion.event_type = 'exclusion' AND exclusion.exclusion_kind = 'self_exclusion'
    AND player.event_type = 'player.registered'
    AND NOT EXISTS (
        SELECT 1 FROM events AS own
        WHERE own.player_id = player.player_id
        AND (own.event_type = 'exclusion' OR own.status = 'closed')
    )
    """
    assert none_of(events, query)


def test_marketing_is_sent_only_with_consent_and_never_between_an_exclusion_and_a_return(
    events: Events,
) -> None:
    sent = """
    SELECT * EXCLUDE (product, granted),
        if(campaign_id LIKE 'sports%', 'sports', 'casino') AS product FROM events
    WHERE event_type = 'message' AND purpose = 'marketing' AND state = 'sent'
    AND campaign_id <> 'outside-crm-reactivation'
    """
    without_consent = f"""
    WITH sent AS ({sent}), consents AS (
        SELECT player_id, channel, product, granted, occurred_at FROM events
        WHERE event_type = 'consent' ORDER BY occurred_at
    )
    SELECT sent.event_id FROM sent ASOF LEFT JOIN consents
    ON sent.player_id = consents.player_id AND sent.channel = consents.channel
    AND sent.product = consents.product AND sent.occurred_at >= consents.occurred_at
    WHERE consents.granted IS DISTINCT FROM TRUE
    """
    after_exclusion = f"""
    WITH sent AS ({sent})
    SELECT sent.event_id FROM sent JOIN events AS stop USING (person_id)
    WHERE stop.exclusion_kind <> 'reinstatement' AND sent.occurred_at >= stop.occurred_at
    AND NOT EXISTS (
        SELECT 1 FROM returns WHERE returns.person_id = stop.person_id
        AND returns.occurred_at > stop.occurred_at AND returns.again_at <= sent.occurred_at
    )
    """
    assert one(events, f"SELECT count(*) FROM ({sent})") > 1000
    assert one(events, "SELECT count(*) FROM events WHERE state = 'unsubscribed'") > 3
    assert none_of(events, without_consent)
    assert none_of(events, after_exclusion)


@pytest.fixture(scope="module")
def stopping(
    tmp_path_factory: pytest.TempPathFactory, write_world: Callable[..., EventLog]
) -> Iterator[Events]:
    """The events of a world in which nearly everybody is excluded before long."""
    usual = WorldSettings()
    stops = replace(usual.protection, timeouts=0.02, self_exclusions=0.05, returns=0.3)
    settings = replace(usual, protection=stops)
    log = write_world(tmp_path_factory.mktemp("stopping") / "log", 300, 140, 2, settings)
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.read_parquet(log.files(), hive_partitioning=False).create_view("events")
        yield con


@pytest.mark.parametrize("kind", ["timeout", "self_exclusion", "register"])
def test_some_return_after_every_kind_of_exclusion_and_play_again_and_some_do_not(
    stopping: Events, kind: str
) -> None:
    counts = f"""
    WITH stops AS (
        SELECT player_id, occurred_at, exclusion_kind, jurisdiction, lead(occurred_at) OVER (
            PARTITION BY player_id ORDER BY occurred_at
        ) AS returned_at
        FROM events WHERE event_type = 'exclusion'
        QUALIFY exclusion_kind = '{kind}'
    )
    SELECT count(*), count(returned_at), count(*) FILTER (EXISTS (
        SELECT 1 FROM events WHERE events.player_id = stops.player_id
        AND events.event_type = 'session.started' AND events.occurred_at > stops.returned_at
    )) FROM stops
    """
    ((stopped, returned, played),) = stopping.execute(counts).fetchall()
    assert 0 < played <= returned < stopped


def test_a_return_follows_the_end_of_a_term_and_names_the_register_that_it_lifts(
    events: Events,
) -> None:
    unfit = """
    SELECT returns.player_id FROM returns ASOF JOIN (
        SELECT player_id, occurred_at, until, exclusion_kind, register FROM events
        WHERE exclusion_kind <> 'reinstatement'
    ) AS stop ON returns.player_id = stop.player_id AND returns.occurred_at > stop.occurred_at
    WHERE returns.occurred_at < stop.until
    OR returns.register IS DISTINCT FROM stop.register
    OR returns.effective_from <> returns.occurred_at
    """
    assert one(events, "SELECT count(*) FROM returns WHERE register IS NOT NULL") > 0
    assert none_of(events, unfit)


def test_a_register_is_found_only_while_its_term_lasts(events: Events) -> None:
    assert none_of(
        events,
        "SELECT 1 FROM events WHERE exclusion_kind = 'register' AND occurred_at >= until",
    )


def test_who_returns_is_asked_anew_and_only_some_agree(events: Events) -> None:
    agreed = """
    SELECT count(*), count(*) FILTER (EXISTS (
        SELECT 1 FROM events WHERE events.player_id = returns.player_id
        AND consent_source = 'return' AND granted AND events.occurred_at > returns.occurred_at
    )) FROM returns
    """
    ((returned, consented),) = events.execute(agreed).fetchall()
    assert 5 < consented < returned - 5
    old_consent = """
    SELECT sent.event_id FROM events AS sent JOIN returns USING (player_id)
    WHERE sent.event_type = 'message' AND sent.purpose = 'marketing' AND sent.state = 'sent'
    AND sent.campaign_id <> 'outside-crm-reactivation' AND sent.occurred_at > returns.occurred_at
    AND NOT EXISTS (
        SELECT 1 FROM events AS act
        WHERE act.player_id = sent.player_id AND act.event_type = 'consent' AND act.granted
        AND act.occurred_at BETWEEN returns.occurred_at AND sent.occurred_at
    )
    """
    assert none_of(events, old_consent)


_SOON = """
SELECT events.* FROM events JOIN returns USING (player_id)
WHERE events.occurred_at > returns.occurred_at
AND events.occurred_at < returns.occurred_at + INTERVAL 90 DAY
"""


def test_nobody_gets_an_offer_or_a_bonus_within_ninety_days_of_a_return(events: Events) -> None:
    incentives = "action <> 'no_offer' AND event_type = 'decision.nbo' OR state = 'claimed'"
    assert none_of(events, f"SELECT 1 FROM ({_SOON}) WHERE {incentives}")


def test_decisions_soon_after_a_return_are_no_draw(events: Events) -> None:
    decided = f"FROM ({_SOON}) WHERE event_type = 'decision.nbo'"
    assert one(events, f"SELECT count(*) {decided}") > 10
    assert one(events, f"SELECT min(action_probability) {decided}") == 1.0
