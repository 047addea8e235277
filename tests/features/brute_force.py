"""Every feature of the catalogue computed the slow way, straight from a player's events.

Written apart from the package on purpose, over ``tests.features.past``: plain Python over lists of
events, no tiles, no bitmaps kept, no SQL. Tests compare the kernel with it to the bit.
"""

import math
from collections.abc import Callable, Sequence
from datetime import datetime

from tests.features.origins import origin
from tests.features.past import (
    NAN,
    Past,
    Row,
    active,
    amount_if,
    approved,
    at_night,
    at_weekend,
    bet_stake,
    bets,
    bonus_stake,
    declines,
    happened,
    is_type,
    losing,
    low_balance,
    moved,
    of,
    payments,
    played,
    product,
    ratio,
    stake,
    staked_on,
    winnings,
    won,
)
from tests.features.rhythms import (
    deposits_after,
    longest_run,
    sessions,
    stake_quantile,
    to_usual,
    usual_gap,
)

DAYS = ("7d", "30d", "90d")
ALL = ("1h", "24h", *DAYS, "lifetime")
marketing = {
    state: of("message", purpose="marketing", state=state)
    for state in ("sent", "opened", "clicked")
}
claimed = of("bonus", state="claimed")
contact = is_type("support.contact")

COUNTS: dict[str, tuple[Callable[[Row], bool], Sequence[str]]] = {
    "activity_count": (active, ("24h", *DAYS, "lifetime")),
    "login_count": (is_type("session.started"), ("24h", *DAYS)),
    "wallet_load_count": (of("wallet.load", status="approved"), DAYS),
    "bonus_claimed_count": (claimed, ("30d", "90d")),
    "message_sent_count": (marketing["sent"], ("7d", "30d")),
    "message_clicked_count": (marketing["clicked"], ("30d",)),
    "contact_count": (contact, ("30d", "90d")),
    "withdrawal_cancelled_count": (
        of("withdrawal", status="cancelled_by_player"), ("30d", "90d")
    ),
    "limit_set_count": (of("limit", action="set"), ("90d",)),
    "limit_decreased_count": (of("limit", action="decrease"), ("90d",)),
    "limit_increased_count": (of("limit", action="increase_effective"), ("90d",)),
    "limit_removed_count": (of("limit", action="removed"), ("90d",)),
    "night_deposit_count": (lambda e: approved(e) and at_night(e), ("30d",)),
    "chargeback_count": (of("deposit", status="chargeback"), ("90d",)),
    "limit_reached_count": (of("limit", action="reached"), ("30d", "90d")),
    "timeout_count": (of("exclusion", exclusion_kind="timeout"), ("90d", "lifetime")),
    "rg_contact_count": (of("support.contact", topic="rg_disclosure"), ("90d",)),
}  # fmt: skip

SUMS: dict[str, tuple[Callable[[Row], int | None], Sequence[str]]] = {
    "stake_sum": (stake, ALL),
    "bet_count": (bets, ("1h", "24h", *DAYS)),
    "deposit_sum": (moved("deposit"), ALL),
    "deposit_count": (payments("deposit"), ALL),
    "deposit_declined_count": (declines, ("24h", *DAYS)),
    "withdrawal_sum": (moved("withdrawal"), (*DAYS, "lifetime")),
    "withdrawal_count": (payments("withdrawal"), (*DAYS, "lifetime")),
    "wallet_load_sum": (amount_if(of("wallet.load", status="approved")), DAYS),
    "bonus_converted_sum": (
        amount_if(of("bonus", state="completed"), "turned_real_base"), ("90d", "lifetime")
    ),
}  # fmt: skip

MAXIMA: dict[str, tuple[Callable[[Row], int | None], Sequence[str]]] = {
    "stake_max": (bet_stake, ("24h", "7d", "30d")),
    "deposit_max": (amount_if(approved), ("30d", "90d")),
}

SINCE: dict[str, tuple[Callable[[Sequence[datetime]], datetime], Callable[[Row], bool]]] = {
    "last_activity": (max, active),
    "first_activity": (min, active),
    "registration": (min, is_type("player.registered")),
    "last_login": (max, is_type("session.started")),
    "last_deposit": (max, happened("deposit")),
    "first_deposit": (min, happened("deposit")),
    "last_withdrawal": (max, happened("withdrawal")),
    "last_deposit_declined": (max, lambda e: declines(e) > 0),
}

STAKE_SHARES: dict[str, tuple[Callable[[Row], int | None], Sequence[str]]] = {
    "slot_stake_share": (staked_on("slot"), ("30d",)),
    "table_stake_share": (staked_on("table"), ("30d",)),
    "live_stake_share": (staked_on("live"), ("30d",)),
    "inplay_stake_share": (staked_on("inplay"), ("30d",)),
    "prematch_stake_share": (staked_on("prematch"), ("30d",)),
    "weekend_stake_share": (lambda e: stake(e) if at_weekend(e) else None, ("30d",)),
    "night_stake_share": (
        lambda e: stake(e) if at_night(e) and e["event_type"] != "play.daily" else None,
        ("30d", "90d"),
    ),
    "bonus_stake_share": (bonus_stake, ("30d", "90d")),
}


