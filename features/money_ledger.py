"""The exact money ledger: what legal limits and hard rules read, never a window of features.

Windows of features move in steps of five minutes to a day; a limit is broken at a microsecond. The
online state keeps every movement of an account's money, in its own and in the base currency, and
the ledger sums any half-open stretch of time exactly: of one account, or of all accounts of one
person in the base currency.

Cost of a sum: the movements in its stretch, 0.1 µs each.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from data.instants import microseconds, midnight
from data.tables import BASE_SUFFIX
from features.money import Money, Scope
from features.money_sql import MOVED

Period = Literal["day", "week", "month"]


class MoneyLedger:
    """Sums over the ``movements`` of an online state.

    Parameters
    ----------
    player_ids
        One account, or all of a person.
    scope
        ``account`` sums in the account's own currency, ``person`` in the base currency.
    """

    def __init__(self, con: sqlite3.Connection, player_ids: Sequence[str], scope: Scope) -> None:
        suffix = BASE_SUFFIX if scope == "person" else ""
        sums = ", ".join(f"coalesce(sum({name}{suffix}), 0)" for name in MOVED)
        self._con, self._player_ids = con, list(player_ids)
        self._sql = (
            f"SELECT {sums} FROM movements WHERE player_id IN ({', '.join('?' * len(player_ids))}) "
            "AND occurred_us >= ? AND occurred_us < ?"
        )

    def between(self, start: datetime, end: datetime) -> Money:
        """What moved in ``[start, end)``, to the microsecond."""
        bounds = (microseconds(start), microseconds(end))
        (sums,) = self._con.execute(self._sql, [*self._player_ids, *bounds]).fetchall()
        return Money(*sums)

    def rolling(self, now: datetime, length: timedelta) -> Money:
        """What moved in the ``length`` before now: 24 hours are 24 hours whatever clocks do."""
        return self.between(now - length, now)

    def calendar(self, now: datetime, period: Period, timezone: str) -> Money:
        """What moved since the local day, week (from Monday) or month began.

        Parameters
        ----------
        timezone
            IANA name of the jurisdiction's zone: a day has 23 or 25 hours where clocks change.
        """
        return self.between(period_start(now, period, timezone), now)


def period_start(now: datetime, period: Period, timezone: str) -> datetime:
    """First moment of the local day, week or month that an instant lies in, in UTC.

    Examples
    --------
    >>> from datetime import UTC
    >>> period_start(datetime(2026, 3, 29, 20, tzinfo=UTC), "day", "Europe/Stockholm").isoformat()
    '2026-03-28T23:00:00+00:00'
    """
    today = now.astimezone(ZoneInfo(timezone)).date()
    back = {"day": 0, "week": today.weekday(), "month": today.day - 1}[period]
    return midnight(today - timedelta(days=back), timezone)
