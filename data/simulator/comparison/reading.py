"""Reading of an event log for the comparison: payments alone, without test accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa

from data.currency import minor_unit_digits
from data.errors import DataError
from data.event_log import EventLog
from data.instants import instant_of, microseconds, midnight
from data.simulator.comparison.payments import Ints, Movements, Payments

_DEPOSIT, _DECLINED, _WITHDRAWAL = range(3)

_PAYMENTS = """
SELECT
    player_id,
    CASE
        WHEN event_type = 'withdrawal' THEN $withdrawal
        WHEN status = 'approved' THEN $deposit
        ELSE $declined
    END AS kind,
    epoch_us(occurred_at) AS at_us,
    CASE
        WHEN utc_offset_minutes IS NULL THEN epoch_us(timezone($timezone, occurred_at))
        ELSE epoch_us(occurred_at) + utc_offset_minutes::BIGINT * 60000000
    END AS local_us,
    amount_base AS amount
FROM events ANTI JOIN test_players USING (player_id)
WHERE event_type IN ('deposit', 'withdrawal')
    AND (event_type, status) IN
        (('deposit', 'approved'), ('deposit', 'declined'), ('withdrawal', 'paid'))
ORDER BY player_id, at_us, event_id
"""


class NothingToCompare(DataError):
    """A log has no deposits, or can't be read."""


@contextmanager
def opened(log: EventLog) -> Iterator[duckdb.DuckDBPyConnection]:
    """Connect to a log: the views ``events`` and ``test_players``.

    Raises
    ------
    NothingToCompare
        If the log is empty, or a file of it is missing or damaged.
    """
    files = log.files()
    if not files:
        raise NothingToCompare(f"{log.root} holds no events yet: import or simulate some first")
    try:
        with duckdb.connect(config={"autoinstall_known_extensions": False}) as con:
            con.execute("SET enable_progress_bar = false")
            con.read_parquet(files, hive_partitioning=False).create_view("events")
            con.execute(
                "CREATE TEMP TABLE test_players AS SELECT DISTINCT player_id FROM events "
                "WHERE is_test"
            )
            yield con
    except duckdb.Error as fault:
        raise NothingToCompare(
            f"{log.root} can't be read ({str(fault).splitlines()[0]}): check it with "
            f"python -m data.validate --data {log.root}"
        ) from None


def read_payments(log: EventLog) -> Payments:
    """Deposits and withdrawals of a log, on whole days of its own timezone.

    A player's clock is the one that the event tells, and the operator's where it tells none. The
    first day may be broken; the last one is left out.

    Raises
    ------
    NothingToCompare
        If the log has no approved deposit.
    """
    with opened(log) as con:
        table = con.sql(
            _PAYMENTS,
            params={
                "timezone": log.settings.timezone,
                "deposit": _DEPOSIT,
                "declined": _DECLINED,
                "withdrawal": _WITHDRAWAL,
            },
        ).to_arrow_table()
    kind = table["kind"].to_numpy()
    if not (kind == _DEPOSIT).any():
        raise NothingToCompare(
            f"{log.root} has no event of event_type 'deposit' with status 'approved' outside test "
            "accounts: name a log of single payments, or map them"
        )
    players = table["player_id"].combine_chunks().dictionary_encode()
    every = Movements(
        players.indices.to_numpy().astype(np.int64), *(_whole(table, name) for name in _NUMBERS)
    )
    return Payments(
        every.where(kind == _DEPOSIT),
        every.where(kind == _DECLINED),
        every.where(kind == _WITHDRAWAL),
        len(players.dictionary),
        midnights(int(every.at_us.min()), int(every.at_us.max()), log.settings.timezone),
        10 ** minor_unit_digits(log.settings.base_currency),
    )


_NUMBERS = ("at_us", "local_us", "amount")


def _whole(table: pa.Table, name: str) -> Ints:
    return np.asarray(table[name].to_numpy(), dtype=np.int64)


def midnights(first_us: int, last_us: int, timezone: str) -> Ints:
    """Every midnight from that at or before ``first_us`` to that at or before ``last_us``.

    Parameters
    ----------
    first_us, last_us
        µs since the epoch.
    timezone
        IANA name of the zone whose midnights are meant.

    Returns
    -------
    µs since the epoch, ascending; days of 23 and 25 hours are as long as they are.
    """
    first, last = (_day_of(moment_us, timezone) for moment_us in (first_us, last_us))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return np.array([microseconds(midnight(day, timezone)) for day in days], dtype=np.int64)


def _day_of(moment_us: int, timezone: str) -> date:
    return instant_of(moment_us).astimezone(ZoneInfo(timezone)).date()
