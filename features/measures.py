"""What a tile counts: every measure, how two tiles of it merge, and its expression over an event.

A measure is an integer with a commutative, associative merge, so that any split and any order of a
player's events gives the same tile. Expressions are plain SQL over the columns that
``features.tiles`` prepares from the event log; NULL contributes nothing.

Amounts are minor units of the base currency, or of the account's own where the name says
``account``. Every value fits ±2**53.
"""

import hashlib

from features.measure import Measure, earliest, latest, total, when

LOW_BALANCE_MINOR = 100
"""A balance of at most one unit of the base currency counts as depleted (Auer & Griffiths 2022,
10.1007/s10899-022-10139-1, use account depletion without naming a threshold; this one is ours)."""

STAKE_BINS = 16
FIRST_BIN_EXPONENT = 4
"""Stake histogram: bin 0 is below 2**4 minor units, each next bin doubles, the last is open."""

PLAY = ("casino.round", "sports.bet", "poker.play", "bingo.ticket")
PLAY_OR_TOTALS = (*PLAY, "play.daily")


def _product_stake(name: str, product: str, *needs: str) -> Measure:
    return total(name, "minor units", when(f"product_played = '{product}'", "stake"), *needs)


_APPROVED = "event_type = 'deposit' AND status = 'approved'"
_DECLINED = "event_type = 'deposit' AND status = 'declined'"
_PAID = "event_type = 'withdrawal' AND status = 'paid'"
_MARKETING = "event_type = 'message' AND purpose = 'marketing'"
_LOGIN = "event_type = 'session.started'"

_PLAY_SUMS = (
    total("stake_sum", "minor units", "stake", *PLAY_OR_TOTALS),
    total("winnings_sum", "minor units", "winnings", *PLAY_OR_TOTALS),
    total("stake_account_sum", "minor units", "stake_account", *PLAY_OR_TOTALS),
    total("winnings_account_sum", "minor units", "winnings_account", *PLAY_OR_TOTALS),
    total(
        "bonus_stake_sum",
        "minor units",
        "bonus_stake",
        "casino.round.stake_bonus",
        "sports.bet.stake_bonus",
    ),
    total("bet_count", "count", "bets", *PLAY, "play.daily.bets"),
    total("winning_bet_count", "count", "winning_bets", *PLAY),
    _product_stake("slot_stake_sum", "slot", "casino.round"),
    _product_stake("table_stake_sum", "table", "casino.round"),
    _product_stake("live_stake_sum", "live", "casino.round"),
    _product_stake("prematch_stake_sum", "prematch", "sports.bet"),
    _product_stake("inplay_stake_sum", "inplay", "sports.bet.live"),
    total(
        "night_stake_sum",
        "minor units",
        when("is_night AND event_type <> 'play.daily'", "stake"),
        *PLAY,
    ),
    total("weekend_stake_sum", "minor units", when("is_weekend", "stake"), *PLAY_OR_TOTALS),
)

_PAYMENT_SUMS = (
    total("deposit_sum", "minor units", "deposit", "deposit:approved", "payments.daily"),
    total("deposit_account_sum", "minor units", "deposit_account", "deposit:approved"),
    total("deposit_count", "count", "deposits", "deposit:approved", "payments.daily.deposits"),
    total(
        "deposit_declined_count",
        "count",
        f"CASE WHEN {_DECLINED} THEN 1 ELSE declined_deposits END",
        "deposit:declined",
        "payments.daily.declined_deposits",
    ),
    total(
        "deposit_declined_sum", "minor units", when(_DECLINED, "amount_base"), "deposit:declined"
    ),
    total("night_deposit_count", "count", when(f"{_APPROVED} AND is_night"), "deposit:approved"),
    total(
        "chargeback_count",
        "count",
        when("event_type = 'deposit' AND status = 'chargeback'"),
        "deposit:chargeback",
    ),
    total("withdrawal_sum", "minor units", "withdrawal", "withdrawal:paid", "payments.daily"),
    total("withdrawal_account_sum", "minor units", "withdrawal_account", "withdrawal:paid"),
    total(
        "withdrawal_count", "count", "withdrawals", "withdrawal:paid", "payments.daily.withdrawals"
    ),
    total(
        "withdrawal_cancelled_count",
        "count",
        when("event_type = 'withdrawal' AND status = 'cancelled_by_player'"),
        "withdrawal:cancelled_by_player",
    ),
    total(
        "wallet_load_sum",
        "minor units",
        when("event_type = 'wallet.load' AND status = 'approved'", "amount_base"),
        "wallet.load:approved",
    ),
    total(
        "wallet_load_count",
        "count",
        when("event_type = 'wallet.load' AND status = 'approved'"),
        "wallet.load:approved",
    ),
    total(
        "wallet_load_declined_count",
        "count",
        when("event_type = 'wallet.load' AND status = 'declined'"),
        "wallet.load:declined",
    ),
)

