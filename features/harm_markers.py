"""The markers of harm, each with its source, its category, and the evidence for its direction.

Night play, tenure and the setting of limits have no direction: they go with harm and with care.
"""

import re

from features.catalogue import FEATURES
from features.feature import Feature
from features.marker import Marker
from features.windows import WINDOWS

_UKGC = "UKGC Social Responsibility Code 3.4.3, requirement 5"
_MGA = "Malta, Player Protection Directive, minimum markers (2023)"
_HAEUSLER = "Haeusler 2016, doi 10.1080/14459795.2016.1158306"
_CHASING = "Auer & Griffiths 2022, doi 10.1007/s10899-022-10144-4"
_LOSSES = "Auer & Griffiths 2022, doi 10.1007/s10899-022-10139-1"
_EXCLUDED = "Hopfgartner et al. 2022, doi 10.1007/s10899-022-10149-z"
_REPORTED = "Hopfgartner et al. 2024, doi 10.1007/s11469-024-01312-1"
_CLUSTERS = "Catania & Griffiths 2021, doi 10.1007/s10899-021-10080-9"
_SITES = "Study of two Australian sites, 1,470 customers, PGSI 8+"

HARM_MARKERS: tuple[Marker, ...] = (
    Marker("money deposited", "spend", "deposit pattern",
           ("deposit_sum", "deposit_max", "net_deposit_sum"), _MGA, more_is_worse=_HAEUSLER),
    Marker("losses", "spend", "loss trajectory", ("ggr",), _UKGC, more_is_worse=_LOSSES),
    Marker("size of stakes", "patterns of spend", "stake size",
           ("stake_mean", "stake_max", "stake_p50", "stake_p90"), _SITES),
    Marker("spending above the usual", "patterns of spend", "loss trajectory",
           ("stake_sum_to_usual", "deposit_sum_to_usual"), _UKGC),
    Marker("number of deposits", "patterns of spend", "deposit pattern",
           ("deposit_count", "deposit_days"), _MGA, more_is_worse=_HAEUSLER),
    Marker("time in sessions", "time spent", "session duration",
           ("session_minutes", "session_longest_minutes", "session_count"), _CLUSTERS),
    Marker("play at night", "time spent", None, ("night_stake_share", "night_deposit_count"),
           "Playtech Protect: a marker without direction"),
    Marker("number of bets", "gambling behaviour", "bet frequency", ("bet_count", "active_days"),
           "Ukhov et al. 2021, doi 10.1007/s10899-020-09964-z"),
    Marker("deposits during play", "gambling behaviour", "deposit pattern",
           ("in_session_deposit_count",), _CHASING, more_is_worse=_CHASING),
    Marker("deposits soon after a loss", "gambling behaviour", "loss trajectory",
           ("after_loss_deposit_count",), _CHASING, more_is_worse=_CHASING),
    Marker("deposits on an empty balance", "gambling behaviour", "loss trajectory",
           ("after_depletion_deposit_count",), _REPORTED, more_is_worse=_REPORTED),
    Marker("withdrawals taken back", "gambling behaviour", "cancelled withdrawals",
           ("withdrawal_cancelled_count",), _MGA, more_is_worse=_HAEUSLER, banned_in=("GB", "SE")),
    Marker("breadth of play", "gambling behaviour", "number of products", ("product_count",),
           _EXCLUDED),
    Marker("contacts with support", "customer-led contact", None, ("contact_count",), _MGA),
    Marker("disclosure of harm", "customer-led contact", None, ("rg_contact_count",), _UKGC),
    Marker("limits loosened or removed", "use of management tools", "changes to tools",
           ("limit_removed_count", "limit_increased_count"), _MGA, more_is_worse=_CLUSTERS),
    Marker("limits reached", "use of management tools", "changes to tools",
           ("limit_reached_count",), _UKGC),
    Marker("limits set or tightened", "use of management tools", "changes to tools",
           ("limit_set_count", "limit_decreased_count"), _EXCLUDED),
    Marker("time-outs", "use of management tools", "changes to tools", ("timeout_count",),
           _MGA, more_is_worse=_EXCLUDED),
    Marker("several ways to pay", "account indicators", None, ("deposit_method_count",), _MGA,
           more_is_worse=_EXCLUDED),
    Marker("deposits declined", "account indicators", "failed deposits",
           ("deposit_declined_count", "deposit_declined_share", "days_since_last_deposit_declined"),
           "Playtech Protect: a weak marker alone"),
    Marker("deposits charged back", "account indicators", "failed deposits",
           ("chargeback_count",), _UKGC),
)  # fmt: skip

_WINDOW = re.compile(rf"_({'|'.join(window.name for window in WINDOWS)})(?=$|_to_usual$)")


def features_of(marker: Marker) -> tuple[Feature, ...]:
    """The features that tell a marker, over every window, in catalogue order."""
    wanted = set(marker.features)
    return tuple(feature for feature in FEATURES if _WINDOW.sub("", feature.name) in wanted)
