"""Shares of a log beside published ones, against counts of the same events another way."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from data.event_log import EventLog
from data.ingest import ingest
from data.simulator.comparison.log_shares import (
    CANCELLED,
    FAST_DE,
    HIGH_DE,
    SELF_EXCLUDED,
    Shares,
    inactive_for,
    log_shares,
    returned_after,
)
from data.simulator.comparison.published import published_figures
from tests.data.imports import csv_file, mapping_file

DAYS = (14, 60, 200)


@pytest.fixture(scope="module")
def events(log: EventLog) -> pl.DataFrame:
    """Every event of the simulated operator but those of test accounts."""
    every = pl.read_parquet(log.files(), hive_partitioning=False)
    return every.filter(~pl.col("is_test").any().over("player_id"))


@pytest.fixture(scope="module")
def shares(log: EventLog) -> Shares:
    return log_shares(log, DAYS)


@pytest.mark.parametrize("days", [14, 60])
def test_inactivity_is_what_a_loop_over_players_says(
    events: pl.DataFrame, shares: Shares, days: int
) -> None:
    active = events.filter("is_activity")
    moment = active.select(pl.col("occurred_at").max() - timedelta(days=30)).item()
    inactive, returned, players = 0, 0, 0
    for _, own in active.group_by("player_id"):
        before = [at for at in own["occurred_at"] if at < moment]
        if before:
            players += 1
            quiet = moment - max(before) >= timedelta(days=days)
            inactive += quiet
            returned += quiet and len(before) < len(own)
    assert shares[inactive_for(days)] == pytest.approx(inactive / players)
    assert shares[returned_after(days)] == pytest.approx(returned / inactive)


def test_of_more_days_than_the_log_has_nothing_is_told(shares: Shares) -> None:
    assert shares[inactive_for(200)] is None
    assert shares[returned_after(200)] is None


def test_players_who_exclude_themselves_are_counted_once_each(
    events: pl.DataFrame, shares: Shares
) -> None:
    active = set(events.filter("is_activity")["player_id"])
    kinds = ["self_exclusion", "register"]
    excluded = set(events.filter(pl.col("exclusion_kind").is_in(kinds))["player_id"])
    assert excluded & active
    assert shares[SELF_EXCLUDED] == pytest.approx(len(excluded & active) / len(active))


def test_slot_rounds_are_held_against_the_licence(events: pl.DataFrame, shares: Shares) -> None:
    slots = events.filter(
        pl.col("jurisdiction") == "DE", pl.col("game_type") == "slot", pl.col("state") == "settled"
    ).sort("player_id", "occurred_at")
    high = (slots["stake_real"] + slots["stake_bonus"] > 100).mean()
    pace = slots.select(pl.col("occurred_at").diff().over("player_id")).to_series().drop_nulls()
    assert shares[HIGH_DE] == pytest.approx(high)
    assert shares[FAST_DE] == pytest.approx((pace < timedelta(seconds=5)).mean())


def test_withdrawals_taken_back_are_looked_for_where_they_are_banned(
    events: pl.DataFrame, shares: Shares
) -> None:
    banned = events.filter(pl.col("jurisdiction").is_in(["GB", "SE"]))
    ended = banned.filter(pl.col("status").is_in(["paid", "cancelled_by_player"]))
    assert ended.height
    assert shares[CANCELLED] == pytest.approx((ended["status"] != "paid").mean())


def test_what_a_log_of_payments_does_not_tell_is_absent(tmp_path: Path, log: EventLog) -> None:
    rows = csv_file(
        tmp_path / "rows.csv",
        *({"at": f"2024-0{month}-01T10:00:00Z", "known": ""} for month in range(1, 6)),
    )
    text = mapping_file(tmp_path).read_text().replace("{column: known}", "{delay: 0s}")
    ingest(mapping_file(tmp_path, text), rows, tmp_path / "log")
    figures = {one.name: one for one in published_figures(log, EventLog(tmp_path / "log"))}
    told = {name: one.real for name, one in figures.items() if one.real is not None}
    inactive = {inactive_for(days): float(days < 60) for days in (14, 21, 30, 60)}
    assert told == inactive | {returned_after(days): 1.0 for days in (14, 21, 30)}
    assert all(one.source and 0 <= one.published < 1 for one in figures.values())
