"""The catalogue: every declared feature, with its name, unit, reason and permitted purposes."""

import hashlib
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np

import features.day_counts
import features.formulas
import features.origin
import features.sessions
import features.tile_arrays
import features.windows
from features.definition import code_digest
from features.feature import (
    ALL,
    AMOUNT,
    DAYS,
    Feature,
    days_with,
    held,
    ratio,
    sessions,
    since,
    to_usual,
    words,
)  # fmt: skip
from features.formulas import (
    DaysSince,
    Difference,
    DistinctBits,
    Floats,
    Held,
    Ratio,
    StakeQuantile,
    UsualGapDays,
)  # fmt: skip
from features.origin import ORIGIN_FEATURES
from features.protection_features import PROTECTION_FEATURES
from features.tile_sql import LAYOUT_VERSION
from features.windows import WindowValues

_ACTIVITY = [
    since("last_activity", "activity_last", "days since last activity",
           "Recency is the strongest single sign of leaving."),
    since("first_activity", "activity_first", "days since first activity",
           "Tenure as far as the data reach back; newcomers leave more often."),
    since("registration", "registered", "days since registration",
           "Tenure; absent where the source has no registrations."),
    *days_with("active_days", "activity_count", "active days",
                "How often the player comes is steadier than how much is played."),
    *held("activity_count", ("24h", *DAYS, "lifetime"), "actions that count as activity",
           "Intensity of the activity that the source defines."),
    *to_usual("activity_count", "activity", "A fall against the usual precedes leaving."),
    Feature("usual_gap_days_90d", "usual days between active days", "days",
            "The player's own rhythm, against which silence is judged.", "both", UsualGapDays()),
    Feature("days_since_last_activity_to_usual_gap", "silence against the usual gap", "ratio",
            "Ten silent days mean little for a monthly player and much for a daily one.", "both",
            Ratio(DaysSince("activity_last"), UsualGapDays())),
    *held("login_count", ("24h", *DAYS), "log-ins", "Interest without play."),
    since("last_login", "login_last", "days since last log-in", "Recency of any visit."),
]  # fmt: skip

_PLAY = [
    *held("stake_sum", ALL, "stakes", "Volume of play in real money."),
    *[
        Feature(f"ggr_{window}", f"stakes minus winnings {words(window)}",
                AMOUNT, "What the player lost; the stake of an open bet is in it until settled.",
                "both", Difference(Held("stake_sum", window), Held("winnings_sum", window)))
        for window in ("24h", *DAYS, "lifetime")
    ],
    *[
        Feature(f"margin_sum_{window}", f"margin before deductions {words(window)}", AMOUNT,
                "What the player is worth: bonus money that turned real is taken off, once.",
                "both",
                Difference(Difference(Held("stake_sum", window), Held("winnings_sum", window)),
                           Held("bonus_converted_sum", window)))
        for window in ("30d", "90d", "lifetime")
    ],
    *held("bet_count", ("1h", "24h", *DAYS), "bets and rounds", "Frequency of play."),
    *ratio("stake_mean", DAYS, "stake_sum", "bet_count", "mean stake", "Stake level."),
    *held("stake_max", ("24h", "7d", "30d"), "largest stake", "Peaks show what the player dares."),
    *[
        Feature(f"stake_p{percent}_{window}",
                f"{percent}th percentile of stakes, rounded down to a doubling, {words(window)}",
                AMOUNT, "Spread of stakes without the outliers.", "both",
                StakeQuantile(percent / 100, window))
        for window in ("7d", "30d") for percent in (50, 90)
    ],
    *ratio("hit_share", ("7d", "30d"), "winning_bet_count", "bet_count", "share of winning bets",
            "Luck that the player has seen."),
    *ratio("slot_stake_share", ("30d",), "slot_stake_sum", "stake_sum", "slots' share of stakes",
            "Taste; verticals leave at different rates."),
    *ratio("table_stake_share", ("30d",), "table_stake_sum", "stake_sum",
            "table games' share of stakes", "Taste."),
    *ratio("live_stake_share", ("30d",), "live_stake_sum", "stake_sum",
            "live casino's share of stakes", "Taste."),
    *ratio("inplay_stake_share", ("30d",), "inplay_stake_sum", "stake_sum",
            "in-play's share of stakes", "Taste."),
    *ratio("prematch_stake_share", ("30d",), "prematch_stake_sum", "stake_sum",
            "pre-match's share of stakes", "Taste; follows the calendar of events."),
    Feature("product_count_90d", f"products played {words('90d')}", "count",
            "Breadth of play.", "both", DistinctBits("product_bits", "90d")),
    *to_usual("stake_sum", "stakes", "Trend of volume against the player's own usual."),
    *ratio("weekend_stake_share", ("30d",), "weekend_stake_sum", "stake_sum",
            "weekend's share of stakes", "Rhythm of the week."),
    *ratio("night_stake_share", ("30d", "90d"), "night_stake_sum", "stake_sum",
            "share of stakes between 23:00 and 06:00 local",
            "Night play; not monotone in harm (Playtech).", "protection"),
    *sessions("session_count", ("24h", "7d", "30d"), "sessions", "Frequency of visits with play."),
    *sessions("session_minutes", ("24h", "7d", "30d"), "minutes in sessions", "Time spent."),
    *sessions("session_longest_minutes", ("24h", "7d", "30d"), "minutes of the longest session",
               "Long sessions."),
    *sessions("loss_run_longest_minutes", ("24h", "7d", "30d"),
               "minutes of the longest run of losses", "What the player went on through.",
               "both", "losing_bet", "winning_bet"),
    *sessions("hit_run_longest_minutes", ("24h", "7d", "30d"),
               "minutes of the longest run of wins", "Luck that the player has seen.",
               "both", "losing_bet", "winning_bet"),
]  # fmt: skip

