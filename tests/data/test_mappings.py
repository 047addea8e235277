"""The example mappings of the project do what their first lines promise."""

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from data.convert import convert
from data.coverage import coverage
from data.events import EVENT_TYPES
from data.mapping_file import read_mapping
from data.reading.json_rows import frame_of

FOLDER = Path(__file__).parents[2] / "data/mappings"
NOW = datetime(2024, 7, 1, tzinfo=UTC)

DAY = {
    "day": "2024-06-01", "account": "7", "currency": "SEK", "eur_rate": "0.088", "licence": "SGA",
    "casino_stake": "100.50", "casino_win": "80", "casino_rounds": "12",
    "sports_stake": "0", "sports_win": "", "sports_bets": "0",
    "deposits": "500", "deposit_count": "2", "withdrawals": "", "declined_deposits": "1",
}  # fmt: skip

NOTHING = {
    "casino_stake": "0", "casino_win": "0.00", "casino_rounds": "0", "deposits": "",
    "deposit_count": "0", "declined_deposits": "0",
}  # fmt: skip

EVENT = {
    "id": "e1", "user": {"id": "7", "tz": "Europe/Stockholm"}, "at": 1717243200123,
    "received": 1717243200456, "brand": "example", "licence": "SE", "currency": "SEK",
    "rate": 0.088, "test": False,
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_mapping_of_the_project_fits_the_contract(path: Path) -> None:
    mapping = read_mapping(path)
    assert coverage(mapping)
    assert mapping.source == path.stem


def daily(**changes: str) -> pl.DataFrame:
    rows = frame_of([DAY | changes])
    return convert(rows, read_mapping(FOLDER / "daily_totals.yaml"), NOW).events


def test_a_line_of_daily_totals_gives_an_event_for_each_thing_done() -> None:
    events = daily().sort("event_type")
    assert events["event_type"].to_list() == ["payments.daily", "play.daily"]
    paid, played = events.rows(named=True)
    assert (played["product"], played["stake_real"], played["stake_real_base"]) == (
        "casino", 10_050, 884,
    )  # fmt: skip
    assert (played["is_activity"], paid["is_activity"]) == (True, False)
    assert (paid["deposit_amount"], paid["withdrawal_amount"], paid["declined_deposits"]) == (
        50_000, 0, 1,
    )  # fmt: skip
    assert paid["event_id"] != played["event_id"]


def test_a_daily_total_happened_at_the_days_last_microsecond_of_the_operators_clock() -> None:
    played = daily().filter(pl.col("event_type") == "play.daily").row(0, named=True)
    assert played["occurred_at"] == datetime(2024, 6, 1, 21, 59, 59, 999_999, tzinfo=UTC)
    assert played["known_at"] == datetime(2024, 6, 2, 3, 59, 59, 999_999, tzinfo=UTC)
    assert played["known_at_assumed"]


def test_a_day_that_is_not_over_is_not_known() -> None:
    assert daily(day="2024-07-01").is_empty()


def test_a_day_without_play_and_payments_gives_nothing() -> None:
    assert daily(**NOTHING).is_empty()


@pytest.mark.parametrize(
    ("column", "value", "event_type", "field", "amount"),
    [
        ("casino_win", "8", "play.daily", "win_real", 800),
        ("sports_win", "8", "play.daily", "win_real", 800),
        ("deposits", "8", "payments.daily", "deposit_amount", 800),
        ("withdrawals", "3", "payments.daily", "withdrawal_amount", 300),
        ("declined_deposits", "2", "payments.daily", "declined_deposits", 2),
    ],
)
def test_whatever_alone_stands_in_a_line_becomes_an_event(
    column: str, value: str, event_type: str, field: str, amount: int
) -> None:
    (event,) = daily(**(NOTHING | {column: value})).rows(named=True)
    assert (event["event_type"], event[field]) == (event_type, amount)


def test_a_negative_total_is_set_aside_and_not_passed_over() -> None:
    rows = frame_of([DAY | NOTHING | {"casino_stake": "-5"}])
    converted = convert(rows, read_mapping(FOLDER / "daily_totals.yaml"), NOW)
    assert (converted.ignored, converted.rejected["value"].to_list()) == (0, ["-5"])


GENERIC: list[tuple[str, dict[str, object]]] = [
    ("player.registered", {"kind": "REGISTRATION", "registration": {"born": "1990-01-31"}}),
    ("player.kyc_changed", {"kind": "KYC", "kyc": {"result": "PASSED"}}),
    ("player.status_changed", {"kind": "ACCOUNT_STATUS", "status": {"to": "BLOCKED", "by": "X"}}),
    ("session.started", {"kind": "LOGIN", "balance": 500}),
    ("session.ended", {"kind": "LOGOUT", "logout": {"seconds": 60}}),
    ("deposit", {"kind": "DEPOSIT", "payment": {"status": "OK", "amount": 500, "method": "CARD"}}),
    ("withdrawal", {"kind": "WITHDRAWAL", "payment": {"status": "PAID", "amount": -500}}),
    ("casino.round", {"kind": "ROUND", "round": {
        "state": "CLOSED", "game_type": "SLOT", "stake": {"cash": 100}, "win": {"cash": 0}}}),
    ("sports.bet", {"kind": "BET", "bet": {
        "id": "b1", "state": "PLACED", "stake": 5000, "odds": 1.9, "live": True,
        "legs": [{"event": "x"}]}}),
    ("bonus", {"kind": "BONUS", "bonus": {"state": "CLAIMED", "id": "u1", "amount": 1000}}),
    ("limit", {"kind": "LIMIT", "limit": {
        "action": "SET", "kind": "DEPOSIT", "period": "DAY", "amount": 10000}}),
    ("exclusion", {"kind": "EXCLUSION", "exclusion": {"kind": "SELF", "until": 1733000000000}}),
    ("consent", {"kind": "CONSENT", "consent": {"channel": "email", "granted": False}}),
    ("affordability.check", {"kind": "CHECK", "check": {
        "kind": "VULNERABILITY", "result": "FAILED"}}),
    ("support.contact", {"kind": "CONTACT", "contact": {"topic": "RG"}}),
    ("message", {"kind": "MESSAGE", "message": {
        "state": "SENT", "id": "m1", "channel": "email", "purpose": "PROMO"}}),
]  # fmt: skip


@pytest.mark.parametrize(("event_type", "row"), GENERIC, ids=[name for name, _ in GENERIC])
def test_a_platforms_events_become_events_of_the_contract(
    event_type: str, row: dict[str, object]
) -> None:
    mapping = read_mapping(FOLDER / "generic.yaml")
    converted = convert(frame_of([EVENT | row]), mapping, NOW)
    assert converted.rejected.to_dicts() == []
    event = converted.events.row(0, named=True)
    assert event["event_type"] == event_type
    assert event["utc_offset_minutes"] == 120
    assert event["known_at"] == datetime(2024, 6, 1, 12, 0, 0, 456_000, tzinfo=UTC)


@pytest.mark.parametrize("channel", ["Email", "e-mail", "all", "*"])
def test_a_withdrawal_from_what_is_no_channel_is_set_aside_and_not_passed_over(
    channel: str,
) -> None:
    row = EVENT | {"kind": "CONSENT", "consent": {"channel": channel, "granted": False}}
    converted = convert(frame_of([row]), read_mapping(FOLDER / "generic.yaml"), NOW)
    assert converted.rejected.select("field", "value").rows() == [("channel", channel)]


def test_a_failed_check_is_an_adverse_one() -> None:
    check = dict(GENERIC)["affordability.check"]
    converted = convert(frame_of([EVENT | check]), read_mapping(FOLDER / "generic.yaml"), NOW)
    assert converted.events["outcome"].to_list() == ["adverse"]


def test_every_event_type_of_the_example_is_shown_here() -> None:
    mapping = read_mapping(FOLDER / "generic.yaml")
    types = {rule.event_type for rule in mapping.event_rules}
    assert types == {event_type for event_type, _ in GENERIC}
    assert types <= EVENT_TYPES.keys()


def test_nested_values_stay_json() -> None:
    mapping = read_mapping(FOLDER / "generic.yaml")
    bet = dict(GENERIC)["sports.bet"]
    (event,) = convert(frame_of([EVENT | bet]), mapping, NOW).events.rows(named=True)
    assert json.loads(event["legs"]) == [{"event": "x"}]
    assert (event["odds"], event["live"], event["is_activity"]) == (1.9, True, True)