UNTOLD_BESIDE_TOTALS = {
    "bet_count_1h", "bet_count_24h", "deposit_count_1h", "deposit_count_24h",
    "deposit_declined_count_24h", "deposit_sum_1h", "deposit_sum_24h", "ggr_24h",
    "hit_share_7d", "hit_share_30d", "inplay_stake_share_30d", "live_stake_share_30d",
    "night_stake_share_30d", "night_stake_share_90d", "prematch_stake_share_30d",
    "slot_stake_share_30d", "stake_sum_1h", "stake_sum_24h", "table_stake_share_30d",
}  # fmt: skip
"""What can't be known where some play or payments are totals of days."""


def every_feature(past: Past, *, totals: bool = False) -> dict[str, float]:
    """Feature name → value as of ``past.t``, for sources that cover everything."""
    untold = dict.fromkeys(UNTOLD_BESIDE_TOTALS, NAN) if totals else {}
    return _of_events(past) | untold


def _of_events(past: Past) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, (test, windows) in COUNTS.items():
        found |= {f"{name}_{w}": past.count(w, test) for w in windows}
    for name, (amount, windows) in SUMS.items():
        found |= {f"{name}_{w}": past.total(w, amount) for w in windows}
    for name, (amount, windows) in MAXIMA.items():
        found |= {f"{name}_{w}": past.largest(w, amount) for w in windows}
    for name, (pick, test) in SINCE.items():
        found[f"days_since_{name}"] = past.since(pick, test)
    for name, (amount, windows) in STAKE_SHARES.items():
        found |= {
            f"{name}_{w}": ratio(past.total(w, amount), past.total(w, stake)) for w in windows
        }
    parts = (_activity, _play, _payments, _sessions, origin)
    return {name: value for part in parts for name, value in part(past).items()} | found


def _activity(past: Past) -> dict[str, float]:
    gap = usual_gap(past)
    found = {
        "usual_gap_days_90d": gap,
        "days_since_last_activity_to_usual_gap": (
            NAN if math.isnan(gap) else ratio(past.since(max, active), gap)
        ),
    }
    for w in DAYS:
        found[f"active_days_{w}"] = past.days(w, active)
        found[f"deposit_days_{w}"] = past.days(w, lambda e: payments("deposit")(e) > 0)
    for w in ("7d", "30d"):
        found[f"activity_count_{w}_to_usual"] = to_usual(past, w, lambda x: past.count(x, active))
        found[f"stake_sum_{w}_to_usual"] = to_usual(past, w, lambda x: past.total(x, stake))
        found[f"deposit_sum_{w}_to_usual"] = to_usual(
            past, w, lambda x: past.total(x, moved("deposit"))
        )
    return found


def _play(past: Past) -> dict[str, float]:
    found = {
        f"ggr_{w}": past.total(w, stake) - past.total(w, winnings)
        for w in ("24h", *DAYS, "lifetime")
    }
    for w in ("30d", "90d", "lifetime"):
        converted = past.total(w, amount_if(of("bonus", state="completed"), "turned_real_base"))
        found[f"margin_sum_{w}"] = past.total(w, stake) - past.total(w, winnings) - converted
    for w in DAYS:
        found[f"stake_mean_{w}"] = ratio(past.total(w, stake), past.total(w, bets))
    for w in ("7d", "30d"):
        found[f"hit_share_{w}"] = ratio(past.total(w, won), past.total(w, bets))
        for percent in (50, 90):
            found[f"stake_p{percent}_{w}"] = stake_quantile(past, w, percent / 100)
    played_on = {p for e in past.within("90d") if (p := product(e))}
    return found | {"product_count_90d": float(len(played_on))}


def _payments(past: Past) -> dict[str, float]:
    found = {}
    for w in ("30d", "90d", "lifetime"):
        found[f"deposit_mean_{w}"] = ratio(
            past.total(w, moved("deposit")), past.total(w, payments("deposit"))
        )
    for w in (*DAYS, "lifetime"):
        found[f"net_deposit_sum_{w}"] = past.total(w, moved("deposit")) - past.total(
            w, moved("withdrawal")
        )
    for w in ("30d", "90d"):
        declined = past.total(w, declines)
        attempts = declined + past.total(w, payments("deposit"))
        found[f"deposit_declined_share_{w}"] = ratio(declined, attempts)
        found[f"message_open_share_{w}"] = ratio(
            past.count(w, marketing["opened"]), past.count(w, marketing["sent"])
        )
    methods = {e["method"] for e in past.within("90d") if approved(e) and e["method"]}
    return found | {"deposit_method_count_90d": float(len(methods))}


def _sessions(past: Past) -> dict[str, float]:
    found = {}
    for w in ("24h", "7d", "30d"):
        lengths = [last - first + 1 for first, last in sessions(past, w)]
        found[f"session_count_{w}"] = float(len(lengths))
        found[f"session_minutes_{w}"] = float(sum(lengths))
        found[f"session_longest_minutes_{w}"] = float(max(lengths, default=0))
        found[f"in_session_deposit_count_{w}"] = deposits_after(past, w, played)
        found[f"after_loss_deposit_count_{w}"] = deposits_after(past, w, losing)
        found[f"loss_run_longest_minutes_{w}"] = longest_run(past, w, wins=False)
        found[f"hit_run_longest_minutes_{w}"] = longest_run(past, w, wins=True)
        if w != "24h":
            found[f"after_depletion_deposit_count_{w}"] = deposits_after(past, w, low_balance)
    return found
