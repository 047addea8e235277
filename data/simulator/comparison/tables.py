"""Tables of a comparison for the terminal."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from data.simulator.comparison.comparison import Comparison
from data.simulator.comparison.log_shares import RETURN_DAYS
from data.simulator.comparison.margin import Curve, Cycle, Distribution
from data.simulator.comparison.published import Published
from data.simulator.comparison.record import quantiles
from data.simulator.comparison.window import WARM_UP_DAYS

WIDTH = 118
"""Columns that the widest table takes."""

_ABSENT = "–"


def comparison_tables(comparison: Comparison) -> Iterator[Table]:
    """Distributions, cycles, and rates with those that depend on time."""
    yield _distributions(comparison)
    yield _cycles(comparison)
    yield _rates(comparison)


def _distributions(comparison: Comparison) -> Table:
    table = _table(
        f"Days {WARM_UP_DAYS + 1} to {comparison.days} of both logs; 10 / 50 / 90 % quantiles; "
        "noise in brackets",
        ("simulated", "real", "KS", "factor"),
    )
    both = zip(comparison.simulated.distributions, comparison.real.distributions, strict=True)
    for simulated, real in both:
        name = f"{simulated.name}, {simulated.unit}" if simulated.unit else simulated.name
        found = (_found(comparison, simulated.name, measure) for measure in ("ks", "factor"))
        table.add_row(name, _quantiles(simulated), _quantiles(real), *found)
    return table


def _cycles(comparison: Comparison) -> Table:
    table = _table(
        "Most and least frequent, of all deposits", ("simulated", "real", "Kuiper", "moved")
    )
    for simulated, real in zip(comparison.simulated.cycles, comparison.real.cycles, strict=True):
        kuiper, moved = (
            _found(comparison, simulated.name, measure) for measure in ("kuiper", "moved")
        )
        ends = _extremes(simulated), _extremes(real)
        table.add_row(simulated.name, *ends, kuiper, f"{moved} {simulated.unit}")
    return table


def _rates(comparison: Comparison) -> Table:
    table = _table("Rates, and the curves by week or day", ("simulated", "real", "difference"))
    for simulated, real in zip(comparison.simulated.rates, comparison.real.rates, strict=True):
        row = _value(simulated.value), _value(real.value)
        table.add_row(simulated.name, *row, _found(comparison, simulated.name, "difference", "+"))
    curves = zip(comparison.simulated.curves, comparison.real.curves, strict=True)
    for simulated_curve, real_curve in curves:
        table.add_section()
        _add_curve(table, comparison, simulated_curve, real_curve)
    return table


def _add_curve(table: Table, comparison: Comparison, simulated: Curve, real: Curve) -> None:
    for step, value in simulated.rates.items():
        row = _value(value), _value(real.rates[step])
        found = _found(comparison, simulated.name, f"difference {step}", "+")
        table.add_row(f"{simulated.name}, {simulated.unit} {step}", *row, found)


def published_table(figures: Sequence[Published]) -> Table:
    """Published figures beside those of both logs."""
    table = _table(
        "Published figures, each log over its whole length", ("published", "simulated", "real")
    )
    table.caption = (
        f"Inactivity is of all players ever active, {RETURN_DAYS} days before the log's end. Pluto "
        "tells neither its base nor the time to return, Hopfgartner not the time to exclusion."
    )
    table.caption_justify = "left"
    table.add_column("source", overflow="fold")
    for figure in figures:
        shares = (_share(value) for value in (figure.published, figure.simulated, figure.real))
        table.add_row(figure.name, *shares, figure.source)
    return table


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table("", title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _found(comparison: Comparison, name: str, measure: str, sign: str = "") -> str:
    apart, noise = comparison.apart[name, measure], comparison.noise[name, measure]
    return f"{_value(apart, sign)} ({_value(noise)})"


def _value(value: float | None, sign: str = "") -> str:
    return _ABSENT if value is None else f"{value:{sign}.3f}"


def _share(value: float | None) -> str:
    return _ABSENT if value is None else f"{value:.1%}"


def _quantiles(distribution: Distribution) -> str:
    values = quantiles(distribution)
    return _ABSENT if values is None else " / ".join(_short(value) for value in values)


def _short(value: float) -> str:
    """Three digits that count, without an exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _extremes(cycle: Cycle) -> str:
    if not cycle.counts.sum():
        return _ABSENT
    shares = cycle.counts / cycle.counts.sum()
    ends = int(shares.argmax()), int(shares.argmin())
    return ", ".join(f"{cycle.steps[step]} {shares[step]:.1%}" for step in ends)
