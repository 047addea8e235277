"""The log of a simulated operator: lawful by the contract, plausible, without inside knowledge."""

from datetime import date

import duckdb
import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from data.contract import envelope_fields, fields_of
from data.event_log import EventLog
from data.events import EVENT_TYPES, AnyEvent
from data.simulator.actions import FIRST_INTERVENTION, Chosen
from data.simulator.players import Natures
from data.simulator.world import World
from data.tables import BASE_SUFFIX, event_schema, payload_fields

Events = duckdb.DuckDBPyConnection

EMITTED = {
    "bonus", "casino.round", "consent", "decision.nbo", "deposit", "exclusion", "limit", "message",
    "person.linked", "player.kyc_changed", "player.registered", "player.status_changed",
    "session.ended", "session.started", "sports.bet", "support.contact", "withdrawal",
}  # fmt: skip


def one(events: Events, query: str) -> float:
    return float(events.execute(query).fetchall()[0][0])


def none_of(events: Events, query: str) -> bool:
    return events.execute(query).fetchall() == []


def test_a_row_of_every_type_and_state_is_an_event_of_the_contract(events: Events) -> None:
    sample = """
    SELECT * FROM events QUALIFY row_number() OVER (
        PARTITION BY event_type, status, state, action, exclusion_kind ORDER BY hash(event_id)
    ) <= 25
    """
    rows = events.sql(sample).to_arrow_table().to_pylist()
    assert {row["event_type"] for row in rows} == EMITTED
    for row in rows:
        filled = {
            name: value
            for name, value in row.items()
            if value is not None and not name.endswith(BASE_SUFFIX)
        }
        event = msgspec.convert(filled, AnyEvent)
        assert type(event) is EVENT_TYPES[row["event_type"]]


def test_files_have_exactly_the_columns_of_the_log(log: EventLog) -> None:
    for path in log.files():
        found = pq.read_schema(path)
        assert found.names == event_schema().names
        assert found.types == event_schema().types


def test_every_column_with_a_default_in_the_contract_is_filled(events: Events) -> None:
    for event_type in ("casino.round", "sports.bet", "bonus", "support.contact"):
        for name, field in fields_of(event_type).items():
            if field.default is not None:
                assert none_of(
                    events,
                    f"SELECT 1 FROM events WHERE event_type = '{event_type}' AND {name} IS NULL",
                )


def emitted(events: Events, of: str) -> set[str]:
    """Tokens of all that a relation of events tells."""
    filled = ", ".join(f"count({name}) AS {name}" for name in payload_fields())
    by_type = events.sql(f"SELECT event_type, {filled} FROM {of} GROUP BY event_type")
    found = set()
    for counts in by_type.to_arrow_table().to_pylist():
        event_type = counts.pop("event_type")
        found |= {event_type, f"{event_type}.utc_offset_minutes"}
        found |= {f"{event_type}.{name}" for name, count in counts.items() if count}
    states = f"""
    SELECT DISTINCT event_type || ':' || coalesce(status, state, action, exclusion_kind) AS token
    FROM {of} WHERE token IS NOT NULL AND event_type <> 'decision.nbo'
    """
    return found | {token for (token,) in events.execute(states).fetchall()}


def under_interventions() -> pa.Table:
    """What a world tells whose policy intervenes with everybody known on the second day."""
    world = World(20, 3, 1, date(2026, 1, 1))
    told = [world.step()]
    known = pc.unique(told[0]["player_id"]).to_pylist()
    player = np.array(sorted(int(one.split("-")[1]) for one in known))
    nothing = np.zeros(len(player), np.int64)
    action = FIRST_INTERVENTION + np.arange(len(player)) % 2
    told.append(world.step(Chosen(player, action, np.ones(len(player)), nothing, "test")))
    return pa.concat_tables([*told, world.step()])


def test_coverage_names_all_that_is_emitted_and_what_a_policy_may_do(
    log: EventLog, events: Events
) -> None:
    told = under_interventions()
    events.register("intervened", told)
    interventions = told.filter(pc.equal(told["event_type"], "rg.intervention"))
    assert {*interventions["method"].to_pylist()} == {"rg_message", "break_and_review"}
    assert interventions.num_rows > 5
    assert log.coverage() == emitted(events, "events") | emitted(events, "intervened")
    assert {commit.source.name for commit in log.commits()} == {"simulator"}


def test_no_hidden_trait_is_a_field_of_the_log() -> None:
    hidden = {*Natures.__dataclass_fields__, "harm", "engagement", "chance"}
    assert not hidden & {*envelope_fields(), *payload_fields()}


