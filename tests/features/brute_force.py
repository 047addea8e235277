"""Every feature of the catalogue computed the slow way, straight from a player's events.

Written apart from the package on purpose: plain Python over lists of events, no tiles, no bitmaps
kept, no SQL. Tests compare the kernel with it to the bit.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
NAN = math.nan

Row = dict[str, Any]

HOP = {
    "1h": timedelta(minutes=5),
    "24h": timedelta(hours=1),
    "7d": DAY,
    "30d": DAY,
    "90d": DAY,
}
LENGTH = {
    "1h": timedelta(hours=1),
    "24h": DAY,
    "7d": 7 * DAY,
    "30d": 30 * DAY,
    "90d": 90 * DAY,
}


@dataclass(frozen=True)
class Past:
    """What was known of one player before ``t``."""

    t: datetime
    events: list[Row]

    def within(self, window: str) -> list[Row]:
        if window == "lifetime":
            return self.events
        floor = EPOCH + (self.t - EPOCH) // HOP[window] * HOP[window]
        return [e for e in self.events if e["occurred_at"] >= floor - LENGTH[window]]

    def total(self, window: str, amount: Callable[[Row], int | None]) -> float:
        return float(sum(amount(e) or 0 for e in self.within(window)))

    def count(self, window: str, test: Callable[[Row], bool]) -> float:
        return float(sum(test(e) for e in self.within(window)))

    def largest(self, window: str, amount: Callable[[Row], int | None]) -> float:
        amounts = [a for e in self.within(window) if (a := amount(e)) is not None]
        return float(max(amounts)) if amounts else NAN

    def days(self, window: str, test: Callable[[Row], bool]) -> float:
        return float(
            len({(e["occurred_at"] - EPOCH) // DAY for e in self.within(window) if test(e)})
        )

    def since(
        self, pick: Callable[[Sequence[datetime]], datetime], test: Callable[[Row], bool]
    ) -> float:
        moments = [e["occurred_at"] for e in self.events if test(e)]
        if not moments:
            return NAN
        return float(micros(self.t) - micros(pick(moments))) / 86_400_000_000


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def known_before(events: Sequence[Row], t: datetime) -> Past:
    return Past(t, [e for e in events if e["known_at"] < t])


def is_type(*names: str) -> Callable[[Row], bool]:
    return lambda e: e["event_type"] in names


def of(kind: str, **fields: Any) -> Callable[[Row], bool]:
    return lambda e: e["event_type"] == kind and all(e.get(k) == v for k, v in fields.items())


def sign(e: Row) -> int:
    kind, state = e["event_type"], e.get("state")
    if kind == "casino.round":
        return {"settled": 1, "rolled_back": -1}.get(str(state), 0)
    if kind == "sports.bet":
        return {"placed": 1, "voided": -1}.get(str(state), 0)
    return 0


def stake(e: Row) -> int | None:
    return sign(e) * int(e["stake_real_base"]) if sign(e) else None


def winnings(e: Row) -> int | None:
    if e["event_type"] == "casino.round" and sign(e):
        return sign(e) * int(e["win_real_base"])
    if e["event_type"] == "sports.bet" and e["state"] in ("settled", "cashed_out"):
        return int(e["payout_base"])
    return None


def won(e: Row) -> int:
    if e["event_type"] == "casino.round":
        return sign(e) * int(e["win_real_base"] > 0)
    return int((winnings(e) or 0) > 0)


def bet_stake(e: Row) -> int | None:
    return stake(e) if sign(e) == 1 and stake(e) else None


def product(e: Row) -> str | None:
    if e["event_type"] == "casino.round":
        return str(e["game_type"])
    if e["event_type"] == "sports.bet":
        return "inplay" if e["live"] else "prematch"
    return None


def staked_on(name: str) -> Callable[[Row], int | None]:
    return lambda e: stake(e) if product(e) == name else None


def local(e: Row) -> datetime | None:
    offset = e["utc_offset_minutes"]
    return None if offset is None else e["occurred_at"] + timedelta(minutes=offset)


def at_night(e: Row) -> bool:
    moment = local(e)
    return moment is not None and (moment.hour >= 23 or moment.hour < 6)


def at_weekend(e: Row) -> bool:
    moment = local(e)
    return moment is not None and moment.weekday() >= 5


def losing(e: Row) -> bool:
    if e["event_type"] == "casino.round":
        return sign(e) == 1 and (winnings(e) or 0) < (stake(e) or 0)
    return of("sports.bet", state="settled", payout_base=0)(e)


def low_balance(e: Row) -> bool:
    balance = e.get("balance_after_base")
    return balance is not None and int(balance) <= 100


def ratio(top: float, bottom: float) -> float:
    return NAN if bottom == 0 else top / bottom


approved = of("deposit", status="approved")
declined = of("deposit", status="declined")
paid = of("withdrawal", status="paid")


def active(e: Row) -> bool:
    return bool(e["is_activity"])


def played(e: Row) -> bool:
    return sign(e) == 1


def bonus_stake(e: Row) -> int | None:
    return int(e["stake_bonus_base"]) if sign(e) == 1 else None


def amount_if(
    test: Callable[[Row], bool], field: str = "amount_base"
) -> Callable[[Row], int | None]:
    return lambda e: e[field] if test(e) else None


def minutes(past: Past, window: str, test: Callable[[Row], bool]) -> list[int]:
    return sorted({micros(e["occurred_at"]) // 60_000_000 for e in past.within(window) if test(e)})


def sessions(past: Past, window: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for minute in minutes(past, window, played):
        if found and minute - found[-1][1] < 30:
            found[-1] = (found[-1][0], minute)
        else:
            found.append((minute, minute))
    return found


def deposits_after(past: Past, window: str, test: Callable[[Row], bool]) -> float:
    marks = minutes(past, window, test)
    return float(sum(any(0 <= d - m < 30 for m in marks) for d in minutes(past, window, approved)))


def stake_quantile(past: Past, window: str, q: float) -> float:
    stakes = [s for e in past.within(window) if (s := bet_stake(e))]
    if not stakes:
        return NAN
    bins = sorted(min(max(s.bit_length() - 4, 0), 15) for s in stakes)
    middle = next(b for i, b in enumerate(bins) if i + 1 >= q * len(bins))
    return float(2 ** (middle + 3)) if middle else 0.0


def to_usual(past: Past, window: str, in_window: Callable[[str], float]) -> float:
    length = {"7d": 7, "30d": 30}[window]
    first = past.since(min, active)
    if math.isnan(first):
        return NAN
    known = min(max(first, length), 90)
    return ratio(in_window(window), in_window("90d") * length / known)


def usual_gap(past: Past) -> float:
    moments = [e["occurred_at"] for e in past.within("90d") if active(e)]
    gaps = past.days("90d", active) - 1
    if gaps < 1:
        return NAN
    return ratio((micros(max(moments)) - micros(min(moments))) / 86_400_000_000, gaps)


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
    "deposit_count": (approved, ALL),
    "withdrawal_count": (paid, (*DAYS, "lifetime")),
    "wallet_load_count": (of("wallet.load", status="approved"), DAYS),
    "bonus_claimed_count": (claimed, ("30d", "90d")),
    "message_sent_count": (marketing["sent"], ("7d", "30d")),
    "message_clicked_count": (marketing["clicked"], ("30d",)),
    "contact_count": (contact, ("30d", "90d")),
    "deposit_declined_count": (declined, ("24h", *DAYS)),
    "withdrawal_cancelled_count": (
        of("withdrawal", status="cancelled_by_player"), ("30d", "90d")
    ),
    "limit_set_count": (of("limit", action="set"), ("90d",)),
    "limit_decreased_count": (of("limit", action="decrease"), ("90d",)),
    "limit_increased_count": (of("limit", action="increase_effective"), ("90d",)),
    "limit_reached_count": (of("limit", action="reached"), ("30d", "90d")),
    "timeout_count": (of("exclusion", exclusion_kind="timeout"), ("90d", "lifetime")),
    "rg_contact_count": (of("support.contact", topic="rg_disclosure"), ("90d",)),
}  # fmt: skip

SUMS: dict[str, tuple[Callable[[Row], int | None], Sequence[str]]] = {
    "stake_sum": (stake, ALL),
    "bet_count": (sign, ("1h", "24h", *DAYS)),
    "deposit_sum": (amount_if(approved), ALL),
    "withdrawal_sum": (amount_if(paid), (*DAYS, "lifetime")),
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
    "last_deposit": (max, approved),
    "first_deposit": (min, approved),
    "last_withdrawal": (max, paid),
    "last_deposit_declined": (max, declined),
}

STAKE_SHARES: dict[str, tuple[Callable[[Row], int | None], Sequence[str]]] = {
    "slot_stake_share": (staked_on("slot"), ("30d",)),
    "live_stake_share": (staked_on("live"), ("30d",)),
    "inplay_stake_share": (staked_on("inplay"), ("30d",)),
    "prematch_stake_share": (staked_on("prematch"), ("30d",)),
    "weekend_stake_share": (lambda e: stake(e) if at_weekend(e) else None, ("30d",)),
    "night_stake_share": (lambda e: stake(e) if at_night(e) else None, ("30d", "90d")),
    "bonus_stake_share": (bonus_stake, ("30d", "90d")),
}


def every_feature(past: Past) -> dict[str, float]:
    """Feature name → value as of ``past.t``, for a source that covers everything."""
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
    return found | _activity(past) | _play(past) | _payments(past) | _sessions(past)


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
        found[f"deposit_days_{w}"] = past.days(w, approved)
    for w in ("7d", "30d"):
        found[f"activity_count_{w}_to_usual"] = to_usual(past, w, lambda x: past.count(x, active))
        found[f"stake_sum_{w}_to_usual"] = to_usual(past, w, lambda x: past.total(x, stake))
        found[f"deposit_sum_{w}_to_usual"] = to_usual(
            past, w, lambda x: past.total(x, amount_if(approved))
        )
    return found


def _play(past: Past) -> dict[str, float]:
    found = {
        f"ggr_{w}": past.total(w, stake) - past.total(w, winnings)
        for w in ("24h", *DAYS, "lifetime")
    }
    for w in DAYS:
        found[f"stake_mean_{w}"] = ratio(past.total(w, stake), past.total(w, sign))
    for w in ("7d", "30d"):
        found[f"hit_share_{w}"] = ratio(past.total(w, won), past.total(w, sign))
        for percent in (50, 90):
            found[f"stake_p{percent}_{w}"] = stake_quantile(past, w, percent / 100)
    played_on = {p for e in past.within("90d") if (p := product(e))}
    return found | {"product_count_90d": float(len(played_on))}


def _payments(past: Past) -> dict[str, float]:
    found = {}
    for w in ("30d", "90d", "lifetime"):
        found[f"deposit_mean_{w}"] = ratio(
            past.total(w, amount_if(approved)), past.count(w, approved)
        )
    for w in (*DAYS, "lifetime"):
        found[f"net_deposit_sum_{w}"] = past.total(w, amount_if(approved)) - past.total(
            w, amount_if(paid)
        )
    for w in ("30d", "90d"):
        attempts = past.count(w, declined) + past.count(w, approved)
        found[f"deposit_declined_share_{w}"] = ratio(past.count(w, declined), attempts)
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
        if w != "24h":
            found[f"after_depletion_deposit_count_{w}"] = deposits_after(past, w, low_balance)
    return found
