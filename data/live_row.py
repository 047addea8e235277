"""A live event on its way into the log: as a row, or refused, and what holds as it arrives."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from data.activity import Activity

Row = dict[str, Any]
"""Filled columns of ``event_schema()``; moments are µs, dates and decimals text."""


class Refused(NamedTuple):
    """Why an item is no event of the log."""

    field: str
    value: str | None
    reason: str
    remedy: str


@dataclass(frozen=True)
class Arrival:
    """What holds for everything that arrives at one moment.

    Attributes
    ----------
    known_us
        The moment of arrival: live events are known as they are ingested.
    allowed_ahead_us
        By how much a sender's clock may be ahead; what is ahead is set back, and kept in ``ext``.
    activity
        What counts as activity.
    """

    known_us: int
    allowed_ahead_us: int
    base_currency: str
    activity: Activity
