"""Margin by the features equals what the cash desk says: two ways round one account's money.

Margin before deductions = deposits - withdrawals - change in (real balance + open real stakes +
withdrawals under way). The left side comes from stakes and winnings, the right side from payments
and the balances that events show.
"""

import subprocess
import sys

import duckdb
import pyarrow as pa
import pytest

from data.event_log import EventLog
from features.rows import iterate_rows
from features.tiles import tile_commits

_CASH_DESK = """
WITH events AS (
    SELECT *, coalesce(balance_after, balance) AS shown, (occurred_at, event_id) AS place,
        event_type IN ('deposit', 'withdrawal', 'casino.round', 'sports.bet', 'bonus') AS moves,
        event_type || ':' || coalesce(status, state, '') AS step,
        count(*) FILTER (bet_id IS NOT NULL) OVER (PARTITION BY bet_id) AS events_of_bet
    FROM read_parquet({files}, hive_partitioning = false) WHERE currency = 'EUR'
)
SELECT player_id,
    arg_max(shown, place) FILTER (shown IS NOT NULL) AS closing_balance,
    coalesce(sum(CASE step WHEN 'deposit:approved' THEN amount
        WHEN 'withdrawal:paid' THEN -amount END), 0)::BIGINT AS paid_in,
    coalesce(sum(CASE step WHEN 'withdrawal:requested' THEN amount
        WHEN 'withdrawal:paid' THEN -amount
        WHEN 'withdrawal:cancelled_by_player' THEN -amount END), 0)::BIGINT AS under_way,
    coalesce(sum(stake_real) FILTER (step = 'sports.bet:placed' AND events_of_bet = 1), 0)::BIGINT
        AS open_stakes
FROM events GROUP BY player_id
HAVING max(place) FILTER (moves) <= max(place) FILTER (shown IS NOT NULL)
"""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> EventLog:
    root = tmp_path_factory.mktemp("money") / "operator"
    command = [sys.executable, "-m", "data.simulator.run", "--players", "300", "--days", "60"]
    subprocess.run([*command, "--seed", "11", "--out", str(root)], check=True, capture_output=True)
    log = EventLog(root)
    for _ in tile_commits(log):
        pass
    return log


def test_margin_of_play_is_what_the_cash_desk_kept(log: EventLog) -> None:
    with duckdb.connect() as con:
        desk = con.sql(_CASH_DESK.format(files=log.files())).to_arrow_table()
    last_us = max(commit.last_known_us for commit in log.commits())
    moment = pa.array([last_us + 1] * len(desk), pa.timestamp("us", "UTC"))
    entities = pa.table({"player_id": desk["player_id"], "cutoff": moment})
    features = {
        row["player_id"]: row for rows in iterate_rows(log, entities) for row in rows.to_pylist()
    }
    assert len(features) > 50
    staked = 0
    for account in desk.to_pylist():
        row = features[account["player_id"]]
        margin = row["margin_sum_lifetime"] - account["open_stakes"]
        held = account["closing_balance"] + account["open_stakes"] + account["under_way"]
        assert margin == account["paid_in"] - held
        staked += row["stake_sum_lifetime"]
    assert staked > 0
