"""What was decided about a player, and why, for a regulator to read and a program to replay."""

from typing import Literal

import msgspec

from campaigns.player_state import Record

ActionKind = Literal["intervention", "offer", "none"]


class Reason(Record, frozen=True, kw_only=True):
    """A rule that spoke, for or against.

    Attributes
    ----------
    rule_id
        Stable id of the rule.
    source
        The law, regulation, study or house rule behind it.
    text
        In plain words, with the values that it looked at.
    """

    rule_id: str
    source: str
    text: str


class Excluded(Record, frozen=True, kw_only=True):
    """An action that could not be chosen, and the rules that say so."""

    action: str
    rule_ids: tuple[str, ...]


class Chance(Record, frozen=True, kw_only=True):
    """The probability with which an action was drawn."""

    action: str
    probability: float


class Decision(Record, frozen=True, kw_only=True):
    """The outcome of ``campaigns.policy.decide``.

    Attributes
    ----------
    action
        Id of the chosen offer or intervention; ``no_offer`` if nothing is to be done.
    action_probability
        Probability of the chosen action under ``distribution``; 1 where nothing was drawn.
    distribution
        Over the eligible actions, in the order of the catalogue; sums to 1.
    explored
        True if the action isn't the one that ranks first.
    channel
        By which the offer or message goes; None if nothing goes.
    protected
        True if a protection closed every offer.
    valid_until_us
        After this moment the decision must be taken again.
    """

    decision_id: str
    player_id: str
    at_us: int
    policy_version: str
    kind: ActionKind
    action: str
    action_probability: float
    distribution: tuple[Chance, ...]
    eligible: tuple[str, ...]
    excluded: tuple[Excluded, ...]
    reasons: tuple[Reason, ...]
    explored: bool
    protected: bool
    channel: str | None
    valid_until_us: int


def encoded(decision: Decision) -> bytes:
    """The decision as JSON; equal decisions are equal bytes."""
    return msgspec.json.encode(decision, order="deterministic")


def decoded(content: bytes) -> Decision:
    """The decision from its bytes.

    Raises
    ------
    msgspec.ValidationError
        If the bytes hold no decision.
    """
    return msgspec.json.decode(content, type=Decision)
