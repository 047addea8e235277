"""What is counted of a log: one row a source, event type and UTC day known.

One pass of DuckDB over the files of the days that matter; what is unusual is decided elsewhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import duckdb
import polars as pl

from data.contract import fields_of
from data.errors import DataError
from data.event_log import EventLog
from data.events import EVENT_TYPES
from data.instants import instant_of
from data.quality.thresholds import LATE_MINUTES, LOWEST_ODDS, STALE_HOURS
from data.sql_text import literal
from data.tables import payload_fields


class NothingToJudge(DataError):
    """There are no events in the days that are asked for."""


KEY = ("source", "event_type", "day")
"""What a cell is."""

NOT_COUNTED = frozenset({"ext", "currency", "fx_to_base"})
"""Optional fields that are no matter of nulls: the contract wants the last two beside amounts."""

_REGISTRATION = "player.registered"

_ODD = {
    "zero_amount": """(event_type = 'deposit' AND status = 'approved' AND amount = 0)
        OR (event_type = 'withdrawal' AND status = 'paid' AND amount = 0)
        OR (event_type = 'casino.round' AND state = 'settled' AND stake_real + stake_bonus = 0)
        OR (event_type = 'sports.bet' AND state = 'placed' AND stake_real + stake_bonus = 0)""",
    "lowest_odds": f"odds < {LOWEST_ODDS.value}",
    "late": f"""known_at - occurred_at > INTERVAL {LATE_MINUTES.value:.0f} MINUTE
        AND known_at - occurred_at <= INTERVAL {STALE_HOURS.value:.0f} HOUR""",
    "stale": f"known_at - occurred_at > INTERVAL {STALE_HOURS.value:.0f} HOUR",
    # Import keeps the stated moment of an event whose clock was ahead.
    "set_back": "ext LIKE '%\"occurred_at_stated\"%' OR ext LIKE '%\"known_at_stated\"%'",
}
"""What the contract allows and nobody means: measure → condition."""

SHARES = tuple(_ODD)
"""Measures that are shares of a cell's rows."""


def last_occurred(log: EventLog) -> datetime:
    """When the newest event occurred: stragglers of a log that ended become known days later.

    Raises
    ------
    NothingToJudge
        If the log has no events.
    """
    if not log.files():
        raise NothingToJudge(f"{log.root} has no events: import some with data.ingest")
    with _reading(log.files()) as con:
        moment = con.execute("SELECT max(epoch_us(occurred_at)) FROM events").fetchall()[0][0]
    return instant_of(int(moment))


@contextmanager
def events_of(log: EventLog, first: date, clock: datetime) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with what became known from a UTC day to a moment as the view ``known``.

    The view ``registered`` has the first registration of each player in each source, of the whole
    log: a player may have registered years before the window.
    """
    days = [first + timedelta(days=number) for number in range((clock.date() - first).days + 1)]
    with _reading(log.files()) as con:
        con.execute(
            "CREATE TABLE registered AS SELECT source, player_id, min(known_at) AS since "
            f"FROM events WHERE event_type = {literal(_REGISTRATION)} GROUP BY ALL"
        )
        files = log.files_of_days(days)
        if not files:
            raise NothingToJudge(
                f"{log.root} has no event known from {first} to {clock.date()}: import newer ones, "
                "or judge it as of its last event with --clock last_event"
            )
        con.read_parquet(files, hive_partitioning=False).create_view("window_events")
        con.execute(
            'CREATE VIEW known AS SELECT *, CAST(known_at AS DATE) AS "day" FROM window_events '
            f"WHERE known_at <= TIMESTAMPTZ {literal(clock.isoformat())}"
        )
        yield con


@contextmanager
def _reading(files: list[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        con.read_parquet(files, hive_partitioning=False).create_view("events")
        yield con


def cells_of(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Rows, their first and last moment known, and what is missing or odd among them.

    Returns
    -------
    Columns ``source``, ``event_type``, ``day``, ``rows``, ``first_known``, ``last_known``; a count
    of rows for each of ``SHARES``; ``unknown_player``, null where the source tells no
    registrations; and ``null:FIELD`` for each optional field.
    """
    odd = [f"count(*) FILTER ({condition}) AS {name}" for name, condition in _ODD.items()]
    nulls = [f'count(*) - count({name}) AS "null:{name}"' for name in _optional()]
    return _frame(
        con,
        f"""
        SELECT source, event_type, "day", count(*) AS "rows",
            min(known_at) AS first_known, max(known_at) AS last_known,
            {", ".join([*odd, *nulls])},
            CASE WHEN any_value(tells) THEN count(*) FILTER (
                since IS NULL OR CAST(since AS DATE) > "day"
            ) END AS unknown_player
        FROM known LEFT JOIN registered USING (source, player_id)
        LEFT JOIN (SELECT DISTINCT source, true AS tells FROM registered) USING (source)
        GROUP BY ALL
    """,
    )


def levels_of(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """How large amounts are: the mean logarithm of those above 0.

    A mean of logarithms shifts by ln 100 if units are swapped, and by half of that if half of the
    rows are; it needs no sorting and no single jackpot moves it.

    Returns
    -------
    Columns ``source``, ``event_type``, ``day``, ``field`` (with the currency: ``amount SEK``),
    ``rows`` and ``value`` (natural logarithm of minor units).
    """
    means = [
        f'count(*) FILTER ({name} > 0) AS "rows:{name}", '
        f'avg(ln({name})) FILTER ({name} > 0) AS "{name}"'
        for name in _amounts()
    ]
    wide = _frame(
        con,
        f"""
        SELECT source, event_type, "day", currency, {", ".join(means)}
        FROM known WHERE currency IS NOT NULL GROUP BY ALL
    """,
    )
    return pl.concat(
        wide.filter(pl.col(f"rows:{name}") > 0).select(
            *KEY,
            pl.concat_str(pl.lit(f"{name} "), "currency").alias("field"),
            pl.col(f"rows:{name}").alias("rows"),
            pl.col(name).alias("value"),
        )
        for name in _amounts()
    )


def rates_of(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Exchange rates: the columns of ``levels_of``, ``field`` a currency, of all event types."""
    return _frame(
        con,
        """
        SELECT source, 'all' AS event_type, "day",
            currency AS "field", count(*) AS "rows", avg(ln(CAST(fx_to_base AS DOUBLE))) AS "value"
        FROM known WHERE fx_to_base > 0 AND currency IS NOT NULL GROUP BY ALL
    """,
    )


def optional_fields(event_type: str) -> tuple[str, ...]:
    """Fields whose absence means unknown; the contract refuses others where they are missing."""
    return tuple(
        name
        for name, field in fields_of(event_type).items()
        if not field.required and field.default is None and name not in NOT_COUNTED
    )


def _frame(con: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    return pl.DataFrame(con.sql(query).to_arrow_table())


def _optional() -> list[str]:
    return sorted({name for event_type in EVENT_TYPES for name in optional_fields(event_type)})


def _amounts() -> list[str]:
    return [name for name, fields in payload_fields().items() if fields[0].money]
