"""Which policy decided: a digest over its code and its data."""

import hashlib
from importlib import import_module

import msgspec

from campaigns.catalogue import CATALOGUE, OfferTerms
from campaigns.jurisdiction import JURISDICTIONS
from features.definition import code_digest

MODULES = (
    "amounts", "caps", "catalogue", "checks", "consent", "decision", "eligibility", "exploration",
    "feature_values", "gate_rules", "gates", "interventions", "jurisdiction", "markers", "moments",
    "money_rules", "offer_rules", "offers", "player_state", "policy", "protections", "reads",
    "rule", "sealed", "strong_indicators", "support",
)  # fmt: skip
"""Every module that a decision runs through."""

OUTSIDE = ("data.currency", "data.event", "data.instants", "features.money")
"""What they take from elsewhere."""


def policy_version(catalogue: tuple[OfferTerms, ...] = CATALOGUE) -> str:
    """Twelve hexadecimal digits that change with any rule, threshold, offer or line of code."""
    names = (*(f"campaigns.{name}" for name in MODULES), *OUTSIDE)
    code = code_digest(*map(import_module, names))
    data = msgspec.json.encode((catalogue, JURISDICTIONS), order="deterministic")
    return hashlib.sha256(code.encode() + b"\0" + data).hexdigest()[:12]
