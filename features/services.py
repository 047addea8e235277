"""The input contract of each model: one versioned service, a list of features in order."""

from dataclasses import dataclass

from features.catalogue import FEATURES
from features.feature import Purpose

MARKETING_MODELS = ("churn",)
"""Models of marketing: they never read a marker of harm (house rule C1)."""

PROTECTION_MODELS = ("risk",)
"""Models of protection: they never read what only marketing may (house rule C1)."""


@dataclass(frozen=True)
class Service:
    """What one version of one model reads, in the booster's order."""

    name: str
    feature_names: tuple[str, ...]


def _services(models: tuple[str, ...], forbidden: Purpose) -> dict[str, Service]:
    names = tuple(feature.name for feature in FEATURES if feature.purpose != forbidden)
    return {model: Service(f"{model}_v1", names) for model in models}


SERVICES: dict[str, Service] = {
    **_services(MARKETING_MODELS, forbidden="protection"),
    **_services(PROTECTION_MODELS, forbidden="marketing"),
}
"""Model id → its service."""
