"""How far feature rows have moved from those that a model learned from.

The population stability index (PSI) of a feature compares shares of rows in bins:
``sum((now - then) * ln(now / then))``, 0 for equal shares, and the same in both directions. Bins
are deciles of the training rows; what is missing is a bin of its own, and so is what lies below
everything seen.

By custom below 0.1 nothing has moved, from 0.25 on the model should be looked at (Siddiqi, "Credit
Risk Scorecards", 2006, after Lewis, 1994). Both are rules of thumb. Of two samples of one
population the index is about chi-squared with ``bins - 1`` degrees of freedom, times
``1/n + 1/m`` for n and m independent rows (Yurdakul and Naranjo, "Statistical Properties of the
Population Stability Index", 2020), so few rows drift by chance alone. Rows of one player at several
cutoffs are not independent: there the noise is larger than it is told here.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

from features.errors import FeatureError

DECILES = 10
WATCH, MOVED = 0.1, 0.25
"""From where a feature is watched, and from where it alarms; sources above."""

CERTAINTY = 0.999
"""Chance that noise stays below ``Drift.noise``: of 150 features one in seven looks alarms."""

HALF_A_ROW = 0.5
"""Counted into every bin on both sides, so that an empty bin has a share and the index an end."""

Floats = npt.NDArray[np.float64]
Verdict = Literal["steady", "watch", "moved", "too few rows"]


class DriftError(FeatureError):
    """Rows and reference can't be compared; the message says why and what to do."""


@dataclass(frozen=True)
class Bins:
    """How one feature was spread over the training rows.

    Attributes
    ----------
    edges
        Upper ends of all bins but the last, strictly increasing: a value is in the first bin whose
        edge it doesn't exceed, else in the last. Empty if the feature was never known.
    counts
        Training rows in each bin, ``len(edges) + 1`` of them.
    missing
        Training rows without a value.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    missing: int

    def count(self, values: Floats) -> npt.NDArray[np.int64]:
        """Rows in each bin, the missing ones last; shape (bins + 1,)."""
        known = values[~np.isnan(values)]
        places = np.searchsorted(np.array(self.edges, dtype=np.float64), known, side="left")
        counts = np.bincount(places, minlength=len(self.edges) + 1)
        return np.append(counts, len(values) - len(known)).astype(np.int64)


@dataclass(frozen=True)
class Reference:
    """The training rows as drift needs them: a few numbers a feature, nothing of a player."""

    rows: int
    features: dict[str, Bins]

    def to_json(self) -> str:
        """As text; the same reference gives the same text."""
        return json.dumps(asdict(self), indent=1, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> "Reference":
        """Read what ``to_json`` wrote.

        Raises
        ------
        DriftError
            If it is something else.
        """
        try:
            content = json.loads(text)
            bins = {
                name: Bins(tuple(one["edges"]), tuple(one["counts"]), one["missing"])
                for name, one in content["features"].items()
            }
            return cls(content["rows"], bins)
        except (ValueError, TypeError, KeyError, AttributeError) as fault:
            raise DriftError(
                f"this is no reference of features ({fault}): take drift_reference.json of a "
                "model's run, or make one with features.drift_reference"
            ) from None


@dataclass(frozen=True)
class Drift:
    """How far one feature has moved.

    Attributes
    ----------
    psi
        Population stability index, at least 0.
    expected
        What chance alone brings on average: ``(bins - 1) * (1/n + 1/m)``.
    noise
        What chance alone stays below, with probability ``CERTAINTY``.
    missing_then, missing_now
        Shares of rows without a value.
    """

    feature: str
    psi: float
    expected: float
    noise: float
    missing_then: float
    missing_now: float

    @property
    def verdict(self) -> Verdict:
        """What it means: ``too few rows`` where chance alone could make it look moved."""
        if self.psi >= max(MOVED, self.noise):
            return "moved"
        if self.psi >= max(WATCH, self.noise):
            return "watch"
        return "too few rows" if self.psi >= WATCH else "steady"


def reference_of(names: Sequence[str], rows: Floats) -> Reference:
    """What training rows are like, feature by feature.

    Parameters
    ----------
    names
        Features, in the order of the columns.
    rows
        Shape (rows, features), NaN where absent.

    Raises
    ------
    DriftError
        If there are no rows, or a value is infinite.
    """
    _require_rows(rows)
    columns = zip(names, rows.T, strict=True)
    return Reference(len(rows), {name: _bins_of(column) for name, column in columns})


def drifts(reference: Reference, names: Sequence[str], rows: Floats) -> list[Drift]:
    """Each feature of the reference beside rows of today, the furthest moved first.

    Parameters
    ----------
    names, rows
        As in ``reference_of``; features that the reference doesn't have are left out.

    Raises
    ------
    DriftError
        If the rows lack a feature, there are none, or a value is infinite.
    """
    _require_rows(rows)
    lacking = sorted(reference.features.keys() - set(names))
    if lacking:
        raise DriftError(
            f"the rows lack {', '.join(lacking[:5])} and {max(0, len(lacking) - 5)} more features "
            "of the reference: build them with features.build of the code that trained the model"
        )
    column = {name: number for number, name in enumerate(names)}
    found = [psi(reference, name, rows[:, column[name]]) for name in reference.features]
    return sorted(found, key=lambda drift: (-drift.psi, drift.feature))


def psi(reference: Reference, feature: str, values: Floats) -> Drift:
    """One feature's drift; ``values`` of shape (rows,), NaN where absent."""
    bins = reference.features[feature]
    then = np.array([*bins.counts, bins.missing], dtype=np.float64)
    now = bins.count(values).astype(np.float64)
    shares_then, shares_now = _shares(then), _shares(now)
    index = float(np.sum((shares_now - shares_then) * np.log(shares_now / shares_then)))
    freedom = max(0, np.count_nonzero(then + now) - 1)
    scale = 1 / then.sum() + 1 / now.sum()
    return Drift(
        feature=feature,
        psi=max(0.0, index),
        expected=float(freedom * scale),
        noise=float(chi2.ppf(CERTAINTY, freedom) * scale) if freedom else 0.0,
        missing_then=float(then[-1] / then.sum()),
        missing_now=float(now[-1] / now.sum()),
    )


def _bins_of(values: Floats) -> Bins:
    """Deciles that are values of the rows: whatever keeps their order keeps their bins.

    Equal deciles are one edge, so a feature that is mostly 0 has a bin for 0 and bins for the rest.
    The first edge lies just below the smallest value: what falls under it was never seen.
    """
    known = np.sort(values[~np.isnan(values)])
    if not known.size:
        return Bins((), (0,), len(values))
    ranks = [math.ceil(len(known) * tenth / DECILES) - 1 for tenth in range(1, DECILES)]
    edges = np.unique([np.nextafter(known[0], -np.inf), *known[np.maximum(ranks, 0)]])
    bins = Bins(tuple(edges.tolist()), (), 0)
    *counts, missing = bins.count(values).tolist()
    return Bins(bins.edges, tuple(counts), missing)


def _shares(counts: Floats) -> Floats:
    padded = counts + HALF_A_ROW
    return np.asarray(padded / padded.sum())


def _require_rows(rows: Floats) -> None:
    if not len(rows):
        raise DriftError("there are no rows to compare: build some with features.build")
    if np.isinf(rows).any():
        raise DriftError("a feature is infinite: build the rows again with features.build")
