"""Hard markers of harm: plain rules over features and money, that no model can outvote."""

from campaigns.decision import Reason
from campaigns.feature_values import feature_value
from campaigns.jurisdiction import in_force
from campaigns.player_state import PlayerState
from campaigns.rule import Rule


class FeatureMarker(Rule, frozen=True, kw_only=True):
    """Speaks where a feature reaches a threshold; an absent feature doesn't speak."""

    feature: str
    at_least: float


FEATURE_MARKERS = (
    FeatureMarker(
        id="marker.declined_deposits",
        source="House threshold; failed deposits are a marker area of EN 18144:2026",
        text="Declined deposits in a day",
        feature="deposit_declined_count_24h",
        at_least=3,
    ),
    FeatureMarker(
        id="marker.deposits_after_loss",
        source="House threshold; chasing within sessions (Auer & Griffiths 2022)",
        text="Deposits soon after a loss in a day",
        feature="after_loss_deposit_count_24h",
        at_least=3,
    ),
    FeatureMarker(
        id="marker.deposits_in_session",
        source="House threshold; chasing within sessions (Auer & Griffiths 2022)",
        text="Deposits during play in a day",
        feature="in_session_deposit_count_24h",
        at_least=4,
    ),
    FeatureMarker(
        id="marker.deposits_on_empty_balance",
        source="House threshold; depletion of the account (Hopfgartner et al. 2024)",
        text="Deposits on an empty balance in a week",
        feature="after_depletion_deposit_count_7d",
        at_least=3,
    ),
    FeatureMarker(
        id="marker.cancelled_withdrawals",
        source="House threshold; MGA Player Protection Directive, reversed withdrawals",
        text="Withdrawals taken back in a month",
        feature="withdrawal_cancelled_count_30d",
        at_least=3,
    ),
    FeatureMarker(
        id="marker.night_play",
        source="House threshold; long night play is a signal named by the Dutch regulator",
        text="Share of stakes at night in a month",
        feature="night_stake_share_30d",
        at_least=0.5,
    ),
    FeatureMarker(
        id="marker.long_play",
        source="House threshold; over six hours a day is a signal named by the Dutch regulator",
        text="Minutes of play in a day",
        feature="session_minutes_24h",
        at_least=360,
    ),
)
"""Those that hold everywhere; those of money stand in the jurisdictions' files."""


def markers_of(state: PlayerState) -> tuple[Reason, ...]:
    """The hard markers that are present now."""
    return (*_of_features(state), *_of_money(state))


def _of_features(state: PlayerState) -> list[Reason]:
    reached = []
    for marker in FEATURE_MARKERS:
        value = feature_value(state, marker.feature)
        if value is not None and value >= marker.at_least:
            reached.append(marker.says(f"{value:g}, at least {marker.at_least:g}"))
    return reached


def _of_money(state: PlayerState) -> list[Reason]:
    return [
        rule.says(looked_at)
        for rule in in_force(state).markers
        if (looked_at := rule.exceeded(state)) is not None
    ]
