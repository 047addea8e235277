"""How a measure of a tile is declared: its merge, its unit, and its expression over an event."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from data.events import EVENT_TYPES

Merge = Literal["sum", "max", "min", "or"]
Unit = Literal["minor units", "count", "moment", "bits", "code"]

SUM_EMPTY = 0
MAX_EMPTY = -(2**53)
MIN_EMPTY = 2**53
OR_EMPTY = 0

EMPTY: dict[Merge, int] = {"sum": SUM_EMPTY, "max": MAX_EMPTY, "min": MIN_EMPTY, "or": OR_EMPTY}
"""Value of a measure that nothing contributed to."""

TOTALS_OF_DAYS = ("play.daily", "payments.daily")
"""Event types that stand at a day's last moment for all of it."""


@dataclass(frozen=True)
class Measure:
    """One column of a tile.

    Attributes
    ----------
    sql
        Expression over one prepared event row.
    needs
        Ways in which sources can tell it: coverage tokens (``data.event_log.Source.coverage``),
        joined by `` + `` where several are needed at once. Without ways any event tells it.
    hidden_in
        Event types that can hold what it counts and never tell: beside them it is absent.
    """

    name: str
    merge: Merge
    unit: Unit
    sql: str
    needs: tuple[str, ...]
    hidden_in: tuple[str, ...] = ()

    def told(self, coverage: Collection[str], *, by_day: bool) -> bool:
        """Whether the sources can tell it; if not it is absent, never zero.

        One way is enough for a mark, a moment or an extreme: it is true as far as it is seen. A sum
        is whole only if every kind of event that could add to it tells it.

        Parameters
        ----------
        coverage
            What the log's sources tell.
        by_day
            True for windows of whole days; a day's total tells nothing of shorter ones.
        """
        ways = [(way, _is_there(way, coverage, by_day)) for way in self.needs]
        if self.merge != "sum":
            return not ways or any(there for _, there in ways)
        found = {_kind(way) for way, there in ways if there}
        possible = ({_kind(way) for way, _ in ways} | set(self.hidden_in)) & set(coverage)
        return not ways or (bool(found) and found >= possible)

    def can_tell(self, event_type: str) -> bool:
        """Whether an event of a type can add to it; of the others it is always empty."""
        return not self.needs or event_type in {_kind(way) for way in self.needs}


def _kind(way: str) -> str:
    """Event type of a way: ``sports.bet`` of ``sports.bet:placed + sports.bet.stake_real``."""
    first = way.partition(" + ")[0].partition(":")[0]
    return first if first in EVENT_TYPES else first.rpartition(".")[0]


def _is_there(way: str, coverage: Collection[str], by_day: bool) -> bool:
    if _kind(way) in TOTALS_OF_DAYS and not by_day:
        return False
    return all(token in coverage for token in way.split(" + "))


def when(condition: str, value: str = "1") -> str:
    """A value where a condition holds; NULL, which adds nothing, elsewhere."""
    return f"CASE WHEN {condition} THEN {value} END"


def total(name: str, unit: Unit, sql: str, *needs: str, hidden_in: tuple[str, ...] = ()) -> Measure:
    """A measure that adds up."""
    return Measure(name, "sum", unit, sql, needs, hidden_in)


def latest(name: str, condition: str, *needs: str) -> Measure:
    """The last moment at which a condition held, µs since the epoch."""
    return Measure(name, "max", "moment", when(condition, "occurred_us"), needs)


def earliest(name: str, condition: str, *needs: str) -> Measure:
    """The first moment at which a condition held, µs since the epoch."""
    return Measure(name, "min", "moment", when(condition, "occurred_us"), needs)
