"""How features are declared: the type, and the grammar that derives their names.

``<measure>_<window>`` (a measure's name ends in its operation), ``days_since_<event>``,
``<measure>_<window>_to_usual``, ``<share>_<window>``, ``first_product_<product>``. Names are
derived by code, never typed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from features.formulas import (
    DaysSince,
    DaysWith,
    Formula,
    Held,
    Ratio,
    SessionStatistic,
    ToUsual,
)
from features.measures import MEASURE_INDEX, MEASURES
from features.windows import WINDOWS

Purpose = Literal["marketing", "protection", "both"]


@dataclass(frozen=True)
class Feature:
    """One declared feature.

    Attributes
    ----------
    label
        What it is in plain words, as it stands in reasons.
    why
        What it tells about a player.
    purpose
        Who may read it: models of marketing, of protection, or both. Markers of harm are
        ``protection``: they gate promotion and never feed it.
    """

    name: str
    label: str
    unit: str
    why: str
    purpose: Purpose
    formula: Formula

    def covered(self, coverage: Collection[str]) -> bool:
        """Whether the sources can tell everything that the feature reads."""
        return all(_told(measure, window, coverage) for measure, window in self.formula.reads())


AMOUNT = "base currency, minor units"
"""The unit of features that are amounts of money."""

DAYS = ("7d", "30d", "90d")
ALL = ("1h", "24h", *DAYS, "lifetime")
_LEVELS = {window.name: window.level for window in WINDOWS}
_WORDS = {
    "1h": "in the last hour",
    "24h": "in the last 24 hours",
    "7d": "in the last 7 days and today",
    "30d": "in the last 30 days and today",
    "90d": "in the last 90 days and today",
    "lifetime": "ever",
}


def words(window: str) -> str:
    """A window in plain words; windows of days hold today so far too."""
    return _WORDS[window]


def _told(measure: str, window: str, coverage: Collection[str]) -> bool:
    by_day = _LEVELS[window] == "day"
    return MEASURES[MEASURE_INDEX[measure]].told(coverage, by_day=by_day)


def _unit(measure: str) -> str:
    unit = MEASURES[MEASURE_INDEX[measure]].unit
    return AMOUNT if unit == "minor units" else unit


def held(
    measure: str, windows: Iterable[str], label: str, why: str, purpose: Purpose = "both"
) -> list[Feature]:
    return [
        Feature(
            f"{measure}_{window}",
            f"{label} {words(window)}",
            _unit(measure),
            why,
            purpose,
            Held(measure, window),
        )
        for window in windows
    ]


def since(event: str, moment: str, label: str, why: str, purpose: Purpose = "both") -> Feature:
    return Feature(f"days_since_{event}", label, "days", why, purpose, DaysSince(moment))


def days_with(name: str, measure: str, label: str, why: str) -> list[Feature]:
    return [
        Feature(
            f"{name}_{window}", f"{label} {words(window)}", "days", why, "both",
            DaysWith(measure, window),
        )
        for window in DAYS
    ]  # fmt: skip


def to_usual(measure: str, label: str, why: str) -> list[Feature]:
    return [
        Feature(
            f"{measure}_{window}_to_usual", f"{label} {words(window)} against the usual", "ratio",
            why, "both", ToUsual(measure, window, days),
        )
        for window, days in (("7d", 7), ("30d", 30))
    ]  # fmt: skip


def ratio(
    name: str,
    windows: Iterable[str],
    top: str,
    bottom: str,
    label: str,
    why: str,
    purpose: Purpose = "both",
) -> list[Feature]:
    """One measure by another: a share of the same unit, or a mean of so much each."""
    unit = "share" if _unit(top) == _unit(bottom) else _unit(top)
    return [
        Feature(
            f"{name}_{window}", f"{label} {words(window)}", unit, why, purpose,
            Ratio(Held(top, window), Held(bottom, window)),
        )
        for window in windows
    ]  # fmt: skip


def sessions(
    statistic: str,
    windows: Iterable[str],
    label: str,
    why: str,
    purpose: Purpose = "both",
    *also: str,
) -> list[Feature]:
    """A statistic of sessions, which reads other minutes than those of play ``also``."""
    unit = "minutes" if statistic.endswith("minutes") else "count"
    return [
        Feature(
            f"{statistic}_{window}", f"{label} {words(window)}", unit, why, purpose,
            SessionStatistic(statistic, window, also),
        )
        for window in windows
    ]  # fmt: skip
