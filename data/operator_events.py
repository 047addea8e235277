"""What the operator does to players: messages, offers, and the steps of protection."""

from typing import Annotated, Any, Literal

import msgspec

from data.event import Event, Name, Text

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Message(Event, frozen=True, kw_only=True, tag="message"):
    """A step of a message; of marketing, ``unsubscribed`` and ``complained`` withdraw consent."""

    state: Literal[
        "queued", "suppressed", "sent", "delivered", "opened",
        "clicked", "bounced", "unsubscribed", "complained",
    ]  # fmt: skip
    message_id: Name
    channel: Name
    purpose: Literal["marketing", "service", "rg"]
    campaign_id: Name | None = None
    step_id: Name | None = None
    trigger_hash: Name | None = None
    suppress_reason: Name | None = None


class OfferDecision(Event, frozen=True, kw_only=True, tag="decision.nbo"):
    """A next-best-offer decision; the full record stays in the decision log."""

    decision_id: Name
    action: Name
    action_probability: Share
    policy_version: Name
    holdout: bool = False


class RgScore(Event, frozen=True, kw_only=True, tag="rg.score"):
    harm_probability: Share
    band: Literal["green", "amber", "red"]
    model_version: Name
    strong: bool = False
    reasons: list[dict[str, Any]] | None = None


class RgFlag(Event, frozen=True, kw_only=True, tag="rg.flag"):
    rule_id: Name
    strong: bool = False
    reasons: list[dict[str, Any]] | None = None


class RgIntervention(Event, frozen=True, kw_only=True, tag="rg.intervention"):
    method: Annotated[Name, msgspec.Meta(description="step of the ladder")]
    automated: bool
    rule_id: Name | None = None
    template_version: Name | None = None


class RgReview(Event, frozen=True, kw_only=True, tag="rg.review"):
    status: Literal[
        "open", "needs_review", "cleared", "intervened", "contested", "upheld", "overturned"
    ]
    reviewer: Name | None = None
    note_ref: Text | None = None
