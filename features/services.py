"""The input contract of each model: one versioned service, a list of features in order."""

from dataclasses import dataclass

from features.catalogue import FEATURES

MARKETING_MODELS = ("churn",)
"""Models of marketing: they never read a marker of harm. Protection has models of its own."""


@dataclass(frozen=True)
class Service:
    """What one version of one model reads, in the booster's order."""

    name: str
    feature_names: tuple[str, ...]


_FOR_MARKETING = tuple(feature.name for feature in FEATURES if feature.purpose != "protection")

SERVICES: dict[str, Service] = {
    model: Service(f"{model}_v1", _FOR_MARKETING) for model in MARKETING_MODELS
}
"""Model id → its service."""
