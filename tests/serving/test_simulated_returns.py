"""Returns as a simulated operator tells them: read as a return, and open with consent alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import duckdb
import pytest
from rich.console import Console
from rich.progress import Progress

from campaigns.decision import Decision
from campaigns.policy import decide
from data.event_log import EventLog
from data.simulator.run import Run, simulate
from data.simulator.settings.world import WorldSettings
from features.load_online import load_online
from features.online_tiles import OnlineTiles
from features.tiles import tile_commits
from serving.state_builder import Asked, build_state

USUAL = WorldSettings()
STOPPING = replace(
    USUAL,
    population=replace(USUAL.population, second_account_share=0.0),
    protection=replace(USUAL.protection, timeouts=0.05, self_exclusions=0.01, returns=0.3),
)
"""A world in which most are excluded before long, and each has one account."""

_LATEST = """
WITH stops AS (
    SELECT player_id, max_by(exclusion_kind, occurred_at) AS kind, max(occurred_at) AS at
    FROM events WHERE event_type = 'exclusion' GROUP BY player_id
)
SELECT player_id, kind = 'reinstatement' AS returned, EXISTS (
    SELECT 1 FROM events AS act WHERE act.player_id = stops.player_id
    AND act.event_type = 'consent' AND act.granted AND act.occurred_at > stops.at
) AS consented
FROM stops
"""


@pytest.fixture(scope="module")
def decisions(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[tuple[bool, bool, Decision]]]:
    """Of everybody ever excluded: whether returned, whether consented since, and a decision."""
    place = tmp_path_factory.mktemp("returns")
    run = Run(200, 60, 8, date(2026, 1, 1), settings=STOPPING)
    simulate(place / "log", run, Progress(console=Console(quiet=True)))
    log = EventLog(place / "log")
    list(tile_commits(log))
    load_online(log, place / "online.sqlite")
    with duckdb.connect() as con:
        con.read_parquet(log.files(), hive_partitioning=False).create_view("events")
        found = con.execute(_LATEST).fetchall()
    tiles = OnlineTiles(place / "online.sqlite", "last_event")
    yield [(returned, consented, decision(tiles, player)) for player, returned, consented in found]
    tiles.close()


def decision(tiles: OnlineTiles, player: str) -> Decision:
    state, _ = build_state(tiles, {}, Asked("an id", "00" * 16, player, 0))
    return decide(state)


def closed_by(one: Decision, gate: str) -> bool:
    return f"gate.{gate}" in {reason.rule_id for reason in one.reasons}


def test_an_exclusion_holds_until_the_reinstatement_that_the_world_tells(
    decisions: list[tuple[bool, bool, Decision]],
) -> None:
    assert {returned for returned, _, _ in decisions} == {True, False}
    for returned, _, one in decisions:
        assert closed_by(one, "excluded") != returned


def test_who_returned_without_a_fresh_consent_is_still_closed_and_who_gave_one_is_not(
    decisions: list[tuple[bool, bool, Decision]],
) -> None:
    back = [(consented, one) for returned, consented, one in decisions if returned]
    assert 3 < sum(consented for consented, _ in back) < len(back) - 3
    for consented, one in back:
        assert closed_by(one, "return_without_consent") != consented
        assert consented or one.protected
