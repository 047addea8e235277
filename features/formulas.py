"""How a feature is computed from what the windows hold: a handful of formulas, as values.

A formula is data, so the catalogue's version covers it, and it names the measures it reads, so a
source that can't tell them makes the feature absent. NaN means unknown: nothing happened that
could be measured, or nobody could have told.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from features.measure import EMPTY
from features.measures import MEASURE_INDEX, MEASURES
from features.sums import FIRST_BIN_EXPONENT, STAKE_BINS
from features.tile_sql import DAY_US
from features.windows import WindowValues

Floats = npt.NDArray[np.float64]

USUAL_WINDOW = "90d"
USUAL_DAYS = 90
"""What is usual for a player is read from the last 90 days."""


class Formula(Protocol):
    """Window values of n rows → one float64 for each row."""

    def __call__(self, held: WindowValues) -> Floats: ...

    def reads(self) -> tuple[tuple[str, str], ...]:
        """Pairs of measure and window that the formula reads."""
        ...


@dataclass(frozen=True)
class Held:
    """A measure's value in a window. A maximum or minimum of nothing is NaN, a sum of nothing 0."""

    measure: str
    window: str

    def __call__(self, held: WindowValues) -> Floats:
        values = held.measure(self.measure, self.window)
        merge = MEASURES[MEASURE_INDEX[self.measure]].merge
        if merge in ("max", "min"):
            return np.where(values == EMPTY[merge], np.nan, values)
        return values.astype(np.float64)

    def reads(self) -> tuple[tuple[str, str], ...]:
        return ((self.measure, self.window),)


@dataclass(frozen=True)
class Difference:
    """One formula minus another."""

    left: Formula
    right: Formula

    def __call__(self, held: WindowValues) -> Floats:
        return self.left(held) - self.right(held)

    def reads(self) -> tuple[tuple[str, str], ...]:
        return self.left.reads() + self.right.reads()


@dataclass(frozen=True)
class Ratio:
    """One formula by another; NaN where the divisor is 0 or unknown."""

    dividend: Formula
    divisor: Formula

    def __call__(self, held: WindowValues) -> Floats:
        return divide(self.dividend(held), self.divisor(held))

    def reads(self) -> tuple[tuple[str, str], ...]:
        return self.dividend.reads() + self.divisor.reads()


@dataclass(frozen=True)
class Plus:
    """The sum of two formulas."""

    left: Formula
    right: Formula

    def __call__(self, held: WindowValues) -> Floats:
        return self.left(held) + self.right(held)

    def reads(self) -> tuple[tuple[str, str], ...]:
        return self.left.reads() + self.right.reads()


@dataclass(frozen=True)
class DaysSince:
    """Days from a moment (a measure over the lifetime) to the as-of moment, exact to the µs."""

    moment: str

    def __call__(self, held: WindowValues) -> Floats:
        return (held.cutoff_us - Held(self.moment, "lifetime")(held)) / DAY_US

    def reads(self) -> tuple[tuple[str, str], ...]:
        return ((self.moment, "lifetime"),)


@dataclass(frozen=True)
class DaysWith:
    """Distinct UTC days of a window on which a measure was above 0."""

    measure: str
    window: str

    def __call__(self, held: WindowValues) -> Floats:
        return held.days(self.measure, self.window).astype(np.float64)

    def reads(self) -> tuple[tuple[str, str], ...]:
        return ((self.measure, self.window),)


@dataclass(frozen=True)
class ToUsual:
    """A window's sum against what the player usually has in that many days of the last 90.

    A player known for less than 90 days is measured against the days since first activity, at
    least the window itself, so a newcomer's first week is its own usual: 1.
    """

    measure: str
    window: str
    window_days: int

    def __call__(self, held: WindowValues) -> Floats:
        known_days = np.clip(DaysSince("activity_first")(held), self.window_days, USUAL_DAYS)
        usual = Held(self.measure, USUAL_WINDOW)(held) * self.window_days / known_days
        return divide(Held(self.measure, self.window)(held), usual)

    def reads(self) -> tuple[tuple[str, str], ...]:
        return (
            (self.measure, self.window),
            (self.measure, USUAL_WINDOW),
            ("activity_first", "lifetime"),
        )


@dataclass(frozen=True)
class UsualGapDays:
    """Mean days between active days of the last 90; NaN for fewer than two of them."""

    def __call__(self, held: WindowValues) -> Floats:
        first = Held("activity_first", USUAL_WINDOW)(held)
        last = Held("activity_last", USUAL_WINDOW)(held)
        gaps = DaysWith("activity_count", USUAL_WINDOW)(held) - 1
        return divide((last - first) / DAY_US, np.where(gaps > 0, gaps, np.nan))

    def reads(self) -> tuple[tuple[str, str], ...]:
        moments = ("activity_count", "activity_first", "activity_last")
        return tuple((name, USUAL_WINDOW) for name in moments)


@dataclass(frozen=True)
class SessionStatistic:
    """A statistic of the sessions in a window, as of ``features.sessions``.

    It reads the minutes of play, and others ``also``.
    """

    statistic: str
    window: str
    also: tuple[str, ...] = ()

    def __call__(self, held: WindowValues) -> Floats:
        return held.session(self.statistic, self.window).astype(np.float64)

    def reads(self) -> tuple[tuple[str, str], ...]:
        return tuple((f"{name}_minutes_0", self.window) for name in ("play", *self.also))


@dataclass(frozen=True)
class StakeQuantile:
    """Quantile of single stakes, as the lower bound of its bin of the log2 histogram, minor units.

    Exact to a factor of two; NaN without stakes.
    """

    quantile: float
    window: str

    def __call__(self, held: WindowValues) -> Floats:
        counts = np.stack([held.measure(name, self.window) for name in _HISTOGRAM], axis=1)
        reached = np.cumsum(counts, axis=1) >= self.quantile * counts.sum(axis=1, keepdims=True)
        lower = _BIN_BOUNDS[np.argmax(reached, axis=1)]
        return np.where(counts.sum(axis=1) > 0, lower, np.nan)

    def reads(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, self.window) for name in _HISTOGRAM)


@dataclass(frozen=True)
class DistinctBits:
    """How many different values a bitmap was marked with."""

    measure: str
    window: str

    def __call__(self, held: WindowValues) -> Floats:
        return np.bitwise_count(held.measure(self.measure, self.window)).astype(np.float64)

    def reads(self) -> tuple[tuple[str, str], ...]:
        return ((self.measure, self.window),)


_HISTOGRAM = tuple(f"stake_histogram_{index:02d}" for index in range(STAKE_BINS))
_BIN_BOUNDS = np.array(
    [0.0] + [2.0 ** (FIRST_BIN_EXPONENT + index - 1) for index in range(1, STAKE_BINS)]
)


def divide(dividend: Floats, divisor: Floats) -> Floats:
    """Elementwise quotient; NaN where the divisor is 0 or NaN."""
    quotient = np.full_like(dividend, np.nan)
    return np.divide(dividend, divisor, out=quotient, where=divisor != 0)
