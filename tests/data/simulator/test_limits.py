"""Deposit limits: what a change says is what changes, and what protects is known at once."""

import duckdb
import pytest

Events = duckdb.DuckDBPyConnection

_CHANGES = """
SELECT *, lag(amount) OVER (PARTITION BY player_id ORDER BY occurred_at) AS in_force,
    (occurred_at + to_minutes(utc_offset_minutes))::TIMESTAMP AS by_the_clock
FROM events WHERE event_type = 'limit' AND action {kinds}
"""
_IN_FORCE = _CHANGES.format(kinds="NOT IN ('increase_requested', 'reached')")


def found(events: Events, query: str) -> list[tuple[object, ...]]:
    return events.execute(query).fetchall()


def count(events: Events, query: str) -> int:
    return len(found(events, query))


def test_a_decrease_lowers_the_limit_and_an_increase_raises_it(events: Events) -> None:
    changes = f"SELECT action, in_force, amount FROM ({_IN_FORCE})"
    assert count(events, f"{changes} WHERE action = 'decrease'") > 5
    assert count(events, f"{changes} WHERE action = 'increase_effective'") > 5
    assert found(events, f"{changes} WHERE action = 'decrease' AND amount >= in_force") == []
    assert found(events, f"{changes} WHERE action LIKE 'increase%' AND amount <= in_force") == []


def test_a_raise_takes_effect_as_a_player_s_day_begins_and_as_it_was_told(events: Events) -> None:
    raises = _CHANGES.format(kinds="= 'increase_effective'")
    assert count(events, raises) > 5
    assert found(events, f"SELECT 1 FROM ({raises}) WHERE by_the_clock::TIME <> TIME '00:00'") == []
    untold = f"""
    SELECT 1 FROM ({raises}) AS raised WHERE NOT EXISTS (
        SELECT 1 FROM events AS asked WHERE asked.action = 'increase_requested'
        AND asked.player_id = raised.player_id AND asked.amount = raised.amount
        AND asked.effective_at = raised.occurred_at
        AND asked.occurred_at <= raised.occurred_at - INTERVAL 24 HOUR
    )
    """
    assert found(events, untold) == []


@pytest.mark.parametrize("kind", ["exclusion", "limit", "consent", "player.status_changed"])
def test_what_protects_a_player_is_known_within_seconds(events: Events, kind: str) -> None:
    told = f"SELECT event_id FROM events WHERE event_type = '{kind}'"
    assert count(events, told) > 5
    assert found(events, f"{told} AND known_at - occurred_at > INTERVAL 2 SECOND") == []
