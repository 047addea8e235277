"""Why a score is what it is, in values and in words."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from data.currency import minor_unit_digits
from features.catalogue import FEATURE_INDEX, FEATURES
from features.feature import AMOUNT
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
    manifest: Manifest,
    values: Floats,
    contributions: Floats,
    places: list[int],
    base_currency: str,
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
            base_currency,
        )
        for place in places
    ]


def _reason(
    name: str, value: float, usual: float, contribution: float, outcome: str, currency: str
) -> Reason:
    feature = FEATURES[FEATURE_INDEX[name]]
    unit = f"{currency}, minor units" if feature.unit == AMOUNT else feature.unit
    return Reason(
        feature=name,
        value=_known(value),
        usual_value=_known(usual),
        unit=unit,
        contribution=contribution,
        sentence=sentence(
            feature.label,
            amount(value, feature.unit, currency),
            amount(usual, feature.unit, currency),
            contribution,
            outcome,
        ),
    )


def sentence(label: str, value: str, usual: str, contribution: float, outcome: str) -> str:
    """One reason in plain words.

    Examples
    --------
    >>> sentence("days since last activity", "12", "2", 0.8, "the probability of churn")
    'Days since last activity: 12, usually 2; this raises the probability of churn.'
    """
    effect = _effect(contribution)
    return f"{label[:1].upper()}{label[1:]}: {value}, usually {usual}; this {effect} {outcome}."


def _effect(contribution: float) -> str:
    if contribution == 0:
        return "doesn't change"
    return "raises" if contribution > 0 else "lowers"


def amount(value: float, unit: str, base_currency: str) -> str:
    """A feature's value as it is read aloud; NaN is unknown.

    Examples
    --------
    >>> amount(123450, "base currency, minor units", "EUR")
    '1,234.50 EUR'
    """
    if math.isnan(value):
        return "unknown"
    if unit == AMOUNT:
        digits = minor_unit_digits(base_currency)
        return f"{value / 10**digits:,.{digits}f} {base_currency}"
    return _FORMATS.get(unit, _plain)(value)


def _plain(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


_FORMATS: Mapping[str, Callable[[float], str]] = {
    "share": "{:.0%}".format,
    "ratio": "{:.2f} times".format,
}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _number(value: float | None) -> float:
    return math.nan if value is None else value
