"""How a measure of a tile is declared: its merge, its unit, and its expression over an event."""

from dataclasses import dataclass
from typing import Literal

Merge = Literal["sum", "max", "min", "or"]
Unit = Literal["minor units", "count", "moment", "bits"]

SUM_EMPTY = 0
MAX_EMPTY = -(2**53)
MIN_EMPTY = 2**53
OR_EMPTY = 0

EMPTY: dict[Merge, int] = {"sum": SUM_EMPTY, "max": MAX_EMPTY, "min": MIN_EMPTY, "or": OR_EMPTY}
"""Value of a measure that nothing contributed to."""


@dataclass(frozen=True)
class Measure:
    """One column of a tile.

    Attributes
    ----------
    sql
        Expression over one prepared event row.
    needs
        Coverage tokens (``data.event_log.Source.coverage``) of which one must be there; without
        any the measure is absent, never zero.
    """

    name: str
    merge: Merge
    unit: Unit
    sql: str
    needs: tuple[str, ...]


def when(condition: str, value: str = "1") -> str:
    """A value where a condition holds; NULL, which adds nothing, elsewhere."""
    return f"CASE WHEN {condition} THEN {value} END"


def total(name: str, unit: Unit, sql: str, *needs: str) -> Measure:
    """A measure that adds up."""
    return Measure(name, "sum", unit, sql, needs)


def latest(name: str, condition: str, *needs: str) -> Measure:
    """The last moment at which a condition held, µs since the epoch."""
    return Measure(name, "max", "moment", when(condition, "occurred_us"), needs)


def earliest(name: str, condition: str, *needs: str) -> Measure:
    """The first moment at which a condition held, µs since the epoch."""
    return Measure(name, "min", "moment", when(condition, "occurred_us"), needs)
