"""Every rule there is, by its id: for reviewers, for pages that explain a decision, for tests."""

from campaigns import eligibility, interventions, policy, strong_indicators
from campaigns.caps import CAPS
from campaigns.consent import NO_CONSENT
from campaigns.gates import GATES
from campaigns.jurisdiction import JURISDICTIONS
from campaigns.markers import FEATURE_MARKERS
from campaigns.rule import Rule
from campaigns.support import OUTSIDE_SUPPORT

RULEBOOK: tuple[Rule, ...] = (
    *(gate.rule for gate in GATES),
    *strong_indicators.RULES,
    *FEATURE_MARKERS,
    *interventions.RULES,
    *eligibility.RULES,
    NO_CONSENT,
    *CAPS,
    OUTSIDE_SUPPORT,
    *policy.RULES,
    *(rule for place in JURISDICTIONS.values() for rule in place.rules),
)
