import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import category

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.conversion.amounts import digits_of, in_base
from data.currency import to_base
from data.event import LARGEST_INTEGER
from data.event_log import EventLog, LogSettings, Source
from data.events import EVENT_TYPES
from data.instants import microseconds
from data.live_checks import STATED
from data.live_event import SET_BY_US, read_live_event
from data.live_log import LiveLog
from data.live_log_writer import LiveLogWriter
from data.live_row import Refused, Row
from data.live_table import as_table
from data.log_checks import breaches_of
from data.tables import event_schema
from tests.data.live import ARRIVAL, DEPOSIT, NOW, NOW_US, SKEW, item, least

EXCLUSION = {"event_type": "exclusion", "status": None, "amount": None, "exclusion_kind": "timeout"}
AHEAD = (NOW + SKEW).isoformat()


def row(**changes: Any) -> Row:
    """A deposit with changes that is an event of the log."""
    found = item(**changes).read
    assert isinstance(found, dict), found
    return found


def refused(sent: bytes | None = None, **changes: Any) -> Refused:
    """Why something isn't."""
    found = item(sent, **changes).read
    assert isinstance(found, Refused), found
    assert found.reason
    assert found.remedy
    return found


def parquet_log(root: Path, rows: list[Row]) -> EventLog:
    """An event log of rows of the live log."""
    log = EventLog.create(root, LogSettings("EUR", "Europe/Malta"))
    staged = root / "staged.parquet"
    pq.write_table(as_table(rows, event_schema()), staged)
    log.append([staged], Source("live", frozenset(), "none"))
    return log


def test_every_type_of_event_is_taken_and_breaks_no_rule_of_the_log(tmp_path: Path) -> None:
    read = {event_type: read_live_event(least(event_type), ARRIVAL) for event_type in EVENT_TYPES}
    rows = [one for one in read.values() if isinstance(one, dict)]
    assert [one for one in read.values() if isinstance(one, Refused)] == []
    log = parquet_log(tmp_path, rows)
    assert sum(commit.rows for commit in log.commits()) == len(EVENT_TYPES)
    assert list(breaches_of(log)) == []


def test_what_is_filled_beyond_need_breaks_no_rule_either(tmp_path: Path) -> None:
    bet = least("sports.bet") | {"legs": [{"event": "x"}], "ext": {"a": {"b": [1, None]}}}
    events = [
        DEPOSIT | {"currency": "SEK", "fx_to_base": "0.0880", "occurred_at": AHEAD},
        DEPOSIT | {"event_id": "e2", "currency": "JPY", "fx_to_base": "1E+1", "person_id": None},
        DEPOSIT | {"event_id": "e3", "currency": "KWD", "fx_to_base": "3." + "0" * 90},
        bet | {"live": True, "odds": 2, "currency": "BHD", "fx_to_base": 2.4},
        least("player.registered") | {"birth_date": "1990-01-31", "fx_to_base": "0.1"},
        least("exclusion") | {"until": "9999-12-31T23:59:59Z", "currency": "SEK"},
    ]
    rows = [read_live_event(event, ARRIVAL) for event in events]
    log = parquet_log(tmp_path, [one for one in rows if isinstance(one, dict)])
    assert sum(commit.rows for commit in log.commits()) == len(events)
    assert list(breaches_of(log)) == []


