"""The kinds of margins: a distribution, a cycle, a rate, a curve."""

from dataclasses import dataclass

from data.simulator.comparison.payments import Floats, Ints


@dataclass(frozen=True)
class Distribution:
    """Values of one quantity.

    Attributes
    ----------
    unit
        Unit of the values; empty for counts and multiples.
    values
        Shape (observations,), positive.
    """

    name: str
    unit: str
    values: Floats


@dataclass(frozen=True)
class Cycle:
    """How often each step of a clock or calendar occurs.

    Attributes
    ----------
    unit
        What one step is: ``h`` or ``d``.
    steps
        How each step reads; after the last comes the first.
    counts
        Shape (steps,).
    """

    name: str
    unit: str
    steps: tuple[str, ...]
    counts: Ints


@dataclass(frozen=True)
class Rate:
    """One number, dimensionless; None where nothing could be counted."""

    name: str
    value: float | None


@dataclass(frozen=True)
class Curve:
    """A rate that depends on time.

    Attributes
    ----------
    unit
        What ``steps`` count: ``week`` or ``day``.
    rates
        Step → the rate there; None where nothing could be counted.
    """

    name: str
    unit: str
    rates: dict[int, float | None]


@dataclass(frozen=True)
class Margins:
    """All margins of one log; two logs have the same ones in the same order."""

    distributions: tuple[Distribution, ...]
    cycles: tuple[Cycle, ...]
    rates: tuple[Rate, ...]
    curves: tuple[Curve, ...]


def share(part: float, whole: float) -> float | None:
    """Part of a whole; None of nothing."""
    return part / whole if whole else None
