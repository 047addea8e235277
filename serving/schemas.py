"""Requests and answers about players, with an example of each.

``null`` stands for a value that is absent or unknown. Contributions, margins and baselines are
log-odds; probabilities are calibrated.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from serving.decision_schemas import (
    DecisionAnswer,
    DecisionRequest,
    OutcomeAnswer,
    OutcomeRequest,
)
from serving.errors import Problem
from serving.event_schemas import EventsAnswer
from serving.schema_types import (
    LogOdds,
    ModelId,
    ModelVersion,
    Moment,
    PlayerId,
    Probability,
    example,
)
from serving.status_schemas import Health, ModelCard, Models, Readiness

MOST_PLAYERS = 1000
"""Ids that one request may ask for."""

MOST_REASONS = 50


class ScoreRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One player or many: exactly one of the two fields."""

    player_id: PlayerId | UnsetType = UNSET
    player_ids: (
        Annotated[list[PlayerId], Meta(min_length=1, max_length=MOST_PLAYERS)] | UnsetType
    ) = UNSET

    def __post_init__(self) -> None:
        if (self.player_id is UNSET) == (self.player_ids is UNSET):
            raise ValueError("Expected exactly one of `player_id` and `player_ids`")

    def asked(self) -> list[str]:
        """The ids, in the order asked."""
        if self.player_ids is not UNSET:
            return self.player_ids
        return [] if self.player_id is UNSET else [self.player_id]


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one feature did to one player's score.

    Attributes
    ----------
    usual_value
        Median over the rows that the model was trained on.
    contribution
        Exact TreeSHAP value in log-odds; above 0 raises the probability.
    """

    feature: Annotated[str, Meta(extra_json_schema=example("days_since_last_activity"))]
    value: Annotated[float | None, Meta(extra_json_schema=example(12.0))]
    usual_value: Annotated[float | None, Meta(extra_json_schema=example(2.0))]
    unit: Annotated[str, Meta(extra_json_schema=example("days"))]
    contribution: LogOdds
    sentence: Annotated[
        str,
        Meta(
            description="The same in plain words.",
            extra_json_schema=example(
                "Days since last activity: 12, usually 2; this raises the probability."
            ),
        ),
    ]


class Entry(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="status"
):
    """What is answered about one player; ``status`` tells which kind it is."""

    player_id: PlayerId


class Score(Entry, frozen=True, kw_only=True, tag="scored"):
    """A player's score as of one moment.

    Attributes
    ----------
    as_of
        The moment that the score is for.
    last_event_known_at
        When the last event that was applied, of whatever player, became known: how fresh it is.
    margin
        The booster's answer in log-odds, before calibration: ``baseline`` plus the contributions of
        all features.
    baseline
        Expected margin over the training rows.
    reasons
        The features that moved the margin most, strongest first.
    """

    model_id: ModelId
    model_version: ModelVersion
    as_of: Moment
    last_event_known_at: Moment
    churn_probability: Probability
    margin: LogOdds
    baseline: LogOdds
    reasons: list[Reason]


NoScoreReason = Literal["protection", "inactive"]


class NotScored(Entry, frozen=True, kw_only=True, tag="not_scored"):
    """Stands in for the score of a player whom the model says nothing about.

    Attributes
    ----------
    reason
        ``protection``: excluded, or the account is blocked, restricted or closed; such a player is
        no target. ``inactive``: no activity in the days that the model looks back.
    """

    as_of: Moment
    last_event_known_at: Moment
    reason: Annotated[NoScoreReason, Meta(extra_json_schema=example("protection"))]


class UnknownPlayerScore(Entry, frozen=True, kw_only=True, tag="unknown_player"):
    """Stands in for the score of a player of whom no event was ever seen."""


class Scores(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry for each id asked for, in the order asked."""

    scores: list[Score | NotScored | UnknownPlayerScore]


class Explanation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything behind one player's score by one model.

    Attributes
    ----------
    contributions
        Every feature of the model, strongest first. Together with ``baseline`` they sum to
        ``margin``.
    """

    player_id: PlayerId
    as_of: Moment
    last_event_known_at: Moment
    model: ModelCard
    probability: Probability
    margin: LogOdds
    baseline: LogOdds
    contributions: list[Reason]


ALL = (
    ScoreRequest, Score, NotScored, UnknownPlayerScore, Scores, Explanation, Models, Health,
    Readiness, Problem, EventsAnswer, DecisionRequest, DecisionAnswer, OutcomeRequest,
    OutcomeAnswer,
)  # fmt: skip
"""Every message of the API; the parts of them follow."""
