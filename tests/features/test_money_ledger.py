"""The ledger against plain sums over its movements, around moments where a limit turns."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.instants import microseconds
from features.load_online import load_online
from features.money import Money, Scope
from features.money_ledger import MoneyLedger, Period, period_start
from features.money_sql import MOVED_COLUMNS
from features.state_schema import SCHEMA
from features.tiles import tile_commits
from tests.features.histories import START, Row, keyed, write_log

MICROSECOND = timedelta(microseconds=1)
ZONES = ("Europe/London", "Europe/Stockholm", "America/Toronto", "Europe/Malta")
CHANGES = (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))
"""When European clocks go forward and back."""


@dataclass(frozen=True)
class Movement:
    occurred_at: datetime
    money: Money


def ledger_of(*accounts: Sequence[Movement], scope: Scope = "account") -> MoneyLedger:
    """A ledger over movements; those of one moment are added up as the state does."""
    con = sqlite3.connect(":memory:", isolation_level=None)
    con.executescript(SCHEMA)
    for number, movements in enumerate(accounts):
        for one in movements:
            money = one.money
            sums = (money.deposits, money.withdrawals, money.stakes, money.winnings)
            con.execute(
                "INSERT INTO movements VALUES (?, ?, 'EUR', ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET "
                + ", ".join(f"{name} = {name} + excluded.{name}" for name in MOVED_COLUMNS),
                (f"p{number}", microseconds(one.occurred_at), *sums, *sums),
            )
    return MoneyLedger(con, [f"p{number}" for number in range(len(accounts))], scope)


moments = st.sampled_from(CHANGES).flatmap(
    lambda change: st.timedeltas(timedelta(days=-40), timedelta(days=40)).map(change.__add__)
)
amounts = st.integers(-(10**9), 10**9)
movements = st.builds(Movement, moments, st.builds(Money, amounts, amounts, amounts, amounts))


def summed(found: list[Movement]) -> Money:
    return Money(
        sum(one.money.deposits for one in found),
        sum(one.money.withdrawals for one in found),
        sum(one.money.stakes for one in found),
        sum(one.money.winnings for one in found),
    )


def edges(found: list[Movement], length: timedelta) -> list[datetime]:
    """Nows at which a movement is just in, and just out."""
    ends = [one.occurred_at + length for one in found] + [one.occurred_at for one in found]
    return [end + step for end in ends for step in (-MICROSECOND, timedelta(0), MICROSECOND)]


@given(st.lists(movements, max_size=12), st.timedeltas(MICROSECOND, timedelta(days=31)))
def test_a_rolling_window_is_half_open_to_the_microsecond(
    found: list[Movement], length: timedelta
) -> None:
    ledger = ledger_of(found)
    for now in edges(found, length):
        inside = [one for one in found if now - length <= one.occurred_at < now]
        assert ledger.rolling(now, length) == summed(inside)


@given(st.lists(movements, max_size=12), moments, st.sampled_from(ZONES))
def test_a_calendar_window_holds_what_happened_in_the_same_local_period(
    found: list[Movement], now: datetime, zone: str
) -> None:
    def period_of(moment: datetime, period: Period) -> tuple[int, ...]:
        local = moment.astimezone(ZoneInfo(zone))
        week = local.isocalendar()
        return {
            "day": (local.year, local.month, local.day),
            "week": (week.year, week.week),
            "month": (local.year, local.month),
        }[period]

    ledger = ledger_of(found)
    periods: tuple[Period, ...] = ("day", "week", "month")
    for period in periods:
        inside = [
            one
            for one in found
            if one.occurred_at < now
            and period_of(one.occurred_at, period) == period_of(now, period)
        ]
        assert ledger.calendar(now, period, zone) == summed(inside)


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)]
)
def test_a_day_has_as_many_hours_as_the_clock_gives_it(day: str, hours: int) -> None:
    zone = "Europe/Stockholm"
    late = datetime.fromisoformat(f"{day}T23:59:59.999999").replace(tzinfo=ZoneInfo(zone))
    length = late.astimezone(UTC) + MICROSECOND - period_start(late, "day", zone)
    assert length == timedelta(hours=hours)


@given(st.lists(movements, max_size=8), st.permutations(range(3)))
def test_a_person_is_the_sum_of_the_accounts_in_any_order(
    found: list[Movement], order: list[int]
) -> None:
    accounts = [found[number::3] for number in order]
    person, whole = ledger_of(*accounts, scope="person"), ledger_of(found)
    for now in edges(found, timedelta(days=1)):
        assert person.rolling(now, timedelta(days=1)) == whole.rolling(now, timedelta(days=1))


def test_net_deposits_and_losses_may_lie_below_nought() -> None:
    money = Money(deposits=100, withdrawals=250, stakes=40, winnings=90)
    assert (money.net_deposits, money.loss) == (-150, -50)
    assert ledger_of([]).rolling(CHANGES[0], timedelta(days=1)) == Money()


EVENTS: list[Row] = [
    {"event_type": "deposit", "status": "approved", "amount": 5_000, "amount_base": 440},
    {"event_type": "deposit", "status": "declined", "amount": 9_000, "amount_base": 790},
    {"event_type": "withdrawal", "status": "paid", "amount": 1_000, "amount_base": 88},
    {"event_type": "casino.round", "state": "settled", "stake_real": 300, "win_real": 700,
     "stake_real_base": 26, "win_real_base": 62},
    {"event_type": "casino.round", "state": "rolled_back", "stake_real": 300, "win_real": 700,
     "stake_real_base": 26, "win_real_base": 62},
    {"event_type": "sports.bet", "state": "placed", "stake_real": 200, "stake_real_base": 18,
     "payout": 0, "payout_base": 0},
    {"event_type": "session.started"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("account", Money(5_000, 1_000, 200, 0)), ("person", Money(440, 88, 18, 0))],
)
def test_a_ledger_of_the_log_is_in_the_accounts_currency_or_in_the_base(
    tmp_path: Path, scope: Scope, expected: Money
) -> None:
    hours = [
        {**event, "currency": "SEK", "occurred_at": START + timedelta(hours=number)}
        for number, event in enumerate(EVENTS)
    ]
    known = [{**event, "known_at": event["occurred_at"]} for event in hours]
    log = write_log(tmp_path / "log", keyed(known, "anna"))
    list(tile_commits(log))
    load_online(log, tmp_path / "online.sqlite")
    with closing(sqlite3.connect(tmp_path / "online.sqlite")) as con:
        ledger = MoneyLedger(con, ["anna"], scope)
        assert ledger.rolling(START + timedelta(days=1), timedelta(days=1)) == expected
