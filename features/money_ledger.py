"""The exact money ledger: what legal limits and hard rules read, never a window of features.

Windows of features move in steps of five minutes to a day; a limit is broken at a microsecond. The
ledger keeps every movement of one account's money in its own currency, or of all accounts of one
person in the base currency, and sums any half-open stretch of time exactly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from data.instants import microseconds, midnight

Integers = npt.NDArray[np.int64]
Period = Literal["day", "week", "month"]

_SUMS = ("deposits", "withdrawals", "stakes", "winnings")


@dataclass(frozen=True)
class Money:
    """What moved in a stretch of time, minor units.

    Attributes
    ----------
    deposits
        Gross: every approved deposit.
    stakes, winnings
        Real money; a roll-back or void is taken off when it happened.
    """

    deposits: int = 0
    withdrawals: int = 0
    stakes: int = 0
    winnings: int = 0

    @property
    def net_deposits(self) -> int:
        """Deposits minus withdrawals; below 0 where more was taken out."""
        return self.deposits - self.withdrawals

    @property
    def loss(self) -> int:
        """Stakes minus winnings; below 0 where the player won."""
        return self.stakes - self.winnings


@dataclass(frozen=True)
class Movement:
    """One event's effect on the money, at the moment that it happened."""

    occurred_at: datetime
    money: Money


class MoneyLedger:
    """Movements in the order of their moments; whatever order they came in."""

    def __init__(self, movements: Iterable[Movement]) -> None:
        ordered = sorted(movements, key=lambda movement: movement.occurred_at)
        moments = [microseconds(movement.occurred_at) for movement in ordered]
        rows = [[getattr(one.money, name) for name in _SUMS] for one in ordered]
        self._occurred_us: Integers = np.array(moments, np.int64)
        self._before: Integers = np.zeros((len(rows) + 1, len(_SUMS)), np.int64)
        np.cumsum(np.array(rows, np.int64).reshape(-1, len(_SUMS)), axis=0, out=self._before[1:])

    def between(self, start: datetime, end: datetime) -> Money:
        """What moved in ``[start, end)``, to the microsecond. Cost grows with the logarithm."""
        bounds = np.array([microseconds(start), microseconds(end)], np.int64)
        first, last = np.searchsorted(self._occurred_us, bounds)
        return Money(*(self._before[max(first, last)] - self._before[first]).tolist())

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


def joined(movements: Sequence[Iterable[Movement]]) -> MoneyLedger:
    """The ledger of one person: the movements of all accounts, in the base currency."""
    return MoneyLedger(movement for account in movements for movement in account)
