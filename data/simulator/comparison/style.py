"""How the picture looks: colours, lines and titles."""

from typing import Any

from matplotlib.axes import Axes

INK, FAINT = "#1c2b36", "#d5dde3"

LINES: dict[str, dict[str, Any]] = {
    "simulated": {"color": "#d55e00", "linestyle": "--", "linewidth": 1.8, "zorder": 3},
    "real": {"color": "#0072b2", "linestyle": "-", "linewidth": 1.8, "zorder": 2},
}
"""Side → its line. Colour-blind eyes tell the colours apart; dashes and markers tell it again."""

_MIDDLE = 0.5
_MARKERS = {"simulated": "s", "real": "o"}


def mark(side: str) -> dict[str, Any]:
    """The line of a side with its markers."""
    return {**LINES[side], "marker": _MARKERS[side], "markersize": 4}


def title(axes: Axes, name: str) -> None:
    """Name a panel, and draw it lightly."""
    axes.set_title(name, loc="left", fontsize=10.5, color=INK, fontweight="bold")
    axes.grid(color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(FAINT)
    axes.tick_params(colors=INK, labelsize=8.5, length=0)


def note(axes: Axes, text: str, corner: tuple[float, float]) -> None:
    """Write beside the lines, at a place from (0, 0), lower left, to (1, 1), upper right."""
    axes.text(
        *corner, text, transform=axes.transAxes, color=INK, fontsize=9, linespacing=1.5,
        horizontalalignment="left" if corner[0] < _MIDDLE else "right",
        verticalalignment="bottom" if corner[1] < _MIDDLE else "top",
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
    )  # fmt: skip
