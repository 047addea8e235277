"""Features that serve protection alone: what only markers of harm read.

Models of marketing never read them (they act there only as gates), and no formula of theirs differs
from any other feature's.
"""

from features.feature import DAYS, Feature, held, sessions, since, words
from features.formulas import Held, Plus, Ratio


def _decline_share(window: str) -> Feature:
    declined = Held("deposit_declined_count", window)
    return Feature(
        f"deposit_declined_share_{window}",
        f"share of attempted deposits declined {words(window)}",
        "share",
        "Declined deposits point to money running out; weak alone (Playtech).",
        "protection",
        Ratio(declined, Plus(declined, Held("deposit_count", window))),
    )


PROTECTION_FEATURES: tuple[Feature, ...] = (
    *held("deposit_declined_count", ("24h", *DAYS), "declined deposits",
           "Declined deposits point to money running out; weak alone (Playtech).", "protection"),
    *[_decline_share(window) for window in ("30d", "90d")],
    since("last_deposit_declined", "deposit_declined_last", "days since last declined deposit",
           "Recency of a decline.", "protection"),
    *sessions("in_session_deposit_count", ("24h", "7d", "30d"), "deposits during play",
               "The best of five chasing metrics (Auer & Griffiths 2022).", "protection",
               "deposit"),
    *sessions("after_loss_deposit_count", ("24h", "7d", "30d"), "deposits soon after a loss",
               "Within-session chasing.", "protection", "losing_bet", "deposit"),
    *sessions("after_depletion_deposit_count", ("7d", "30d"), "deposits on an empty balance",
               "Depletion beats money amounts (Hopfgartner et al. 2024).", "protection",
               "low_balance", "deposit"),
    *held("withdrawal_cancelled_count", ("30d", "90d"), "withdrawals cancelled by the player",
           "Reversed withdrawals (MGA; absent in GB and SE, where they are banned).", "protection"),
    *held("night_deposit_count", ("30d",), "deposits between 23:00 and 06:00 local",
           "Deposits at night; not monotone in harm (Playtech).", "protection"),
    *held("chargeback_count", ("90d",), "deposits charged back",
           "Regret, or another's card.", "protection"),
    *held("limit_removed_count", ("90d",), "limits removed", "Use of tools.", "protection"),
    *held("limit_set_count", ("90d",), "limits set", "Use of tools.", "protection"),
    *held("limit_decreased_count", ("90d",), "limits tightened", "Use of tools.", "protection"),
    *held("limit_increased_count", ("90d",), "limits loosened", "Use of tools.", "protection"),
    *held("limit_reached_count", ("30d", "90d"), "limits reached", "Use of tools.", "protection"),
    *held("timeout_count", ("90d", "lifetime"), "time-outs",
           "Prior exclusions predict later ones (Hopfgartner et al. 2022).", "protection"),
    *held("rg_contact_count", ("90d",), "contacts about gambling harm", "Disclosure.",
           "protection"),
)  # fmt: skip
