"""What players and their accounts are, and the tools that protect them."""

from datetime import date
from typing import Literal

from data.event import Count, Currency, Event, Moment, Money, Name, Vertical

Channel = Literal["email", "sms", "push", "onsite", "phone", "post"]
"""The ways by which an offer reaches a player."""

OLDEST_YEARS = 120
"""An age that nobody exceeds: more is a placeholder and no birth date."""


class PlayerRegistered(Event, frozen=True, kw_only=True, tag="player.registered"):
    """An account was opened. ``sex`` is optional and read by evaluation alone."""

    channel: Name | None = None
    affiliate_ref: Name | None = None
    birth_date: date | None = None
    country: Name | None = None
    language: Name | None = None
    timezone: Name | None = None
    account_currency: Currency | None = None
    sex: Literal["female", "male", "other"] | None = None


class PlayerProfileChanged(Event, frozen=True, kw_only=True, tag="player.profile_changed"):
    """New values of the named profile fields; an absent one has not changed."""

    birth_date: date | None = None
    country: Name | None = None
    language: Name | None = None
    timezone: Name | None = None
    vip_tier: Name | None = None


class PlayerKycChanged(Event, frozen=True, kw_only=True, tag="player.kyc_changed"):
    status: Literal["unverified", "pending", "verified", "failed"]
    initiator: Literal["player", "operator", "regulator"] | None = None
    reason_code: Name | None = None


class PlayerStatusChanged(Event, frozen=True, kw_only=True, tag="player.status_changed"):
    """``restricted`` is a responsible-gambling restriction by the operator."""

    status: Literal["active", "blocked", "restricted", "closed"]
    initiator: Literal["player", "operator", "regulator"] | None = None
    reason_code: Name | None = None
    until: Moment | None = None


class SessionStarted(Event, frozen=True, kw_only=True, tag="session.started"):
    """A log-in to the account."""

    ip_country: Name | None = None
    balance: Money | None = None


class SessionEnded(Event, frozen=True, kw_only=True, tag="session.ended"):
    end_reason: Name | None = None
    duration_s: Count | None = None
    balance: Money | None = None


class Limit(Event, frozen=True, kw_only=True, tag="limit"):
    """A player's own limit. Money limits carry ``amount``, time limits ``seconds``."""

    action: Literal[
        "set", "decrease", "increase_requested", "increase_effective", "removed", "reached"
    ]
    limit_kind: Literal["deposit_gross", "deposit_net", "loss", "stake", "time"]
    period: Literal["24h", "7d", "month"]
    limit_id: Name | None = None
    amount: Money | None = None
    seconds: Count | None = None
    effective_at: Moment | None = None


class Exclusion(Event, frozen=True, kw_only=True, tag="exclusion"):
    """An exclusion, dated when it was seen; its end lifts nothing without ``reinstatement``."""

    exclusion_kind: Literal["timeout", "self_exclusion", "register", "operator", "reinstatement"]
    register: Literal["GAMSTOP", "SPELPAUS", "ROFUS", "CRUKS", "OASIS", "BETGUARD"] | None = None
    effective_from: Moment | None = None
    until: Moment | None = None
    checked_at: Moment | None = None


class Consent(Event, frozen=True, kw_only=True, tag="consent"):
    """An act per product and channel, ``any`` withdraws all; ``profiling`` records an objection.

    To marketing a player agrees channel by channel: a grant of ``any`` agrees to none.
    """

    channel: Literal[Channel, "any"]
    granted: bool
    purpose: Literal["marketing", "profiling"] = "marketing"
    product: Vertical | None = None
    consent_source: Name | None = None
    text_version: Name | None = None


class PersonLinked(Event, frozen=True, kw_only=True, tag="person.linked"):
    """The account was found to belong to the envelope's ``person_id``."""

    evidence: Name | None = None


class SupportContact(Event, frozen=True, kw_only=True, tag="support.contact"):
    """A contact by the customer. Its text is never stored."""

    topic: Literal["complaint", "bonus_request", "rg_disclosure", "payment", "other"]
    channel: Name | None = None
    ticket_id: Name | None = None
    third_party: bool = False


class AffordabilityCheck(Event, frozen=True, kw_only=True, tag="affordability.check"):
    """A check of what the player can afford. ``adverse`` holds until a later one is ``passed``."""

    check_kind: Literal["fvc", "fra", "income", "source_of_funds"]
    outcome: Literal["passed", "adverse", "pending"]
    provider: Name | None = None
    valid_until: Moment | None = None
