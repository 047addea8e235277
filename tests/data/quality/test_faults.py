"""Each fault of a feed raises its own alarm and no other; a healthy operator raises none."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from data.event_log import EventLog
from tests.data.quality.operators import (
    DAY,
    Fault,
    alarms_of,
    appended,
    changed,
    on_day,
    tampered,
)


def _stop(events: pl.DataFrame) -> pl.DataFrame:
    late = pl.col("known_at").dt.date() >= DAY - timedelta(days=1)
    return events.filter(~((pl.col("event_type") == "session.ended") & late))


def _double(events: pl.DataFrame) -> pl.DataFrame:
    again = events.filter(on_day("casino.round")).with_columns(pl.col("event_id") + "-again")
    return pl.concat([events, again])


def _lose_most(events: pl.DataFrame) -> pl.DataFrame:
    kept = pl.int_range(pl.len()) % 10 == 0
    return events.filter(~on_day("casino.round") | kept)


def _lose_a_day(events: pl.DataFrame) -> pl.DataFrame:
    return events.filter(~on_day("casino.round"))


def _lose_a_field(events: pl.DataFrame) -> pl.DataFrame:
    return changed(events, "casino.round", game_id=pl.lit(None, dtype=pl.String))


def _mistake_the_timezone(events: pl.DataFrame) -> pl.DataFrame:
    earlier = pl.col("occurred_at") - timedelta(hours=1)
    return changed(events, "casino.round", occurred_at=earlier)


def _send_old_times(events: pl.DataFrame) -> pl.DataFrame:
    earlier = pl.col("occurred_at") - timedelta(days=3)
    return changed(events, "casino.round", occurred_at=earlier)


def _run_ahead(events: pl.DataFrame) -> pl.DataFrame:
    stated = pl.lit('{"occurred_at_stated":"2026-03-20T00:00:00Z"}')
    return changed(events, "casino.round", ext=stated)


def _send_strangers(events: pl.DataFrame) -> pl.DataFrame:
    return changed(events, "casino.round", player_id="other-" + pl.col("player_id"))


def _swap_units(events: pl.DataFrame) -> pl.DataFrame:
    larger = {name: 100 * pl.col(name) for name in ("stake_real", "stake_real_base")}
    return changed(events, "casino.round", **larger)


def _lose_amounts(events: pl.DataFrame) -> pl.DataFrame:
    names = ("stake_real", "stake_real_base", "stake_bonus", "stake_bonus_base")
    return changed(events, "casino.round", **dict.fromkeys(names, pl.lit(0)))


def _send_profit_as_odds(events: pl.DataFrame) -> pl.DataFrame:
    return changed(events, "sports.bet", odds=pl.col("odds") * 0 + 1.0)


def _turn_the_rate_round(events: pl.DataFrame) -> pl.DataFrame:
    turned = (1 / pl.col("fx_to_base").cast(pl.Float64)).cast(pl.Decimal(18, 8))
    return changed(events, "casino.round", fx_to_base=turned)


FAULTS: list[tuple[Fault, str, str]] = [
    (_stop, "freshness", "session.ended"),
    (_double, "volume", "casino.round"),
    (_lose_most, "volume", "casino.round"),
    (_lose_a_day, "volume", "casino.round"),
    (_lose_a_field, "nulls", "casino.round"),
    (_mistake_the_timezone, "late", "casino.round"),
    (_send_old_times, "stale", "casino.round"),
    (_run_ahead, "set_back", "casino.round"),
    (_send_strangers, "unknown_player", "casino.round"),
    (_swap_units, "amount_level", "casino.round"),
    (_lose_amounts, "zero_amount", "casino.round"),
    (_send_profit_as_odds, "lowest_odds", "sports.bet"),
    (_turn_the_rate_round, "fx_rate", "all"),
]


def test_a_healthy_operator_raises_no_alarm(healthy: EventLog) -> None:
    assert [finding.sentence() for finding in alarms_of(healthy, days=7)] == []


@pytest.mark.parametrize(
    ("fault", "measure", "event_type"), FAULTS, ids=[fault.__name__[1:] for fault, _, _ in FAULTS]
)
def test_a_fault_raises_its_alarm_and_no_other(
    healthy: EventLog, tmp_path: Path, fault: Fault, measure: str, event_type: str
) -> None:
    found = alarms_of(tampered(healthy, tmp_path / "log", fault))
    assert {(one.measure, one.event_type) for one in found} == {(measure, event_type)}


def test_an_export_sent_again_beside_something_new_alarms(
    events: pl.DataFrame, tmp_path: Path
) -> None:
    day = pl.col("known_at").dt.date()
    deposits = events.filter(pl.col("event_type") == "deposit")
    exports = [deposits.filter(day == DAY - timedelta(days=back)) for back in range(7, -1, -1)]
    log = appended(tmp_path / "log", [*exports[:-1], pl.concat(exports)])
    (alarm,) = alarms_of(log)
    assert (alarm.measure, alarm.field) == ("duplicates", "commit 8")


def test_an_alarm_says_where_what_how_much_and_what_to_do(
    healthy: EventLog, tmp_path: Path
) -> None:
    (alarm,) = alarms_of(tampered(healthy, tmp_path / "log", _lose_a_field))
    assert alarm.sentence() == (
        f"source simulator, casino.round game_id, {DAY}: share of events without the field is "
        "100.0%, usually 0.0%: see whether the export or the mapping lost the column"
    )
