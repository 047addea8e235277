"""From registration to the first deposit, or never: at every step some go no further."""

import duckdb
import pytest

from tests.data.simulator.conftest import PLAYERS

_STEPS = """
CREATE TEMP TABLE steps AS
SELECT player_id,
    min(occurred_at) FILTER (WHERE event_type = 'player.registered') AS registered,
    min(occurred_at) FILTER (WHERE event_type = 'player.kyc_changed' AND status = 'pending')
        AS pending,
    min(occurred_at) FILTER (WHERE status = 'verified') AS verified,
    min(occurred_at) FILTER (WHERE status = 'failed') AS failed,
    min(occurred_at) FILTER (WHERE status = 'closed') AS closed,
    min(occurred_at) FILTER (WHERE event_type = 'session.started') AS logged_in,
    min(occurred_at) FILTER (WHERE event_type = 'deposit' AND status = 'approved') AS deposited
FROM events GROUP BY player_id
"""


@pytest.fixture(scope="module")
def steps(events: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A connection with the first moment of every step of each player in ``steps``."""
    events.execute(_STEPS)
    return events


def count(steps: duckdb.DuckDBPyConnection, condition: str) -> int:
    return int(steps.execute(f"SELECT count(*) FROM steps WHERE {condition}").fetchall()[0][0])


def test_everybody_registers_is_checked_and_is_verified_or_not(
    steps: duckdb.DuckDBPyConnection,
) -> None:
    assert count(steps, "registered < pending") == PLAYERS
    assert count(steps, "verified > pending") + count(steps, "failed > pending") == PLAYERS
    assert count(steps, "verified IS NOT NULL AND failed IS NOT NULL") == 0


def test_few_fail_the_check_and_they_are_closed_before_any_play(
    steps: duckdb.DuckDBPyConnection,
) -> None:
    failed = count(steps, "failed IS NOT NULL")
    assert 0 < failed < 0.05 * PLAYERS
    assert count(steps, "failed < closed AND logged_in IS NULL AND deposited IS NULL") == failed


def test_most_who_are_verified_deposit_and_some_never_do(
    steps: duckdb.DuckDBPyConnection,
) -> None:
    verified = count(steps, "verified IS NOT NULL")
    assert count(steps, "deposited > verified") > 0.9 * verified
    assert count(steps, "verified IS NOT NULL AND deposited IS NULL") >= 10
    assert count(steps, "logged_in IS NOT NULL AND deposited IS NULL") > 0
