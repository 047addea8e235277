"""What a check finds, and how a person is told of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

State = Literal["usual", "alarm", "untold"]
"""As usual; alarming; or too little history or too few rows to tell."""


@dataclass(frozen=True)
class Measure:
    """What is measured, in words, how its values are written, and what to do about an alarm."""

    name: str
    words: str
    remedy: str
    write: Callable[[float], str]


def _count(value: float) -> str:
    return f"{value:,.0f} events"


def _share(value: float) -> str:
    return f"{value:.1%}"


def _hours(value: float) -> str:
    return f"{value:,.1f} h"


def _number(value: float) -> str:
    return f"{value:,.4g}"


MEASURES = {
    measure.name: measure
    for measure in (
        Measure("volume", "volume of the day",
                "ask the sender for the day's own count, and import what is missing", _count),
        Measure("freshness", "age of the newest event",
                "see whether export and import still run, and import what has not come", _hours),
        Measure("nulls", "share of events without the field",
                "see whether the export or the mapping lost the column", _share),
        Measure("zero_amount", "share of amounts or stakes of nothing",
                "see which column the mapping reads the amount from", _share),
        Measure("lowest_odds", "share of odds below 1.01",
                "see whether odds come as decimals, and not as profit or probability", _share),
        Measure("amount_level", "geometric mean of amounts above 0, in minor units",
                "see whether money.unit of the mapping (major or minor) is what the files hold",
                _number),
        Measure("fx_rate", "units of the base currency for one unit",
                "see whether the rate is stale, turned round or of another currency", _number),
        Measure("unknown_player", "share of events of players without a registration",
                "import the registrations, or see whether ids are those of another system",
                _share),
        Measure("late", "share known more than 45 minutes after they occurred",
                "compare the sender's clock and the mapping's timezone with UTC", _share),
        Measure("stale", "share known more than a day after they occurred",
                "see whether an old file was sent again, or the delivery was stuck", _share),
        Measure("set_back", "share of moments ahead of the one they must not exceed",
                "set the sender's clock", _share),
        Measure("duplicates", "share of a commit's rows that the log had already",
                "see whether the export still begins where the last one ended", _share),
    )
}  # fmt: skip
"""Everything that is measured, by name."""


@dataclass(frozen=True)
class Finding:
    """One figure of one source, event type and day, beside its usual.

    Attributes
    ----------
    event_type
        ``all`` where a figure is about the whole source.
    field
        Payload field, or currency, or number of a commit; empty for figures of whole events.
    day
        UTC day known.
    value, usual
        In the measure's unit: events, shares from 0 to 1, hours, minor units. ``usual`` is None
        without history.
    history
        How many earlier figures ``usual`` comes from.
    """

    source: str
    event_type: str
    measure: str
    field: str
    day: date
    value: float
    usual: float | None
    history: int
    state: State

    @property
    def place(self) -> str:
        """Event type and field, as a person would look for them."""
        return f"{self.event_type} {self.field}".rstrip()

    def written(self) -> tuple[str, str]:
        """Value and usual with their units."""
        write = MEASURES[self.measure].write
        return write(self.value), "unknown" if self.usual is None else write(self.usual)

    def sentence(self) -> str:
        """Source, measure, value, usual and remedy."""
        measure, (value, usual) = MEASURES[self.measure], self.written()
        return (
            f"source {self.source}, {self.place}, {self.day}: {measure.words} is {value}, "
            f"usually {usual}: {measure.remedy}"
        )