_BONUS_SUMS = (
    total(
        "bonus_claimed_sum",
        "minor units",
        when("event_type = 'bonus' AND state = 'claimed'", "amount_base"),
        "bonus:claimed",
    ),
    total(
        "bonus_claimed_count",
        "count",
        when("event_type = 'bonus' AND state = 'claimed'"),
        "bonus:claimed",
    ),
    total(
        "bonus_converted_sum",
        "minor units",
        when("event_type = 'bonus' AND state = 'completed'", "turned_real_base"),
        "bonus:completed",
    ),
    total(
        "free_bet_payout_sum",
        "minor units",
        when("event_type = 'sports.bet'", "payout_from_free_bet_base"),
        "sports.bet.payout_from_free_bet",
    ),
)

_ENGAGEMENT_SUMS = (
    total("activity_count", "count", when("is_activity")),
    total("login_count", "count", when(_LOGIN), "session.started"),
    total("message_sent_count", "count", when(f"{_MARKETING} AND state = 'sent'"), "message:sent"),
    total(
        "message_opened_count",
        "count",
        when(f"{_MARKETING} AND state = 'opened'"),
        "message:opened",
    ),
    total(
        "message_clicked_count",
        "count",
        when(f"{_MARKETING} AND state = 'clicked'"),
        "message:clicked",
    ),
    total("contact_count", "count", when("event_type = 'support.contact'"), "support.contact"),
    total(
        "rg_contact_count",
        "count",
        when("event_type = 'support.contact' AND topic = 'rg_disclosure'"),
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
    total(name, "count", when(f"event_type = '{kind}' AND {field} = '{value}'"), f"{kind}:{value}")
    for name, kind, field, value in _TOOLS
)


def _stake_bin(index: int) -> Measure:
    low = f"bet_stake >= {2 ** (FIRST_BIN_EXPONENT + index - 1)}" if index else "bet_stake > 0"
    high = f"bet_stake < {2 ** (FIRST_BIN_EXPONENT + index)}"
    condition = low if index == STAKE_BINS - 1 else f"{low} AND {high}"
    return total(f"stake_histogram_{index:02d}", "count", when(condition), *PLAY)


_STAKE_HISTOGRAM = tuple(_stake_bin(index) for index in range(STAKE_BINS))

_MAXIMA = (
    Measure("stake_max", "max", "minor units", when("bet_stake > 0", "bet_stake"), PLAY),
    Measure("winnings_max", "max", "minor units", when("winnings > 0", "winnings"), PLAY),
    Measure(
        "deposit_max", "max", "minor units", when(_APPROVED, "amount_base"), ("deposit:approved",)
    ),
    latest("activity_last", "is_activity"),
    latest("bet_last", "bets > 0 OR stake > 0", *PLAY_OR_TOTALS),
    latest("deposit_last", "deposits > 0 OR deposit > 0", "deposit:approved", "payments.daily"),
    latest("deposit_declined_last", _DECLINED, "deposit:declined"),
    latest("withdrawal_last", _PAID, "withdrawal:paid"),
    latest("login_last", _LOGIN, "session.started"),
)

_MINIMA = (
    earliest("activity_first", "is_activity"),
    earliest("registered", "event_type = 'player.registered'", "player.registered"),
    earliest("deposit_first", "deposits > 0 OR deposit > 0", "deposit:approved", "payments.daily"),
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
        when(_APPROVED, _code("method", METHOD_BITS)),
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
        when(f"half_hour = {half} AND {_MINUTE_CONDITIONS[bitmap][0]}", "minute_bit"),
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
