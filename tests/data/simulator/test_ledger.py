"""Money: from the events alone, every account balances to the minor unit and never goes below 0."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from data.event_log import EventLog
from data.simulator.settings.world import WorldSettings

Row = dict[str, Any]

MOST_MULTIPLE = int(WorldSettings().bonuses.most_multiple)
BET_ENDS = ("settled", "voided")

_MONEY_EVENTS = """
SELECT player_id, event_type, status, state, amount, stake_real, win_real, payout, turned_real,
    stake_bonus, win_bonus, balance, balance_after, bet_id, payment_id, user_bonus_id, bonus_type
FROM read_parquet({files}, hive_partitioning = false)
WHERE event_type IN (
    'session.started', 'session.ended', 'deposit', 'withdrawal', 'casino.round', 'sports.bet',
    'bonus'
)
ORDER BY player_id, occurred_at, event_id
"""


def moved(row: Row) -> int:
    """What an event does to the money that is free to play, in plain words of the contract."""
    match row["event_type"], row["status"] or row["state"]:
        case "deposit", "approved":
            return int(row["amount"])
        case "withdrawal", "requested":
            return -int(row["amount"])
        case "withdrawal", "cancelled_by_player":
            return int(row["amount"])
        case "casino.round", "settled":
            return int(row["win_real"]) - int(row["stake_real"])
        case "casino.round", "rolled_back":
            return int(row["stake_real"]) - int(row["win_real"])
        case "sports.bet", "placed":
            return -int(row["stake_real"])
        case "sports.bet", "settled":
            return int(row["payout"])
        case "sports.bet", "voided":
            return int(row["stake_real"])
        case "bonus", "completed":
            return int(row["turned_real"])
    return 0


@pytest.fixture(scope="module", params=[1, 2, 3])
def rows_by_player(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    write_world: Callable[[Path, int, int, int], EventLog],
) -> dict[str, list[Row]]:
    log = write_world(tmp_path_factory.mktemp("ledger") / "log", 80, 60, request.param)
    by_player = defaultdict(list)
    with duckdb.connect() as con:
        table = con.sql(_MONEY_EVENTS.format(files=log.files())).to_arrow_table()
    for row in table.to_pylist():
        by_player[row["player_id"]].append(row)
    return by_player


def every_row(rows_by_player: dict[str, list[Row]]) -> Iterator[Row]:
    return (row for rows in rows_by_player.values() for row in rows)


def test_every_balance_shown_is_the_sum_of_what_moved_before(
    rows_by_player: dict[str, list[Row]],
) -> None:
    for rows in rows_by_player.values():
        balance = 0
        for row in rows:
            balance += moved(row)
            assert balance >= 0
            shown = row["balance"] if row["balance_after"] is None else row["balance_after"]
            assert shown in {None, balance}


def test_deposits_minus_withdrawals_plus_winnings_minus_stakes_is_the_balance(
    rows_by_player: dict[str, list[Row]],
) -> None:
    for rows in rows_by_player.values():
        shown = [
            (place, row["balance_after"])
            for place, row in enumerate(rows)
            if row["balance_after"] is not None
        ]
        if shown:
            last, balance = shown[-1]
            assert sum(moved(row) for row in rows[: last + 1]) == balance


def test_a_bet_is_settled_or_voided_once_and_after_it_was_placed(
    rows_by_player: dict[str, list[Row]],
) -> None:
    open_bets: dict[str, int] = {}
    for row in every_row(rows_by_player):
        if row["state"] == "placed":
            assert row["bet_id"] not in open_bets
            open_bets[row["bet_id"]] = row["stake_real"]
        elif row["event_type"] == "sports.bet":
            stake = open_bets.pop(row["bet_id"])
            assert row["state"] == "settled" or row["stake_real"] == stake
    assert 0 <= len(open_bets) < 60


def test_a_withdrawal_is_paid_or_taken_back_once_in_the_amount_requested(
    rows_by_player: dict[str, list[Row]],
) -> None:
    pending: dict[str, int] = {}
    for row in every_row(rows_by_player):
        if row["event_type"] == "withdrawal":
            if row["status"] == "requested":
                pending[row["payment_id"]] = row["amount"]
            else:
                assert pending.pop(row["payment_id"]) == row["amount"]


def test_a_bonus_ends_once_and_turns_real_what_its_wallet_holds_when_completed(
    rows_by_player: dict[str, list[Row]],
) -> None:
    kinds: dict[str, int] = defaultdict(int)
    for rows in rows_by_player.values():
        running, wallet = "", 0
        for row in rows:
            if row["event_type"] == "bonus" and row["state"] == "claimed":
                assert not running
                running, wallet = row["user_bonus_id"], row["amount"]
            elif row["event_type"] == "bonus":
                assert row["user_bonus_id"] == running
                assert row["turned_real"] == expected_to_turn(row, wallet)
                kinds[f"{row['bonus_type']} {row['state']}"] += 1
                running, wallet = "", 0
            elif row["event_type"] == "casino.round":
                assert running or not row["stake_bonus"]
                wallet += row["win_bonus"] - row["stake_bonus"]
                assert wallet >= 0
    assert {"deposit_match completed", "deposit_match expired", "free_bet completed"} <= {*kinds}


def expected_to_turn(row: Row, wallet: int) -> int:
    completed_match = row["bonus_type"] == "deposit_match" and row["state"] == "completed"
    return min(wallet, MOST_MULTIPLE * int(row["amount"])) if completed_match else 0


def test_margin_is_deposits_minus_withdrawals_minus_what_the_player_holds(
    rows_by_player: dict[str, list[Row]],
) -> None:
    """For every player over the whole run: bonus cost is taken off once, when it turns real."""
    for rows in rows_by_player.values():
        margin = paid_in = 0
        open_stakes: dict[str, int] = {}
        for row in rows:
            if row["state"] == "placed":
                open_stakes[row["bet_id"]] = row["stake_real"]
            stake = open_stakes.pop(row["bet_id"], 0) if row["state"] in BET_ENDS else 0
            margin += margin_of(row, stake)
            if row["event_type"] in ("deposit", "withdrawal"):
                paid_in += moved(row)
        held = sum(moved(row) for row in rows) + sum(open_stakes.values())
        assert margin == paid_in - held


def margin_of(row: Row, bet_stake: int) -> int:
    """Real stakes, less real winnings, less bonus turned real; a free bet pays real winnings."""
    match row["event_type"], row["state"]:
        case "casino.round", "settled":
            return int(row["stake_real"]) - int(row["win_real"])
        case "casino.round", "rolled_back":
            return int(row["win_real"]) - int(row["stake_real"])
        case "sports.bet", "settled":
            return bet_stake - int(row["payout"])
        case "bonus", _:
            return -int(row["turned_real"])
    return 0
