"""Published figures, and what licences forbid, beside the same shares of two logs."""

from dataclasses import dataclass

from data.event_log import EventLog
from data.simulator.comparison.log_shares import (
    CANCELLED,
    FAST_DE,
    FAST_GB,
    HIGH_DE,
    HIGH_GB,
    SELF_EXCLUDED,
    inactive_for,
    log_shares,
    returned_after,
)

_PLUTO = "Pluto Analytics case, ~500,000 players"
_INACTIVE = {14: (0.64, 0.17), 21: (0.58, 0.15), 30: (0.53, 0.13), 60: (0.38, 0.09)}
"""Days → share of players inactive for so long, and share of these that returned."""

_FIGURES = [
    row
    for days, (inactive, returned) in _INACTIVE.items()
    for row in (
        (inactive_for(days), inactive, _PLUTO),
        (returned_after(days), returned, _PLUTO),
    )
] + [
    (
        SELF_EXCLUDED,
        414 / 25_720,
        "Hopfgartner et al. 2022, 10.1007/s10899-022-10149-z",
    ),
    (CANCELLED, 0.0, "banned in Great Britain since 31 Oct 2021, and in Sweden"),
    (HIGH_GB, 0.0, "Great Britain, stake limit since 9 Apr 2025"),
    (FAST_GB, 0.0, "Great Britain, pace of spins since 31 Oct 2021"),
    (HIGH_DE, 0.0, "Germany, GlüStV 2021"),
    (FAST_DE, 0.0, "Germany, GlüStV 2021"),
]


@dataclass(frozen=True)
class Published:
    """A published share beside those of two logs; None where a log's events don't tell it.

    Attributes
    ----------
    source
        Who published it, about whom, and what is left open.
    """

    name: str
    published: float
    simulated: float | None
    real: float | None
    source: str


def published_figures(simulated: EventLog, real: EventLog) -> list[Published]:
    """Every published figure beside those of two logs, each over its whole length.

    Raises
    ------
    NothingToCompare
        If a log is empty or can't be read.
    """
    one, other = log_shares(simulated, _INACTIVE), log_shares(real, _INACTIVE)
    return [
        Published(name, value, one[name], other[name], source) for name, value, source in _FIGURES
    ]
