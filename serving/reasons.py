"""Why a score is what it is, in values and in words."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from features.catalogue import FEATURE_INDEX, FEATURES
from features.manifest import Floats, Manifest
from serving.schemas import Reason

OUTCOMES: Mapping[str, str] = {"churn": "the probability of churn"}
"""Model id → what its contributions raise or lower, as it stands in sentences."""


def strongest(contributions: Floats, most: int) -> list[int]:
    """Places of the features that moved the margin most, strongest first, ties in model order.

    A feature that moved nothing is no reason.
    """
    strength = np.abs(contributions)
    order = np.argsort(-strength, kind="stable")[:most]
    return [int(place) for place in order if strength[place] > 0]


def describe(
    manifest: Manifest, values: Floats, contributions: Floats, places: list[int]
) -> list[Reason]:
    """Reasons for the features at some places of a model's input.

    Parameters
    ----------
    values, contributions
        One player's row in the manifest's order, shape (features,).
    """
    outcome = OUTCOMES.get(manifest.model_id, "the prediction")
    return [
        _reason(
            manifest.feature_names[place],
            float(values[place]),
            _number(manifest.usual_values[place]),
            float(contributions[place]),
            outcome,
        )
        for place in places
    ]


def _reason(name: str, value: float, usual: float, contribution: float, outcome: str) -> Reason:
    feature = FEATURES[FEATURE_INDEX[name]]
    return Reason(
        feature=name,
        value=_known(value),
        usual_value=_known(usual),
        unit=feature.unit,
        contribution=contribution,
        sentence=sentence(feature.label, feature.unit, value, usual, contribution, outcome),
    )


def sentence(
    label: str, unit: str, value: float, usual: float, contribution: float, outcome: str
) -> str:
    """One reason in plain words.

    Examples
    --------
    >>> sentence("days since last activity", "days", 12, 2, 0.8, "the probability of churn")
    'Days since last activity: 12, usually 2; this raises the probability of churn.'
    """
    effect = _effect(contribution)
    shown, usually = amount(value, unit), amount(usual, unit)
    return f"{label[:1].upper()}{label[1:]}: {shown}, usually {usually}; this {effect} {outcome}."


def _effect(contribution: float) -> str:
    if contribution == 0:
        return "doesn't change"
    return "raises" if contribution > 0 else "lowers"


def amount(value: float, unit: str) -> str:
    """A feature's value as it is read aloud; NaN is unknown."""
    return "unknown" if math.isnan(value) else _FORMATS.get(unit, _plain)(value)


def _plain(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


_FORMATS: Mapping[str, Callable[[float], str]] = {
    "share": "{:.0%}".format,
    "ratio": "{:.2f} times".format,
    "base currency, minor units": "{:,.0f} minor units".format,
}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _number(value: float | None) -> float:
    return math.nan if value is None else value
