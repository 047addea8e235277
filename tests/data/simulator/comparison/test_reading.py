"""Payments of a log as arrays: which ones, whose clock, which days, and what is refused."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from data.event_log import EventLog, LogSettings
from data.ingest import ingest
from data.simulator.comparison.payments import DAY_US, HOUR_US, Payments
from data.simulator.comparison.reading import NothingToCompare, midnights, read_payments
from data.simulator.comparison.window import TooShort, on_common_days
from tests.data.simulator.comparison.small_logs import payments

MAPPING = """
source: shop
base_currency: EUR
timezone: Europe/Malta
activity: deposit:approved

times:
  player_timezone: {column: tz}

fields:
  event_id: {column: id}
  player_id: {column: player}
  brand_id: {constant: brand}
  jurisdiction: {constant: MT}
  occurred_at: {column: at}
  known_at: {delay: 0s}
  currency: {column: currency}
  fx_to_base: {column: rate}
  is_test: {column: test}

rules:
  - when: {kind: DEP}
    event_type: deposit
    fields: {status: {column: state}, amount: {column: amount}}
  - when: {kind: OUT}
    event_type: withdrawal
    fields: {status: {column: state}, amount: {column: amount}}
"""

ROWS = """
id,player,at,tz,kind,state,amount,currency,rate,test
1,bea,2024-05-02T10:00:00Z,,DEP,approved,10.00,EUR,,false
2,anna,2024-05-01T22:30:00Z,America/Toronto,DEP,approved,20.00,CAD,0.5,false
3,anna,2024-05-01T10:00:00Z,,DEP,declined,30.00,EUR,,false
4,anna,2024-05-03T10:00:00Z,,DEP,cancelled,40.00,EUR,,false
5,bea,2024-05-03T10:00:00Z,,OUT,requested,50.00,EUR,,false
6,bea,2024-05-04T10:00:00Z,,OUT,paid,50.00,EUR,,false
7,staff,2024-05-01T10:00:00Z,,DEP,approved,60.00,EUR,,false
8,staff,2024-05-01T11:00:00Z,,DEP,declined,60.00,EUR,,true
"""


def imported(folder: Path, rows: str = ROWS) -> EventLog:
    (folder / "mapping.yaml").write_text(MAPPING)
    (folder / "rows.csv").write_text(rows.lstrip())
    report = ingest(folder / "mapping.yaml", folder / "rows.csv", folder / "log")
    assert report.rows_quarantined == 0
    return EventLog(folder / "log")


def instant_us(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Payments:
    return read_payments(imported(tmp_path_factory.mktemp("shop")))


def test_only_money_that_moved_and_declined_attempts_are_read(read: Payments) -> None:
    assert read.deposits.amount.tolist() == [1000, 1000]
    assert read.declined.amount.tolist() == [3000]
    assert read.withdrawals.amount.tolist() == [5000]
    assert read.minor_units == 100


def test_an_account_with_any_test_event_is_left_out(read: Payments) -> None:
    assert read.players == 2


def test_one_number_is_one_player_in_all_kinds_of_payments(read: Payments) -> None:
    anna, bea = read.declined.player[0], read.withdrawals.player[0]
    assert sorted(read.deposits.player) == [0, 1] == sorted((anna, bea))
    assert read.deposits.at_us[read.deposits.player == bea] == instant_us("2024-05-02T10:00:00")


def test_the_players_clock_is_told_by_the_event_or_else_the_operators(read: Payments) -> None:
    ahead = (read.deposits.local_us - read.deposits.at_us) / HOUR_US
    assert sorted(ahead) == [-4.0, 2.0]


def test_days_are_the_operators_and_the_last_one_is_not_whole(read: Payments) -> None:
    first = instant_us("2024-04-30T22:00:00")
    assert read.midnights_us.tolist() == [first + day * DAY_US for day in range(4)]
    assert read.days == 3


def test_days_on_which_clocks_change_are_as_long_as_they_are() -> None:
    spring = instant_us("2019-03-09T20:00:00"), instant_us("2019-03-12T20:00:00")
    hours = np.diff(midnights(*spring, "America/Los_Angeles")) / HOUR_US
    assert hours.tolist() == [24.0, 23.0, 24.0]


def test_a_log_without_approved_deposits_is_refused_with_the_remedy(tmp_path: Path) -> None:
    header, *rows = ROWS.strip().splitlines()
    declined = [row for row in rows if "approved" not in row]
    log = imported(tmp_path, "\n".join([header, *declined]) + "\n")
    with pytest.raises(NothingToCompare, match=r"'deposit' with status 'approved'.*map them"):
        read_payments(log)


def test_a_log_without_events_is_refused_with_the_remedy(tmp_path: Path) -> None:
    log = EventLog.create(tmp_path / "log", LogSettings("EUR", "Europe/Malta"))
    with pytest.raises(NothingToCompare, match="import or simulate some first"):
        read_payments(log)


def test_a_log_whose_file_is_gone_is_refused_with_the_remedy(tmp_path: Path) -> None:
    log = imported(tmp_path)
    Path(log.files()[0]).unlink()
    with pytest.raises(NothingToCompare, match="check it with python"):
        read_payments(log)


@pytest.mark.parametrize(
    ("simulated_days", "real_days", "said"),
    [(83, 200, "--simulated has payments on 83 whole days, at least 84"), (200, 30, "--real")],
)
def test_a_log_of_few_days_is_refused_by_the_name_of_its_option(
    simulated_days: int, real_days: int, said: str
) -> None:
    with pytest.raises(TooShort, match=said):
        on_common_days(payments([], days=simulated_days), payments([], days=real_days))


def test_both_logs_are_cut_to_whole_weeks_from_their_first_days() -> None:
    rows = [(0, 0.0, 1), (0, 90.75, 2), (0, 91.0, 3)]
    one, other = on_common_days(payments(rows, days=97), payments(rows, rows, rows, days=112))
    assert (one.days, other.days) == (91, 91)
    cut = [one.deposits, other.deposits, other.declined, other.withdrawals]
    assert [kind.amount.tolist() for kind in cut] == [[1, 2]] * 4
