"""Play and payments: events that carry money.

Amounts are minor units of the event's currency. Real and bonus money are separate ledgers
everywhere. Stakes and winnings count at one moment each: a casino round, hand or ticket when it is
settled; a bet's stake when it is placed and its payout when it is settled or cashed out. A
roll-back or void repeats the amounts that it takes back.
"""

from typing import Annotated, Any, Literal

import msgspec

from data.event import Count, Event, Moment, Money, Name, Vertical

COUNTED_WHEN: dict[tuple[str, str], tuple[str, ...]] = {
    ("sports.bet", "stake_real"): ("placed", "voided"),
    ("sports.bet", "stake_bonus"): ("placed", "voided"),
    ("sports.bet", "payout"): ("settled", "cashed_out"),
}
"""Event type and amount → the states in which the amount counts."""

GameType = Literal["slot", "table", "live", "instant", "crash"]
PaymentMethod = Literal[
    "card", "bank_transfer", "e_wallet", "prepaid", "mobile", "crypto", "cash", "other"
]
Odds = Annotated[float, msgspec.Meta(ge=1)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


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