_PAYMENTS = [
    *held("deposit_sum", ALL, "deposits", "Money brought in."),
    *held("deposit_count", ALL, "number of deposits", "Frequency of deposits."),
    *held("deposit_max", ("30d", "90d"), "largest deposit", "Spending power and peaks."),
    *ratio("deposit_mean", ("30d", "90d", "lifetime"), "deposit_sum", "deposit_count",
            "mean deposit", "Size of a usual deposit."),
    *days_with("deposit_days", "deposit_count", "days with deposits", "Rhythm of deposits."),
    since("last_deposit", "deposit_last", "days since last deposit", "Recency of money in."),
    since("first_deposit", "deposit_first", "days since first deposit", "Tenure as a depositor."),
    *to_usual("deposit_sum", "deposits", "Trend of deposits against the player's own usual."),
    *held("withdrawal_sum", (*DAYS, "lifetime"), "withdrawals", "Money taken out."),
    *held("withdrawal_count", (*DAYS, "lifetime"), "number of withdrawals", "Cashing out."),
    since("last_withdrawal", "withdrawal_last", "days since last withdrawal",
           "Cashing out often ends a stretch of play."),
    *[
        Feature(f"net_deposit_sum_{window}", f"deposits minus withdrawals {words(window)}",
                AMOUNT, "What the player put at risk for good.", "both",
                Difference(Held("deposit_sum", window), Held("withdrawal_sum", window)))
        for window in (*DAYS, "lifetime")
    ],
    *held("wallet_load_sum", DAYS, "loads of the payment wallet", "Money ready to be deposited."),
    *held("wallet_load_count", DAYS, "number of wallet loads", "Frequency of loads."),
    Feature("deposit_method_count_90d", f"deposit methods {words('90d')}", "count",
            "Several methods are a marker (MGA Player Protection Directive).", "protection",
            DistinctBits("deposit_method_bits", "90d")),
]  # fmt: skip

_BONUS_AND_CONTACT = [
    *held("bonus_claimed_count", ("30d", "90d"), "bonuses claimed", "Appetite for bonuses."),
    *held("bonus_converted_sum", ("90d", "lifetime"), "bonus money turned real", "Bonus cost."),
    *ratio("bonus_stake_share", ("30d", "90d"), "bonus_stake_sum", "stake_sum",
            "bonus stakes against real stakes", "Play that bonuses pay for."),
    *held("message_sent_count", ("7d", "30d"), "marketing messages sent",
           "Pressure of contact.", "marketing"),
    *ratio("message_open_share", ("30d", "90d"), "message_opened_count", "message_sent_count",
            "share of messages opened", "Interest.", "marketing"),
    *held("message_clicked_count", ("30d",), "messages clicked", "Interest.", "marketing"),
    *held("contact_count", ("30d", "90d"), "contacts with support",
           "Customer-led contact, a category of UKGC SR 3.4.3.", "protection"),
]  # fmt: skip

FEATURES: tuple[Feature, ...] = (
    *_ACTIVITY,
    *_PLAY,
    *_PAYMENTS,
    *_BONUS_AND_CONTACT,
    *ORIGIN_FEATURES,
    *PROTECTION_FEATURES,
)
"""Every feature, in the order of the vectors."""

FEATURE_NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)
FEATURE_INDEX: dict[str, int] = {name: index for index, name in enumerate(FEATURE_NAMES)}


_KERNEL = (
    features.day_counts,
    features.formulas,
    features.origin,
    features.sessions,
    features.tile_arrays,
    features.windows,
)


@cache
def version() -> str:
    """Digest of everything that decides a feature's value: what tiles count, the kernel, formulas.

    A change of the code is another version, whether or not a value changes: only then is no model
    served with features that it was not trained on.
    """
    definition = (
        LAYOUT_VERSION,
        code_digest(*_KERNEL),
        [(feature.name, feature.formula) for feature in FEATURES],
    )
    return hashlib.sha256(repr(definition).encode()).hexdigest()[:12]


@lru_cache(maxsize=16)
def covered_columns(coverage: frozenset[str]) -> tuple[int, ...]:
    """Columns of the features that sources of this coverage can tell."""
    return tuple(i for i, feature in enumerate(FEATURES) if feature.covered(coverage))


def feature_matrix(windows: WindowValues, coverage: Sequence[tuple[int, frozenset[str]]]) -> Floats:
    """Every feature of n rows, shape (n, features), float64, in catalogue order.

    Parameters
    ----------
    coverage
        From which moment on (µs since the epoch) the sources could tell what, in order, as
        ``EventLog.coverage_since`` gives it. A row reads the last that began before its moment; a
        feature that reads anything else is NaN.
    """
    began = np.array([moment for moment, _ in coverage], np.int64)
    told = [frozenset[str](), *(tokens for _, tokens in coverage)]
    step = np.searchsorted(began, windows.cutoff_us)
    covered = np.zeros((len(told), len(FEATURES)), np.bool_)
    for number in np.unique(step):
        covered[number, list(covered_columns(told[number]))] = True
    matrix = np.full((len(step), len(FEATURES)), np.nan)
    for column in np.flatnonzero(covered.any(axis=0)):
        matrix[:, column] = FEATURES[column].formula(windows)
    matrix[~covered[step]] = np.nan
    return matrix
