"""Requests and answers about decisions and what became of them."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from campaigns.decision import ActionKind, Chance, Excluded
from data.currency import MINOR_UNIT_DIGITS
from serving.decisions.outcomes import OutcomeKind
from serving.schema_types import ModelVersion, Moment, PlayerId, example

Id = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9._:-]{1,128}$",
        extra_json_schema=example("c0a8-2026-01-31-000042"),
    ),
]


Amount = Annotated[float, Meta(ge=0, lt=2**53, multiple_of=1)]
"""Minor units: a whole number as JSON has it, where 78.0 is one too; each below 2^53 is exact."""


Currency = Annotated[
    str, Meta(pattern="^[A-Z]{3}$", extra_json_schema={"enum": sorted(MINOR_UNIT_DIGITS)})
]


class DecisionRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask what to do about one player.

    Attributes
    ----------
    request_id
        The caller's id of the request: asked again under it, the first decision is the answer.
    mode
        ``dry_run`` decides and stores, and nothing follows: no outbox, no cap used.
    """

    player_id: PlayerId
    request_id: Id | UnsetType = UNSET
    mode: Literal["live", "dry_run"] = "live"


class DecisionReason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule that spoke, where it comes from, and what it said."""

    rule_id: Annotated[str, Meta(extra_json_schema=example("policy.best"))]
    source: str
    text: str


class DecisionAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be done about a player.

    Attributes
    ----------
    action
        Id of the offer or intervention; ``no_offer`` if nothing is to be done.
    action_probability
        With which it was drawn.
    suppressed
        ``protection`` if a protection speaks; why, only a key of compliance is told.
    distribution, eligible, excluded, reasons
        Behind the decision; without what would tell of protection, but to compliance.
    valid_until
        Ask again after this moment.
    """

    decision_id: Id
    player_id: PlayerId
    mode: Literal["live", "dry_run"]
    decided_at: Moment
    valid_until: Moment
    kind: ActionKind
    action: Annotated[str, Meta(extra_json_schema=example("free_spins_5"))]
    channel: str | None = None
    action_probability: Annotated[float, Meta(ge=0, le=1, extra_json_schema=example(0.9625))]
    explored: bool
    suppressed: Literal["protection"] | None = None
    distribution: list[Chance]
    eligible: list[str]
    excluded: list[Excluded]
    reasons: list[DecisionReason]
    models: dict[str, ModelVersion]
    policy_version: Annotated[str, Meta(extra_json_schema=example("4a9b43ca4432"))]


class OutcomeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Report what became of a decision; reported again under its id, it counts once."""

    outcome_id: Id
    decision_id: Id
    kind: OutcomeKind
    occurred_at: Annotated[datetime, Meta(tz=True)]
    amount_minor: Amount | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET

    def __post_init__(self) -> None:
        if (self.amount_minor is UNSET) != (self.currency is UNSET):
            raise ValueError("Expected `amount_minor` and `currency` together, or neither")


class OutcomeAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the outcome is new."""

    outcome_id: Id
    status: Literal["accepted", "duplicate"]
