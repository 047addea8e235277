"""The event contract: one type per kind of event, and the union of them all.

Amounts are minor units of the event's currency. Real and bonus money are separate ledgers
everywhere. Stakes and winnings count at one moment each: a casino round, hand or ticket when it is
settled; a bet's stake when it is placed and its payout when it is settled or cashed out. A
roll-back or void repeats the amounts that it takes back.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args

import msgspec

from data.event import Count, Currency, Event, Money, Name, Text

GameType = Literal["slot", "table", "live", "instant", "crash"]
Vertical = Literal["casino", "sports", "poker", "bingo", "lottery"]
PaymentMethod = Literal[
    "card", "bank_transfer", "e_wallet", "prepaid", "mobile", "crypto", "cash", "other"
]
Odds = Annotated[float, msgspec.Meta(ge=1)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


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
    """New values of the named profile fields; a None field has not changed."""

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


class Deposit(Event, frozen=True, kw_only=True, tag="deposit"):
    """Money into the gambling account. Only ``approved`` moved money."""

    status: Literal["attempted", "approved", "declined", "cancelled", "chargeback"]
    amount: Money
    payment_id: Name | None = None
    method: PaymentMethod | None = None
    psp: Name | None = None
    decline_code: Name | None = None
    balance_after: Money | None = None


class Withdrawal(Event, frozen=True, kw_only=True, tag="withdrawal"):
    """Money out of the gambling account. Only ``paid`` moved money."""

    status: Literal["requested", "approved", "paid", "cancelled_by_player", "rejected"]
    amount: Money
    payment_id: Name | None = None
    method: PaymentMethod | None = None


class WalletLoad(Event, frozen=True, kw_only=True, tag="wallet.load"):
    """Money into a payment wallet that stands before the gambling account; no deposit yet."""

    status: Literal["approved", "declined"]
    amount: Money
    payment_id: Name | None = None
    method: PaymentMethod | None = None


class CasinoRound(Event, frozen=True, kw_only=True, tag="casino.round"):
    """A casino round. ``open`` moves nothing yet; ``rolled_back`` takes a settled one back."""

    state: Literal["open", "settled", "rolled_back"]
    game_type: GameType
    stake_real: Money
    win_real: Money = 0
    stake_bonus: Money = 0
    win_bonus: Money = 0
    round_id: Name | None = None
    game_id: Name | None = None
    provider: Name | None = None
    balance_after: Money | None = None
    rtp: Share | None = None
    started_at: Moment | None = None


class SportsBet(Event, frozen=True, kw_only=True, tag="sports.bet"):
    """A bet. ``payout`` is real money; ``payout_from_free_bet`` the part won by bonus stakes."""

    state: Literal["placed", "settled", "cashed_out", "voided"]
    bet_id: Name
    stake_real: Money = 0
    stake_bonus: Money = 0
    payout: Money = 0
    payout_from_free_bet: Money = 0
    bet_type: Name | None = None
    live: bool | None = None
    odds: Odds | None = None
    legs: list[dict[str, Any]] | None = None
    balance_after: Money | None = None


class PokerPlay(Event, frozen=True, kw_only=True, tag="poker.play"):
    """A settled hand or tournament. The operator earns ``rake``; the result is between players."""

    table_id: Name
    buy_in: Money
    rake: Money
    win_real: Money = 0
    tournament: bool = False


class BingoTicket(Event, frozen=True, kw_only=True, tag="bingo.ticket"):
    room: Name
    stake_real: Money
    win_real: Money = 0


class PlayDaily(Event, frozen=True, kw_only=True, tag="play.daily"):
    """Totals of one player's day from a source without single bets.

    ``occurred_at`` is the day's last moment, so that a total is never known before it is complete.
    """

    product: Vertical
    stake_real: Money
    win_real: Money
    bets: Count | None = None
    stake_bonus: Money = 0


class PaymentsDaily(Event, frozen=True, kw_only=True, tag="payments.daily"):
    """Totals of one player's payments of a day, as ``play.daily``."""

    deposit_amount: Money
    deposits: Count | None = None
    withdrawal_amount: Money = 0
    withdrawals: Count | None = None
    declined_deposits: Count | None = None


class GameLaunched(Event, frozen=True, kw_only=True, tag="game.launched"):
    game_id: Name
    location: Name | None = None
    position: Count | None = None
    balance: Money | None = None


class Bonus(Event, frozen=True, kw_only=True, tag="bonus"):
    """A step in a bonus's life. ``turned_real`` is what became the player's own money."""

    state: Literal["offered", "claimed", "active", "wagered", "completed", "forfeited", "expired"]
    user_bonus_id: Name
    amount: Money
    bonus_id: Name | None = None
    product: Vertical | None = None
    bonus_type: Name | None = None
    wagering_multiple: Annotated[float, msgspec.Meta(ge=0)] | None = None
    wagering_remaining: Money | None = None
    turned_real: Money = 0
    campaign_id: Name | None = None


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
    """An affirmative act per product and channel; purpose ``profiling`` records an objection."""

    channel: Name
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
    check_kind: Literal["fvc", "fra", "income", "source_of_funds"]
    outcome: Name
    provider: Name | None = None
    valid_until: Moment | None = None


class Message(Event, frozen=True, kw_only=True, tag="message"):
    """A step in the life of one message to the player."""

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


AnyEvent = (
    PlayerRegistered | PlayerProfileChanged | PlayerKycChanged | PlayerStatusChanged
    | SessionStarted | SessionEnded | Deposit | Withdrawal | WalletLoad
    | CasinoRound | SportsBet | PokerPlay | BingoTicket | PlayDaily | PaymentsDaily | GameLaunched
    | Bonus | Limit | Exclusion | Consent | PersonLinked | SupportContact | AffordabilityCheck
    | Message | OfferDecision | RgScore | RgFlag | RgIntervention | RgReview
)  # fmt: skip
"""Any event of the contract, told apart by ``event_type``."""

EVENT_TYPES: dict[str, type[Event]] = {
    str(struct.__struct_config__.tag): struct for struct in get_args(AnyEvent)
}
"""Event type → the struct that defines it."""
