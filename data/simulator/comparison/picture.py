"""A picture of a comparison: real against simulated, one panel a margin."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MultipleLocator, NullLocator, PercentFormatter

from data.drafts import draft_of
from data.simulator.comparison.comparison import Comparison
from data.simulator.comparison.margin import Curve, Cycle, Distribution
from data.simulator.comparison.style import FAINT, INK, LINES, mark, note, title
from data.simulator.comparison.window import WARM_UP_DAYS

PICTURE = "simulated_and_real.png"

_DISTRIBUTIONS = (
    "gap between deposits",
    "gap between active days",
    "deposits per active day",
    "deposits per player",
    "amount over log's median",
    "amount over own median",
)
_CYCLES = ("hour around the mean", "weekday")

_POINTS = np.linspace(0.0, 1.0, 401)
"""Quantiles that a line goes through: more would not be seen."""
_WIDEST = (0.002, 0.998)
"""Quantiles between which the axis of a distribution reaches."""
_MOST_NAMES = 7
"""Steps of a cycle that are all named."""
_MOST_STEPS = 8
"""Steps of a curve from which only every other is named."""
_TICKS: dict[str, dict[float, str]] = {
    "h": {1 / 60: "1 min", 0.5: "30 min", 6: "6 h", 48: "2 days", 480: "20 days"},
    "d": {1: "1 day", 3: "3 days", 10: "10 days", 30: "30 days", 100: "100 days"},
    "": {0.1: "0.1", 0.3: "0.3", 1: "1", 3: "3", 10: "10", 30: "30", 100: "100", 300: "300"},
}
"""Unit → positions on a logarithmic axis, and how they read."""


def draw(comparison: Comparison, path: Path) -> None:
    """Draw the picture into a PNG file, which appears whole or not at all."""
    figure = Figure(figsize=(13.5, 8.6), layout="constrained", facecolor="white")
    figure.suptitle(
        f"Simulated operator against real payments, days {WARM_UP_DAYS + 1} to {comparison.days}",
        fontsize=13, fontweight="bold", color=INK,
    )  # fmt: skip
    panels = iter(figure.subplots(3, 4).flat)
    _draw_distributions(comparison, [next(panels) for _ in _DISTRIBUTIONS])
    _draw_cycles(comparison, [next(panels) for _ in _CYCLES])
    _draw_curves(comparison, [next(panels) for _ in comparison.real.curves])
    _draw_rates(comparison, next(panels))
    handles = figure.axes[0].get_legend_handles_labels()
    figure.legend(
        *handles, loc="outside lower center", ncols=len(LINES), frameon=False, fontsize=10
    )
    with draft_of(path) as draft:
        figure.savefig(draft, format="png", dpi=130, metadata={"Software": None})


def _draw_distributions(comparison: Comparison, panels: list[Axes]) -> None:
    both = zip(comparison.simulated.distributions, comparison.real.distributions, strict=True)
    found = {real.name: (simulated, real) for simulated, real in both}
    for name, axes in zip(_DISTRIBUTIONS, panels, strict=True):
        ks, factor = comparison.apart[name, "ks"], comparison.apart[name, "factor"]
        title(axes, name)
        _cumulative(axes, dict(zip(LINES, found[name], strict=True)))
        if ks is not None:
            note(axes, f"KS {ks:.2f}\nfactor {factor:.2f}", (0.97, 0.05))


def _cumulative(axes: Axes, sides: dict[str, Distribution]) -> None:
    """Cumulative shares over a logarithmic axis."""
    filled = {side: one for side, one in sides.items() if len(one.values)}
    for side, one in filled.items():
        axes.plot(np.quantile(one.values, _POINTS), _POINTS, label=side, **LINES[side])
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    if not filled:
        return
    axes.set_xscale("log")
    ends = np.array([np.quantile(one.values, _WIDEST) for one in filled.values()])
    low, high = ends.min() / 1.1, ends.max() * 1.1
    (unit,) = {one.unit for one in filled.values()}
    ticks = {at: text for at, text in _TICKS[unit].items() if low <= at <= high}
    axes.xaxis.set_major_locator(FixedLocator(list(ticks)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels(list(ticks.values()))
    axes.set_xlim(low, high)


def _draw_cycles(comparison: Comparison, panels: list[Axes]) -> None:
    both = zip(comparison.simulated.cycles, comparison.real.cycles, strict=True)
    found = {real.name: (simulated, real) for simulated, real in both}
    for name, axes in zip(_CYCLES, panels, strict=True):
        moved = comparison.apart[name, "moved"]
        title(axes, f"deposits by {name}")
        for side, cycle in zip(LINES, found[name], strict=True):
            _steps(axes, side, cycle)
        axes.set_ylim(0, None)
        if moved is not None:
            note(axes, f"moved {moved:.2f} {found[name][0].unit}", (0.03, 0.95))


def _steps(axes: Axes, side: str, cycle: Cycle) -> None:
    count = len(cycle.counts)
    axes.plot(range(count), cycle.counts / max(cycle.counts.sum(), 1), **mark(side))
    axes.yaxis.set_major_locator(MultipleLocator(0.05))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    shown = range(0, count, 1 if count <= _MOST_NAMES else 4)
    axes.set_xticks(shown, [cycle.steps[step] for step in shown])


def _draw_curves(comparison: Comparison, panels: list[Axes]) -> None:
    curves = zip(comparison.simulated.curves, comparison.real.curves, panels, strict=True)
    for simulated, real, axes in curves:
        title(axes, f"{real.name}, by {real.unit}")
        for side, curve in zip(LINES, (simulated, real), strict=True):
            _rates_by_step(axes, side, curve)
        axes.set_ylim(0, None)
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def _rates_by_step(axes: Axes, side: str, curve: Curve) -> None:
    told = [(at, rate) for at, rate in enumerate(curve.rates.values()) if rate is not None]
    axes.plot([at for at, _ in told], [rate for _, rate in told], **mark(side))
    steps = list(curve.rates)
    shown = range(0, len(steps), 1 + len(steps) // _MOST_STEPS)
    axes.set_xticks(shown, [str(steps[at]) for at in shown])


def _draw_rates(comparison: Comparison, axes: Axes) -> None:
    """A row a rate, the first on top, with a line between the two sides."""
    title(axes, "rates")
    both = zip(comparison.simulated.rates, comparison.real.rates, strict=True)
    for row, (simulated, real) in enumerate(both):
        told = {"simulated": simulated.value, "real": real.value}
        ends = [value for value in told.values() if value is not None]
        axes.plot(ends, [-row] * len(ends), color=FAINT, linewidth=4, zorder=1)
        axes.text(0.01, 0.32 - row, real.name, fontsize=8, color=INK, verticalalignment="center")
        for side, value in told.items():
            if value is not None:
                axes.plot(value, -row, **{**mark(side), "markersize": 6, "linestyle": ""})
    axes.set_yticks([])
    axes.set_ylim(0.6 - len(comparison.real.rates), 0.7)
    axes.set_xlim(0, None)