@pytest.mark.parametrize(
    ("changes", "field", "value", "reason"),
    [
        ({"amount": "1"}, "amount", "1", "got `str`"),
        ({"amount": True}, "amount", "true", "got `bool`"),
        ({"amount": 5.5}, "amount", "5.5", "got `float`"),
        ({"amount": 5.0}, "amount", "5.0", "got `float`"),
        ({"amount": -1}, "amount", "-1", ">= 0"),
        ({"amount": LARGEST_INTEGER + 1}, "amount", str(LARGEST_INTEGER + 1), "<= "),
        ({"amount": 10**30}, "amount", str(10**30), "<= "),
        ({"amount": None}, "amount", None, "missing required field"),
        ({"colour": "red"}, "colour", "red", "unknown field"),
        ({"a\nb": 1}, "a\nb", "1", "unknown field"),
        ({"event_type": "deposits"}, "event_type", "deposits", "not a type of event"),
        ({"event_type": ["deposit"]}, "event_type", '["deposit"]', "not a type of event"),
        ({"event_type": None}, "event_type", None, "missing"),
        ({"status": "paid"}, "status", "paid", "Invalid enum value"),
        ({"event_id": ""}, "event_id", "", "length >= 1"),
        ({"event_id": "a\0b"}, "event_id", "a\0b", "control character"),
        ({"source": "a\x1fb"}, "source", "a\x1fb", "control character"),
        ({"jurisdiction": "MT\n"}, "jurisdiction", "MT\n", "control character"),
        ({"ext": [1]}, "ext", "[1]", "got `array`"),
        ({"ext": {STATED: 5}}, "ext", f'{{"{STATED}":5}}', "set by this service alone"),
        ({"occurred_at": "2024-05-31T12:00:00"}, "occurred_at", "2024-05-31T12:00:00", "timezone"),
        ({"occurred_at": "2024-05-31"}, "occurred_at", "2024-05-31", "RFC3339"),
        ({"occurred_at": 1717156800}, "occurred_at", "1717156800", "got `int`"),
        ({"currency": "XBT"}, "currency", "XBT", "not an ISO 4217"),
        ({"currency": None}, "currency", None, "missing beside an amount"),
        ({"currency": None, "amount": 0}, "currency", None, "missing beside an amount"),
        ({"currency": "SEK"}, "fx_to_base", None, "missing for a currency other than EUR"),
        ({"fx_to_base": "1.1"}, "fx_to_base", "1.1", "not 1 for the base currency"),
        ({"fx_to_base": "sNaN"}, "fx_to_base", "sNaN", "not a rate above 0"),
        (EXCLUSION | {"until": "0001-01-01T00:00:00Z"}, "until", "0001-01-01T00:00:00+00:00",
         "not within 1970 to 9999"),
        (EXCLUSION | {"until": "9999-12-31T23:00:00-14:00"}, "until", "9999-12-31T23:00:00-14:00",
         "not within 1970 to 9999"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_field_value_and_reason(
    changes: dict[str, Any], field: str, value: str | None, reason: str
) -> None:
    found = refused(**changes)
    assert (found.field, found.value) == (field, value)
    assert reason in found.reason


@pytest.mark.parametrize("name", SET_BY_US)
def test_what_this_service_says_of_an_event_is_not_taken_from_the_sender(name: str) -> None:
    changes: dict[str, Any] = {name: "2024-05-31T12:00:00Z"}
    found = refused(**changes)
    assert (found.field, found.value) == (name, "2024-05-31T12:00:00Z")


@pytest.mark.parametrize(
    "rate", ["0", "-1", "0.123456789", "1e-9", "10000000000", "1e999999", "NaN", "Infinity"]
)
def test_a_rate_is_above_nought_and_has_at_most_eight_decimals(rate: str) -> None:
    found = refused(currency="SEK", fx_to_base=rate)
    assert (found.field, Decimal(found.value or "")) == ("fx_to_base", Decimal(rate)) or (
        rate == found.value
    )


@pytest.mark.parametrize(
    ("sent", "held"), [("1.00", "1"), ("1E+1", "10"), (0.088, "0.088"), ("0.0" + "0" * 9, None)]
)
def test_the_same_rate_is_always_the_same_text(sent: str | float, held: str | None) -> None:
    found = item(currency="SEK", fx_to_base=sent).read
    assert held == (found["fx_to_base"] if isinstance(found, dict) else None)


def test_an_amount_that_leaves_the_bounds_in_the_base_currency_is_refused() -> None:
    found = refused(amount=LARGEST_INTEGER, currency="GBP", fx_to_base="1.00000001")
    assert (found.field, found.value) == ("amount", str(LARGEST_INTEGER))
    assert "base currency" in found.reason


def test_a_moment_out_of_reach_is_refused() -> None:
    early = refused(occurred_at="1989-12-31T23:59:59Z")
    assert (early.field, early.reason) == ("occurred_at", "before 1990")
    late = refused(occurred_at=(NOW + SKEW + timedelta(milliseconds=1)).isoformat())
    assert (late.field, late.reason) == ("occurred_at", "300.001 s in the future")
    assert refused(occurred_at="0001-01-01T00:00:00+14:00").reason == "before 1990"
    assert "in the future" in refused(occurred_at="9999-12-31T23:59:59-14:00").reason


def test_a_moment_that_is_ahead_as_clocks_may_be_is_set_back_and_the_stated_one_kept() -> None:
    found = row(occurred_at=AHEAD, ext={"trace": 7})
    assert found["occurred_at"] == found["known_at"] == NOW_US
    assert json.loads(found["ext"]) == {"trace": 7, STATED: AHEAD}
    assert row(occurred_at=NOW.isoformat()).keys() == row().keys()


@given(
    amount=st.integers(0, LARGEST_INTEGER),
    currency=st.sampled_from(["SEK", "JPY", "KWD", "USD"]),
    rate=st.decimals("0.00000001", "9999999999", places=8),
)
def test_base_amounts_are_those_of_the_import(amount: int, currency: str, rate: Decimal) -> None:
    found = item(amount=amount, currency=currency, fx_to_base=f"{rate:f}").read
    cells = pl.DataFrame({"amount": [amount], "currency": [currency], "rate": [rate]})
    digits = digits_of(pl.col("currency"))
    imported = cells.select(in_base(pl.col("amount"), pl.col("rate"), digits, "EUR")).item()
    expected = to_base(amount, currency, rate, "EUR")
    if isinstance(found, dict):
        assert found["amount_base"] == imported == expected
        assert Decimal(found["fx_to_base"]) == rate
    else:
        assert imported is None
        assert expected > LARGEST_INTEGER


def test_activity_is_what_the_sources_say() -> None:
    assert row()["is_activity"]
    assert not row(status="declined")["is_activity"]
    ticket, bonus = (read_live_event(least(one), ARRIVAL) for one in ("bingo.ticket", "bonus"))
    assert isinstance(ticket, dict)
    assert isinstance(bonus, dict)
    assert (ticket["is_activity"], bonus["is_activity"]) == (True, False)


def nested(depth: int, opening: str = '{"a":', closing: str = "}") -> bytes:
    deep = opening * depth + "1" + closing * depth
    return json.dumps(DEPOSIT | {"ext": {}}).replace("{}", f'{{"a": {deep}}}').encode()


ODD = [
    b"", b"null", b"[]", b"7", b'"x"', b"\xff", b'{"event_id": "\xff"}', b"NaN",
    b'{"amount": NaN}', b'{"amount": -Infinity}', b'{"event_id": "\\ud800"}', b"[" * 100_000,
    b'{"a":' * 100_000, nested(100), nested(100, "[", "]"), b'{"amount": 1' + b"0" * 5_000 + b"}",
    *(nested(depth) for depth in range(900, 1_000, 3)),
]  # fmt: skip


def test_no_bytes_end_in_anything_but_the_quarantine(tmp_path: Path) -> None:
    log = LiveLogWriter(tmp_path / "live.sqlite")
    items = [item(sent) for sent in ODD]
    assert {one.status for one in log.append(items, NOW_US).outcomes} == {"quarantined"}
    assert {one["content"] for one in log.quarantined()} == set(ODD)
    log.close()


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_any_text_is_told_at_the_edge_or_comes_back_from_the_log(text: str) -> None:
    found = item(event_id=text, ext={text: [text]}).read
    if isinstance(found, Refused):
        assert found.field in ("event_id", "ext")
        unseen = any(category(one) in ("Cf", "Zl", "Zp") for one in text)
        assert min(text) < " " or text == STATED or text != text.strip() or unseen
        return
    table: pa.Table = as_table([found], event_schema())
    assert table["event_id"].to_pylist() == [text]
    assert json.loads(table["ext"][0].as_py()) == {text: [text]}


def test_control_characters_inside_ext_are_kept(tmp_path: Path) -> None:
    log = LiveLogWriter(tmp_path / "live.sqlite")
    log.append([item(ext={"a\0": "\0\x1f"})], NOW_US)
    log.close()
    ((_, kept),) = LiveLog(log.path).after(0)
    assert json.loads(kept["ext"]) == {"a\0": "\0\x1f"}


def test_moments_are_microseconds() -> None:
    at = NOW - timedelta(microseconds=1)
    assert row(occurred_at=at.isoformat())["occurred_at"] == microseconds(at)
