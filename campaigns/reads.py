"""What the rules read of a state beside its plain fields: derived from the rules themselves."""

from campaigns.jurisdiction import JURISDICTIONS
from campaigns.markers import FEATURE_MARKERS
from campaigns.money_rules import MoneyRule
from campaigns.offer_rules import FEATURES_OF_OFFER_RULES
from campaigns.player_state import PlayerState
from features.money import Scope

FEATURES_READ: tuple[str, ...] = (
    *(marker.feature for marker in FEATURE_MARKERS),
    *FEATURES_OF_OFFER_RULES,
)
"""Keys that ``PlayerState.features`` has to have; None says that no source can tell."""

_WINDOWS = sorted(
    {
        rule.window
        for place in JURISDICTIONS.values()
        for rule in place.rules
        if isinstance(rule, MoneyRule)
    }
)

_SCOPES: tuple[Scope, ...] = ("account", "person")

MONEY_WINDOWS_READ: tuple[tuple[str, Scope], ...] = tuple(
    (window, scope) for window in _WINDOWS for scope in _SCOPES
)
"""Name and scope of the windows that ``PlayerState.money`` has to have."""


def missing(state: PlayerState) -> list[str]:
    """What a state lacks of it."""
    windows = {(window.name, window.scope) for window in state.money}
    return [
        *(name for name in FEATURES_READ if name not in state.features),
        *(f"{name} of the {scope}" for name, scope in MONEY_WINDOWS_READ
          if (name, scope) not in windows),
    ]  # fmt: skip
