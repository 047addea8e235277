"""What a tile counts: every measure, how two tiles of it merge, and its expression over an event.

A measure is an integer with a commutative, associative merge, so that any split and any order of a
player's events gives the same tile. Expressions are plain SQL over the columns that
``features.tiles`` prepares from the event log; NULL contributes nothing.

Amounts are minor units of the base currency. Every value fits ±2**53.
"""

from features.measure import Measure, earliest, latest, when
from features.sums import APPROVED, DECLINED, LOGIN, PLAY, STAKED, SUMS, WON

LOW_BALANCE_MINOR = 100
"""A balance of at most one unit of the base currency counts as depleted (Auer & Griffiths 2022,
10.1007/s10899-022-10139-1, use account depletion without naming a threshold; this one is ours)."""

_MAXIMA = (
    Measure("stake_max", "max", "minor units", when("bet_stake > 0", "bet_stake"), STAKED),
    Measure(
        "deposit_max", "max", "minor units", when(APPROVED, "amount_base"), ("deposit:approved",)
    ),
    latest("activity_last", "is_activity"),
    latest("deposit_last", "deposits > 0 OR deposit > 0", "deposit:approved", "payments.daily"),
    latest(
        "deposit_declined_last",
        f"({DECLINED}) OR declined_deposits > 0",
        "deposit:declined",
        "payments.daily.declined_deposits",
    ),
    latest(
        "withdrawal_last",
        "withdrawals > 0 OR withdrawal > 0",
        "withdrawal:paid",
        "payments.daily.withdrawal_amount",
    ),
    latest("login_last", LOGIN, "session.started"),
)

PRODUCT_BITS = {
    product: 1 << number
    for number, product in enumerate(
        ("slot", "table", "live", "instant", "crash", "prematch", "inplay", "poker", "bingo")
    )
}
"""Product → its bit. Numbers are part of the tile layout: append, never reorder."""

PRODUCT_CODES = 16
"""Codes that a first product is told by: room for more than there are products."""

_PRODUCT_CODE = "CASE product_played {} END".format(
    " ".join(f"WHEN '{product}' THEN {code}" for code, product in enumerate(PRODUCT_BITS))
)

_MINIMA = (
    earliest("activity_first", "is_activity"),
    earliest("registered", "event_type = 'player.registered'", "player.registered"),
    earliest("deposit_first", "deposits > 0 OR deposit > 0", "deposit:approved", "payments.daily"),
    Measure(
        "first_product",
        "min",
        "code",
        when(
            "bets > 0",
            f"CAST((occurred_us - occurred_us % 1000) / 1000 AS BIGINT) * {PRODUCT_CODES}"
            f" + {_PRODUCT_CODE}",
        ),
        PLAY,
    ),
)
"""``first_product`` is a moment in ms times ``PRODUCT_CODES``, plus the code of what was played."""

METHOD_BITS = {
    method: 1 << number
    for number, method in enumerate(
        ("card", "bank_transfer", "e_wallet", "prepaid", "mobile", "crypto", "cash", "other")
    )
}
"""Payment method → its bit."""


OWN_SOURCE, AFFILIATE_SOURCE = 1, 2
"""Bits of where a registration came from: the operator's own ways, or an affiliate."""


def _code(column: str, bits: dict[str, int]) -> str:
    cases = " ".join(f"WHEN '{value}' THEN {bit}" for value, bit in bits.items())
    return f"CASE {column} {cases} END"


_BITS = (
    Measure("product_bits", "or", "bits", _code("product_played", PRODUCT_BITS), PLAY),
    Measure(
        "deposit_method_bits",
        "or",
        "bits",
        when(APPROVED, _code("method", METHOD_BITS)),
        ("deposit.method",),
    ),
    Measure(
        "registration_source_bits",
        "or",
        "bits",
        when(
            "event_type = 'player.registered'",
            f"CASE WHEN affiliate_ref IS NULL THEN {OWN_SOURCE} ELSE {AFFILIATE_SOURCE} END",
        ),
        ("player.registered.affiliate_ref",),
    ),
)

MINUTE_BITMAPS = ("play", "losing_bet", "winning_bet", "deposit", "low_balance")
"""What the minutes of an hour are marked for; two words of 30 bits each, first half-hour first."""

_MINUTE_CONDITIONS = {
    "play": ("bets > 0 AND event_type <> 'play.daily'", STAKED),
    "losing_bet": ("is_losing_bet", WON),
    "winning_bet": ("winning_bets = 1", WON),
    "deposit": (APPROVED, ("deposit:approved",)),
    "low_balance": (
        "event_type IN ('casino.round', 'sports.bet') "
        f"AND balance_after_base <= {LOW_BALANCE_MINOR}",
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
    *SUMS,
    *_MAXIMA,
    *_MINIMA,
    *_BITS,
    *_MINUTE_WORDS,
)
"""Every measure, in the tile's order: sums, maxima, minima, bits."""

MEASURE_INDEX: dict[str, int] = {measure.name: index for index, measure in enumerate(MEASURES)}