def test_nothing_is_known_before_it_happened_and_few_events_come_late(events: Events) -> None:
    assert none_of(events, "SELECT 1 FROM events WHERE occurred_at > known_at")
    late = "SELECT avg((known_at - occurred_at > INTERVAL 1 MINUTE)::INT) FROM events"
    assert 0.01 < one(events, late) < 0.02
    longest = "SELECT epoch(max(known_at - occurred_at)) / 86400 FROM events"
    assert 1 < one(events, longest) < 3.01


def test_events_that_were_sent_twice_are_in_the_log_once(log: EventLog, events: Events) -> None:
    assert sum(commit.duplicates for commit in log.commits()) > 5
    assert none_of(events, "SELECT event_id FROM events GROUP BY event_id HAVING count(*) > 1")


def test_activity_is_real_money_play_and_nothing_else(events: Events) -> None:
    played = """(
        (event_type = 'casino.round' AND state = 'settled')
        OR (event_type = 'sports.bet' AND state = 'placed')
    ) AND stake_real > 0"""
    assert none_of(events, f"SELECT 1 FROM events WHERE is_activity <> ({played})")


def test_a_bonus_that_runs_out_ends_at_a_midnight_after_its_days(events: Events) -> None:
    spans = """
    SELECT epoch_us(max(occurred_at)) % 86400000000 AS past_midnight,
        epoch(max(occurred_at) - min(occurred_at)) / 86400 AS days
    FROM events WHERE event_type = 'bonus' GROUP BY user_bonus_id HAVING bool_or(state = 'expired')
    """
    assert one(events, f"SELECT count(*) FROM ({spans})") > 10
    assert none_of(events, f"FROM ({spans}) WHERE past_midnight <> 0 OR days NOT BETWEEN 14 AND 15")


def test_withdrawals_are_not_taken_back_where_that_is_barred(events: Events) -> None:
    taken_back = "SELECT jurisdiction FROM events WHERE status = 'cancelled_by_player'"
    found = {jurisdiction for (jurisdiction,) in events.execute(taken_back).fetchall()}
    assert found
    assert not found & {"GB", "SE"}


def test_no_session_deposits_more_than_a_daily_limit_allows(events: Events) -> None:
    query = """
    WITH daily AS (
        SELECT player_id, max(amount) AS most, min(occurred_at) AS since FROM events
        WHERE event_type = 'limit' AND action <> 'reached' GROUP BY player_id
        HAVING bool_and(period = '24h') AND NOT bool_or(action = 'removed')
    ), paid AS (
        SELECT player_id, session_id, sum(amount) AS total, min(occurred_at) AS first_at FROM events
        WHERE event_type = 'deposit' AND status = 'approved' GROUP BY ALL
    )
    SELECT player_id, total, most FROM paid JOIN daily USING (player_id)
    WHERE first_at > since AND total > most
    """
    assert one(events, "SELECT count(*) FROM events WHERE action = 'reached'") > 20
    assert none_of(events, query)


@pytest.mark.parametrize(
    ("rate", "low", "high"),
    [
        ("sum(win_real_base) / sum(stake_real_base) FROM events WHERE game_type = 'slot'",
         0.85, 1.1),
        ("avg((status = 'declined')::INT) FROM events WHERE event_type = 'deposit'", 0.015, 0.10),
        ("sum(payout_base) / sum(stake_real_base) FROM events WHERE event_type = 'sports.bet'",
         0.75, 1.1),
        ("avg(balance_after) / 100 FROM events WHERE event_type = 'casino.round'", 10, 5000),
        ("count(DISTINCT player_id) / 400 FROM events WHERE is_activity", 0.85, 0.99),
        ("count(DISTINCT person_id) / 400 FROM events", 0.94, 0.96),
        ("count(DISTINCT player_id) FROM events WHERE is_test", 3, 3),
        ("count(DISTINCT jurisdiction) FROM events", 7, 7),
        ("count(DISTINCT brand_id) FROM events", 2, 2),
        ("avg((channel = 'migration')::INT) FROM events WHERE event_type = 'player.registered'",
         0.5, 0.7),
        ("avg((epoch_us(occurred_at) // 3600000000 % 24 BETWEEN 2 AND 5)::INT) FROM events "
         "WHERE is_activity AND jurisdiction = 'GB'", 0.0, 0.15),
    ],
)  # fmt: skip
def test_rates_are_those_of_a_plausible_operator(
    events: Events, rate: str, low: float, high: float
) -> None:
    assert low <= one(events, f"SELECT {rate}") <= high


def test_clocks_of_canada_are_behind_and_those_of_europe_change_in_march(events: Events) -> None:
    query = """
    SELECT list(DISTINCT utc_offset_minutes ORDER BY utc_offset_minutes)
    FROM events WHERE jurisdiction = '{}'
    """
    assert events.execute(query.format("SE")).fetchall() == [([60, 120],)]
    (canada,) = events.execute(query.format("CA-ON")).fetchall()[0]
    assert set(canada) <= {-360, -300, -240}
    assert {-300, -240} <= set(canada)
