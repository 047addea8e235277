"""What a player did before a moment, read from raw events: plain Python, no tiles and no SQL."""

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
    return int(kind in HANDS)


def bets(e: Row) -> int:
    return int(e["bets"] or 0) if e["event_type"] == "play.daily" else sign(e)


HANDS = ("poker.play", "bingo.ticket")


def stake(e: Row) -> int | None:
    if e["event_type"] == "poker.play":
        return int(e["buy_in_base"])
    if e["event_type"] in ("bingo.ticket", "play.daily"):
        return int(e["stake_real_base"])
    return sign(e) * int(e["stake_real_base"]) if sign(e) else None


def winnings(e: Row) -> int | None:
    if e["event_type"] == "casino.round" and sign(e):
        return sign(e) * int(e["win_real_base"])
    if e["event_type"] == "sports.bet":
        paid_out = {"settled": 1, "cashed_out": 1, "voided": -1}.get(str(e["state"]), 0)
        return paid_out * int(e["payout_base"])
    if e["event_type"] in (*HANDS, "play.daily"):
        return int(e["win_real_base"])
    return None


def won(e: Row) -> int:
    if e["event_type"] == "play.daily":
        return 0
    amount = winnings(e) or 0
    return (amount > 0) - (amount < 0)


def bet_stake(e: Row) -> int | None:
    return stake(e) if sign(e) == 1 and stake(e) else None


def product(e: Row) -> str | None:
    if e["event_type"] == "casino.round":
        return str(e["game_type"])
    if e["event_type"] == "sports.bet":
        return "inplay" if e["live"] else "prematch"
    return {"poker.play": "poker", "bingo.ticket": "bingo"}.get(e["event_type"])


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
    if e["event_type"] in HANDS:
        return (winnings(e) or 0) < (stake(e) or 0)
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
    if e["event_type"] == "play.daily":
        return int(e["stake_bonus_base"])
    return sign(e) * int(e["stake_bonus_base"]) if "stake_bonus_base" in e else None


def payments(kind: str) -> Callable[[Row], int]:
    """How many deposits or withdrawals moved money: single ones, or those of a day."""
    single = {"deposit": approved, "withdrawal": paid}[kind]
    return lambda e: (
        int(e[f"{kind}s"] or 0) if e["event_type"] == "payments.daily" else int(single(e))
    )


def moved(kind: str) -> Callable[[Row], int | None]:
    """Money that deposits or withdrawals moved."""
    single = {"deposit": approved, "withdrawal": paid}[kind]
    return lambda e: (
        int(e[f"{kind}_amount_base"])
        if e["event_type"] == "payments.daily"
        else (int(e["amount_base"]) if single(e) else None)
    )


def happened(kind: str) -> Callable[[Row], bool]:
    return lambda e: payments(kind)(e) > 0 or (moved(kind)(e) or 0) > 0


def declines(e: Row) -> int:
    return int(e["declined_deposits"] or 0) if e["event_type"] == "payments.daily" else declined(e)


def amount_if(
    test: Callable[[Row], bool], field: str = "amount_base"
) -> Callable[[Row], int | None]:
    return lambda e: e[field] if test(e) else None
