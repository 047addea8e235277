"""What a tile counts: every measure, how two tiles of it merge, and its expression over an event.

A measure is an integer with a commutative, associative merge, so that any split and any order of a
player's events gives the same tile. Expressions are plain SQL over the columns that
``features.tiles`` prepares from the event log; NULL contributes nothing.

Amounts are minor units of the base currency, or of the account's own where the name says
``account``. Every value fits ±2**53.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

Merge = Literal["sum", "max", "min", "or"]
Unit = Literal["minor units", "count", "moment", "bits"]

SUM_EMPTY = 0
MAX_EMPTY = -(2**53)
MIN_EMPTY = 2**53
OR_EMPTY = 0

EMPTY: dict[Merge, int] = {"sum": SUM_EMPTY, "max": MAX_EMPTY, "min": MIN_EMPTY, "or": OR_EMPTY}
"""Value of a measure that nothing contributed to."""

LOW_BALANCE_MINOR = 100
"""A balance of at most one unit of the base currency counts as depleted (Auer & Griffiths 2022,
10.1007/s10899-022-10139-1, use account depletion without naming a threshold; this one is ours)."""

STAKE_BINS = 16
FIRST_BIN_EXPONENT = 4
"""Stake histogram: bin 0 is below 2**4 minor units, each next bin doubles, the last is open."""

PLAY = ("casino.round", "sports.bet", "poker.play", "bingo.ticket")
PLAY_OR_TOTALS = (*PLAY, "play.daily")


@dataclass(frozen=True)
class Measure:
    """One column of a tile.

    Attributes
    ----------
    sql
        Expression over one prepared event row.
    needs
        Coverage tokens (``data.event_log.Source.coverage``) of which one must be there; without
        any the measure is absent, never zero.
    """

    name: str
    merge: Merge
    unit: Unit
    sql: str
    needs: tuple[str, ...]


def _when(condition: str, value: str = "1") -> str:
    return f"CASE WHEN {condition} THEN {value} END"


def _sum(name: str, unit: Unit, sql: str, *needs: str) -> Measure:
    return Measure(name, "sum", unit, sql, needs)


def _last(name: str, condition: str, *needs: str) -> Measure:
    return Measure(name, "max", "moment", _when(condition, "occurred_us"), needs)


def _first(name: str, condition: str, *needs: str) -> Measure:
    return Measure(name, "min", "moment", _when(condition, "occurred_us"), needs)


def _product_stake(name: str, product: str, *needs: str) -> Measure:
    return _sum(name, "minor units", _when(f"product_played = '{product}'", "stake"), *needs)


_APPROVED = "event_type = 'deposit' AND status = 'approved'"
_DECLINED = "event_type = 'deposit' AND status = 'declined'"
_PAID = "event_type = 'withdrawal' AND status = 'paid'"
_MARKETING = "event_type = 'message' AND purpose = 'marketing'"
_LOGIN = "event_type = 'session.started'"

_PLAY_SUMS = (
    _sum("stake_sum", "minor units", "stake", *PLAY_OR_TOTALS),
    _sum("winnings_sum", "minor units", "winnings", *PLAY_OR_TOTALS),
    _sum("stake_account_sum", "minor units", "stake_account", *PLAY_OR_TOTALS),
    _sum("winnings_account_sum", "minor units", "winnings_account", *PLAY_OR_TOTALS),
    _sum(
        "bonus_stake_sum",
        "minor units",
        "bonus_stake",
        "casino.round.stake_bonus",
        "sports.bet.stake_bonus",
    ),
    _sum("bet_count", "count", "bets", *PLAY, "play.daily.bets"),
    _sum("winning_bet_count", "count", "winning_bets", *PLAY),
    _product_stake("slot_stake_sum", "slot", "casino.round"),
    _product_stake("table_stake_sum", "table", "casino.round"),
    _product_stake("live_stake_sum", "live", "casino.round"),
    _product_stake("prematch_stake_sum", "prematch", "sports.bet"),
    _product_stake("inplay_stake_sum", "inplay", "sports.bet.live"),
    _sum(
        "night_stake_sum",
        "minor units",
        _when("is_night AND event_type <> 'play.daily'", "stake"),
        *PLAY,
    ),
    _sum("weekend_stake_sum", "minor units", _when("is_weekend", "stake"), *PLAY_OR_TOTALS),
)

_PAYMENT_SUMS = (
    _sum("deposit_sum", "minor units", "deposit", "deposit:approved", "payments.daily"),
    _sum("deposit_account_sum", "minor units", "deposit_account", "deposit:approved"),
    _sum("deposit_count", "count", "deposits", "deposit:approved", "payments.daily.deposits"),
    _sum(
        "deposit_declined_count",
        "count",
        f"CASE WHEN {_DECLINED} THEN 1 ELSE declined_deposits END",
        "deposit:declined",
        "payments.daily.declined_deposits",
    ),
    _sum(
        "deposit_declined_sum", "minor units", _when(_DECLINED, "amount_base"), "deposit:declined"
    ),
    _sum("night_deposit_count", "count", _when(f"{_APPROVED} AND is_night"), "deposit:approved"),
    _sum(
        "chargeback_count",
        "count",
        _when("event_type = 'deposit' AND status = 'chargeback'"),
        "deposit:chargeback",
    ),
    _sum("withdrawal_sum", "minor units", "withdrawal", "withdrawal:paid", "payments.daily"),
    _sum("withdrawal_account_sum", "minor units", "withdrawal_account", "withdrawal:paid"),
    _sum(
        "withdrawal_count", "count", "withdrawals", "withdrawal:paid", "payments.daily.withdrawals"
    ),
    _sum(
        "withdrawal_cancelled_count",
        "count",
        _when("event_type = 'withdrawal' AND status = 'cancelled_by_player'"),
        "withdrawal:cancelled_by_player",
    ),
    _sum(
        "wallet_load_sum",
        "minor units",
        _when("event_type = 'wallet.load' AND status = 'approved'", "amount_base"),
        "wallet.load:approved",
    ),
    _sum(
        "wallet_load_count",
        "count",
        _when("event_type = 'wallet.load' AND status = 'approved'"),
        "wallet.load:approved",
    ),
    _sum(
        "wallet_load_declined_count",
        "count",
        _when("event_type = 'wallet.load' AND status = 'declined'"),
        "wallet.load:declined",
    ),
)

_BONUS_SUMS = (
    _sum(
        "bonus_claimed_sum",
        "minor units",
        _when("event_type = 'bonus' AND state = 'claimed'", "amount_base"),
        "bonus:claimed",
    ),
    _sum(
        "bonus_claimed_count",
        "count",
        _when("event_type = 'bonus' AND state = 'claimed'"),
        "bonus:claimed",
    ),
    _sum(
        "bonus_converted_sum",
        "minor units",
        _when("event_type = 'bonus' AND state = 'completed'", "turned_real_base"),
        "bonus:completed",
    ),
    _sum(
        "free_bet_payout_sum",
        "minor units",
        _when("event_type = 'sports.bet'", "payout_from_free_bet_base"),
        "sports.bet.payout_from_free_bet",
    ),
)

_ENGAGEMENT_SUMS = (
    _sum("activity_count", "count", _when("is_activity")),
    _sum("login_count", "count", _when(_LOGIN), "session.started"),
    _sum("message_sent_count", "count", _when(f"{_MARKETING} AND state = 'sent'"), "message:sent"),
    _sum(
        "message_opened_count",
        "count",
        _when(f"{_MARKETING} AND state = 'opened'"),
        "message:opened",
    ),
    _sum(
        "message_clicked_count",
        "count",
        _when(f"{_MARKETING} AND state = 'clicked'"),
        "message:clicked",
    ),
    _sum("contact_count", "count", _when("event_type = 'support.contact'"), "support.contact"),
    _sum(
        "rg_contact_count",
        "count",
        _when("event_type = 'support.contact' AND topic = 'rg_disclosure'"),
        "support.contact",
    ),
)

_TOOLS = (
    ("limit_set_count", "limit", "action", "set"),
    ("limit_decreased_count", "limit", "action", "decrease"),
    ("limit_increased_count", "limit", "action", "increase_effective"),
    ("limit_removed_count", "limit", "action", "removed"),
    ("limit_reached_count", "limit", "action", "reached"),
    ("timeout_count", "exclusion", "exclusion_kind", "timeout"),
)

_TOOL_SUMS = tuple(
    _sum(name, "count", _when(f"event_type = '{kind}' AND {field} = '{value}'"), f"{kind}:{value}")
    for name, kind, field, value in _TOOLS
)


def _stake_bin(index: int) -> Measure:
    low = f"bet_stake >= {2 ** (FIRST_BIN_EXPONENT + index - 1)}" if index else "bet_stake > 0"
    high = f"bet_stake < {2 ** (FIRST_BIN_EXPONENT + index)}"
    condition = low if index == STAKE_BINS - 1 else f"{low} AND {high}"
    return _sum(f"stake_histogram_{index:02d}", "count", _when(condition), *PLAY)


_STAKE_HISTOGRAM = tuple(_stake_bin(index) for index in range(STAKE_BINS))

_MAXIMA = (
    Measure("stake_max", "max", "minor units", _when("bet_stake > 0", "bet_stake"), PLAY),
    Measure("winnings_max", "max", "minor units", _when("winnings > 0", "winnings"), PLAY),
    Measure(
        "deposit_max", "max", "minor units", _when(_APPROVED, "amount_base"), ("deposit:approved",)
    ),
    _last("activity_last", "is_activity"),
    _last("bet_last", "bets > 0 OR stake > 0", *PLAY_OR_TOTALS),
    _last("deposit_last", "deposits > 0 OR deposit > 0", "deposit:approved", "payments.daily"),
    _last("deposit_declined_last", _DECLINED, "deposit:declined"),
    _last("withdrawal_last", _PAID, "withdrawal:paid"),
    _last("login_last", _LOGIN, "session.started"),
)

_MINIMA = (
    _first("activity_first", "is_activity"),
    _first("registered", "event_type = 'player.registered'", "player.registered"),
    _first("deposit_first", "deposits > 0 OR deposit > 0", "deposit:approved", "payments.daily"),
)

PRODUCT_BITS = {
    product: 1 << number
    for number, product in enumerate(
        ("slot", "table", "live", "instant", "crash", "prematch", "inplay", "poker", "bingo")
    )
}
"""Product → its bit. Numbers are part of the tile layout: append, never reorder."""

METHOD_BITS = {
    method: 1 << number
    for number, method in enumerate(
        ("card", "bank_transfer", "e_wallet", "prepaid", "mobile", "crypto", "cash", "other")
    )
}
"""Payment method → its bit."""


def _code(column: str, bits: dict[str, int]) -> str:
    cases = " ".join(f"WHEN '{value}' THEN {bit}" for value, bit in bits.items())
    return f"CASE {column} {cases} END"


_BITS = (
    Measure("product_bits", "or", "bits", _code("product_played", PRODUCT_BITS), PLAY),
    Measure(
        "deposit_method_bits",
        "or",
        "bits",
        _when(_APPROVED, _code("method", METHOD_BITS)),
        ("deposit.method",),
    ),
)

MINUTE_BITMAPS = ("play", "losing_bet", "deposit", "low_balance")
"""What the minutes of an hour are marked for; two words of 30 bits each, first half-hour first."""

_MINUTE_CONDITIONS = {
    "play": ("bets > 0 AND event_type <> 'play.daily'", PLAY),
    "losing_bet": ("is_losing_bet", PLAY),
    "deposit": (_APPROVED, ("deposit:approved",)),
    "low_balance": (
        f"balance_after_base <= {LOW_BALANCE_MINOR}",
        ("casino.round.balance_after", "sports.bet.balance_after"),
    ),
}

_MINUTE_WORDS = tuple(
    Measure(
        f"{bitmap}_minutes_{half}",
        "or",
        "bits",
        _when(f"half_hour = {half} AND {_MINUTE_CONDITIONS[bitmap][0]}", "minute_bit"),
        _MINUTE_CONDITIONS[bitmap][1],
    )
    for bitmap in MINUTE_BITMAPS
    for half in (0, 1)
)

MEASURES: tuple[Measure, ...] = (
    *_PLAY_SUMS,
    *_PAYMENT_SUMS,
    *_BONUS_SUMS,
    *_ENGAGEMENT_SUMS,
    *_TOOL_SUMS,
    *_STAKE_HISTOGRAM,
    *_MAXIMA,
    *_MINIMA,
    *_BITS,
    *_MINUTE_WORDS,
)
"""Every measure, in the tile's order: sums, maxima, minima, bits."""

MEASURE_INDEX: dict[str, int] = {measure.name: index for index, measure in enumerate(MEASURES)}

LAYOUT_VERSION = hashlib.sha256(repr(MEASURES).encode()).hexdigest()[:12]
"""Names what a tile's columns mean. Tiles of another version are built again, never misread."""
