"""The event log as cohorts and labels read it: one connection with the views that they share."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import duckdb

from data.event_log import EventLog
from data.instants import instant_of
from features.protection import ACCOUNT_LINKS, PROTECTIVE_STEPS
from training.errors import TrainingError


class EmptyLog(TrainingError):
    """The log holds no events."""


_TEST_PLAYERS = """
CREATE TEMP TABLE test_players AS SELECT DISTINCT player_id FROM events WHERE is_test
"""


@contextmanager
def open_history(log: EventLog) -> Iterator[duckdb.DuckDBPyConnection]:
    """Connect to the log: ``events``, ``protective_steps``, ``account_links``, ``test_players``.

    ``events`` has the partition column ``known_day``; a query that bounds it opens few files.

    Raises
    ------
    EmptyLog
        If no commit holds an event.
    """
    files = log.files()
    if not files:
        raise EmptyLog(f"{log.root} holds no events yet: ingest or simulate some first")
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as con:
        con.execute("SET enable_progress_bar = false")
        con.execute("SET parquet_metadata_cache = true")
        con.read_parquet(files, hive_partitioning=True).create_view("events")
        con.execute(f"CREATE TEMP TABLE protective_steps AS {PROTECTIVE_STEPS}")
        con.execute(f"CREATE TEMP TABLE account_links AS {ACCOUNT_LINKS}")
        con.execute(_TEST_PLAYERS)
        yield con


def first_activity(log: EventLog) -> datetime:
    """When the first activity became known.

    Raises
    ------
    EmptyLog
        If there is none.
    """
    with open_history(log) as history:
        ((first,),) = history.query(
            "SELECT min(epoch_us(known_at)) FROM events WHERE is_activity"
        ).fetchall()
    if first is None:
        raise EmptyLog(f"{log.root} holds no activity: state in the mapping what counts as such")
    return instant_of(first)


def known_at_assumed_share(log: EventLog) -> float:
    """Share of the events whose moment of becoming known no source told (assumed with a delay)."""
    with open_history(log) as history:
        ((share,),) = history.query(
            "SELECT avg(CAST(known_at_assumed AS INTEGER)) FROM events"
        ).fetchall()
    return float(share)


def known_span(log: EventLog) -> tuple[datetime, datetime]:
    """When the log's first and last event became known."""
    commits = log.commits()
    if not commits:
        raise EmptyLog(f"{log.root} holds no events yet: ingest or simulate some first")
    first = min(commit.first_known_us for commit in commits)
    last = max(commit.last_known_us for commit in commits)
    return instant_of(first), instant_of(last)
