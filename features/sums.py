"""Measures that add up: money and counts of play, payments, bonuses, messages and tools.

Expressions are plain SQL over the columns that ``features.tile_sql`` prepares from the event log;
NULL contributes nothing.
"""

from features.measure import Measure, total, when

STAKE_BINS = 16
FIRST_BIN_EXPONENT = 4
"""Stake histogram: bin 0 is below 2**4 minor units, each next bin doubles, the last is open."""

PLAY = ("casino.round", "sports.bet", "poker.play", "bingo.ticket")
_HANDS = ("poker.play", "bingo.ticket")
_PLACED = "sports.bet:placed + sports.bet.stake_real"
_WITH_LIVE = f"{_PLACED} + sports.bet.live"
_SETTLED = "casino.round:settled"
_PAID_OUT = (
    f"{_SETTLED} + casino.round.win_real",
    "sports.bet:settled + sports.bet.payout",
    "sports.bet:cashed_out + sports.bet.payout",
)
STAKED = (_SETTLED, _PLACED, *_HANDS)
"""What tells a stake: each kind of play in the state in which its stake counts."""
WON = (*_PAID_OUT, *_HANDS)
"""What tells winnings."""
_DAILY = "play.daily"


def _with_clock(ways: tuple[str, ...]) -> tuple[str, ...]:
    """The same where the player's clock is known, without which no hour is a night's."""
    return tuple(f"{way} + {way.partition(':')[0]}.utc_offset_minutes" for way in ways)


def _product_stake(name: str, product: str, *needs: str) -> Measure:
    stake = when(f"product_played = '{product}'", "stake")
    return total(name, "minor units", stake, *needs, hidden_in=(_DAILY,))


APPROVED = "event_type = 'deposit' AND status = 'approved'"
DECLINED = "event_type = 'deposit' AND status = 'declined'"
PAID = "event_type = 'withdrawal' AND status = 'paid'"
_MARKETING = "event_type = 'message' AND purpose = 'marketing'"
LOGIN = "event_type = 'session.started'"

_PLAY_SUMS = (
    total("stake_sum", "minor units", "stake", *STAKED, _DAILY),
    total("winnings_sum", "minor units", "winnings", *WON, _DAILY),
    total(
        "bonus_stake_sum",
        "minor units",
        "bonus_stake",
        "casino.round:settled + casino.round.stake_bonus",
        "sports.bet:placed + sports.bet.stake_bonus",
        "play.daily.stake_bonus",
    ),
    total("bet_count", "count", "bets", *STAKED, "play.daily.bets"),
    total("winning_bet_count", "count", "winning_bets", *WON, hidden_in=(_DAILY,)),
    _product_stake("slot_stake_sum", "slot", _SETTLED),
    _product_stake("table_stake_sum", "table", _SETTLED),
    _product_stake("live_stake_sum", "live", _SETTLED),
    _product_stake("prematch_stake_sum", "prematch", _WITH_LIVE),
    _product_stake("inplay_stake_sum", "inplay", _WITH_LIVE),
    total(
        "night_stake_sum",
        "minor units",
        when("is_night AND event_type <> 'play.daily'", "stake"),
        *_with_clock(STAKED),
        hidden_in=(_DAILY,),
    ),
    total(
        "weekend_stake_sum",
        "minor units",
        when("is_weekend", "stake"),
        *_with_clock((*STAKED, _DAILY)),
    ),
)

_PAYMENT_SUMS = (
    total("deposit_sum", "minor units", "deposit", "deposit:approved", "payments.daily"),
    total("deposit_count", "count", "deposits", "deposit:approved", "payments.daily.deposits"),
    total(
        "deposit_declined_count",
        "count",
        f"CASE WHEN {DECLINED} THEN 1 ELSE declined_deposits END",
        "deposit:declined",
        "payments.daily.declined_deposits",
    ),
    total(
        "night_deposit_count",
        "count",
        when(f"{APPROVED} AND is_night"),
        *_with_clock(("deposit:approved",)),
    ),
    total(
        "chargeback_count",
        "count",
        when("event_type = 'deposit' AND status = 'chargeback'"),
        "deposit:chargeback",
    ),
    total(
        "withdrawal_sum",
        "minor units",
        "withdrawal",
        "withdrawal:paid",
        "payments.daily.withdrawal_amount",
    ),
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
)

_BONUS_SUMS = (
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
)

_ENGAGEMENT_SUMS = (
    total("activity_count", "count", when("is_activity")),
    total("login_count", "count", when(LOGIN), "session.started"),
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
    return total(f"stake_histogram_{index:02d}", "count", when(condition), *STAKED)


_STAKE_HISTOGRAM = tuple(_stake_bin(index) for index in range(STAKE_BINS))

SUMS: tuple[Measure, ...] = (
    *_PLAY_SUMS,
    *_PAYMENT_SUMS,
    *_BONUS_SUMS,
    *_ENGAGEMENT_SUMS,
    *_TOOL_SUMS,
    *_STAKE_HISTOGRAM,
)
"""In the tile's order."""
