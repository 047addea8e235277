"""A feature as rules read it."""

from math import isfinite

from campaigns.player_state import PlayerState


def feature_value(state: PlayerState, name: str) -> float | None:
    """A feature's value; None if it is absent. What no JSON can say is absent too."""
    value = state.features.get(name)
    return value if value is not None and isfinite(value) else None
