"""What a decision about one player may know: one record, complete, as of one moment.

It is stored with the decision as it is, so that the decision can be taken again from it alone.
Moments are µs since the epoch, UTC; amounts are minor units.
"""

from typing import Literal

import msgspec

from features.money import Money, Scope


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the state; equal content is equal bytes."""


class Protection(Record, frozen=True, kw_only=True):
    """An exclusion, block, restriction or closure of the person that is in force.

    Attributes
    ----------
    kind
        ``timeout``, ``self_exclusion``, ``register``, ``operator``, or the account's status
        ``blocked``, ``restricted``, ``closed``.
    until_us
        Stated end. Its passing lifts nothing: only a reinstatement does (house rule E1).
    """

    kind: str
    since_us: int
    until_us: int | None = None


class ConsentAct(Record, frozen=True, kw_only=True):
    """The latest act of the person about one product and channel.

    Attributes
    ----------
    product
        ``casino``, ``sports``, …; None for every product.
    """

    product: str | None
    channel: str
    granted: bool
    at_us: int


class MoneyWindow(Money, frozen=True, kw_only=True):
    """What moved in one stretch of time before the decision, exactly, gross and net.

    Attributes
    ----------
    name
        ``24h``, ``7d``, ``30d``, ``90d`` (rolling, to the microsecond) or ``day``, ``week``,
        ``month`` (in the jurisdiction's zone).
    """

    name: str
    scope: Scope
    currency: str


class ModelScore(Record, frozen=True, kw_only=True):
    """A model's answer, with what it takes to compute it again.

    Attributes
    ----------
    features
        The model's inputs in its order; None is absent.
    booster_digest
        SHA-256 of the registered booster.
    """

    model_id: str
    model_version: str
    feature_version: str
    booster_digest: str
    features: tuple[float | None, ...]
    margin: float
    probability: float


class Past(Record, frozen=True, kw_only=True):
    """One earlier act of ours: an intervention or offer that was decided or reported sent."""

    kind: Literal["intervention", "offer"]
    action: str
    at_us: int


class PlayerState(Record, frozen=True, kw_only=True):
    """Everything that ``campaigns.policy.decide`` reads.

    Attributes
    ----------
    decision_id
        Names the decision; the draw depends on it and on ``seed`` alone.
    seed
        16 bytes as hex, derived from a secret key and the decision's id.
    at_us
        The moment of the decision; everything known before it is in.
    known
        False for an id never seen.
    state_age_us
        How long ago the protection state was brought up to date with the log; None if unknown.
    age_years
        None if the birth date is unknown.
    returned_us
        When the last reinstatement after an exclusion happened.
    consented_since_return
        Whether a fresh affirmative act followed that reinstatement.
    objection
        To profiling for marketing (GDPR Art. 21(2)).
    limit_tightened_us, rg_contact_us, vulnerability_check_us
        Latest of each, whatever a check found; None if there was none.
    vulnerability_outcome
        ``adverse`` until a later check was ``passed``; else what the latest one found.
    strong_flag_us
        When a strong flag was raised by a reviewer or the operator (``rg.flag``).
    unread_protection
        Whether something was sent to protect the person that couldn't be read.
    features
        Named features of the catalogue that rules read; None is absent or unknown.
    scores
        Answers of marketing models. Empty if the player is not scored.
    not_scored
        Why there are none: ``protection``, ``inactive``, ``objection`` or ``unavailable``.
    past
        What was done before, oldest first.
    """

    decision_id: str
    seed: str
    player_id: str
    person_id: str | None
    brand_id: str
    jurisdiction: str
    at_us: int
    known: bool
    is_test: bool
    state_age_us: int | None
    age_years: int | None
    account_status: str | None
    kyc_status: str | None
    protections: tuple[Protection, ...]
    returned_us: int | None
    consented_since_return: bool
    consents: tuple[ConsentAct, ...]
    objection: bool
    limit_tightened_us: int | None
    rg_contact_us: int | None
    vulnerability_check_us: int | None
    vulnerability_outcome: str | None
    strong_flag_us: int | None
    unread_protection: bool
    money: tuple[MoneyWindow, ...]
    features: dict[str, float | None]
    scores: tuple[ModelScore, ...]
    not_scored: str | None
    past: tuple[Past, ...]


def encoded(state: PlayerState) -> bytes:
    """The state as JSON; equal states are equal bytes."""
    return msgspec.json.encode(state, order="deterministic")


def decoded(content: bytes) -> PlayerState:
    """The state from its bytes.

    Raises
    ------
    msgspec.ValidationError
        If the bytes hold no state.
    """
    return msgspec.json.decode(content, type=PlayerState)
