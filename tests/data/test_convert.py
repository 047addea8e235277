"""Rows of a small mapping through the whole conversion.

What comes out must be events of the contract, and what doesn't must be told with field, value,
reason and remedy: nothing is lost and nothing is guessed.
"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.events import AnyEvent
from data.tables import BASE_SUFFIX, event_schema
from tests.data.imports import NOW, Cells, outcome

Fault = tuple[str, str | None, str]


def event(folder: Path, row: Cells, *changes: tuple[str, str]) -> dict[str, Any]:
    """The one event of one row."""
    converted = outcome(folder, row, changes=changes)
    assert converted.rejected.is_empty(), converted.rejected.to_dicts()
    return converted.events.row(0, named=True)


def faults(
    folder: Path, row: Cells, *changes: tuple[str, str]
) -> list[tuple[str, str | None, str]]:
    """Field, value and reason of every fault of one row, which must give no event."""
    converted = outcome(folder, row, changes=changes)
    assert converted.events.is_empty()
    return converted.rejected.select("field", "value", "reason").rows()


def test_a_sound_row_becomes_an_event_in_the_logs_columns(tmp_path: Path) -> None:
    converted = outcome(tmp_path, {"currency": "SEK", "rate": "0.088", "amount": "12.30"})
    assert converted.events.columns == event_schema().names
    found = {name: v for name, v in converted.events.row(0, named=True).items() if v is not None}
    assert found == {
        "event_type": "deposit",
        "event_id": "1",
        "player_id": "anna",
        "brand_id": "brand",
        "jurisdiction": "MT",
        "source": "shop",
        "occurred_at": datetime(2024, 5, 1, 10, 0, tzinfo=UTC),
        "known_at": datetime(2024, 5, 1, 10, 0, 5, tzinfo=UTC),
        "ingested_at": NOW,
        "schema_version": 1,
        "currency": "SEK",
        "fx_to_base": Decimal("0.088"),
        "known_at_assumed": False,
        "is_activity": True,
        "is_test": False,
        "status": "approved",
        "amount": 1230,
        "amount_base": 108,
    }


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("12.30", "EUR", 1230), ("12.3", "USD", 1230), ("500", "JPY", 500), ("1.234", "KWD", 1234),
     ("1.2300", "EUR", 123), ("0.1", "EUR", 10), ("90071992547409.92", "EUR", 2**53)],
)  # fmt: skip
def test_amounts_are_exact_in_their_currencys_minor_units(
    tmp_path: Path, amount: str, currency: str, minor: int
) -> None:
    rate = "" if currency == "EUR" else "0.9"
    row = {"amount": amount, "currency": currency, "rate": rate}
    assert event(tmp_path, row)["amount"] == minor


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"amount": "1.234"}, ("amount", "1.234", "more digits than its currency has")),
        ({"amount": "5.5", "currency": "JPY", "rate": "0.01"},
         ("amount", "5.5", "more digits than its currency has")),
        ({"amount": "-1"}, ("amount", "-1", "below 0")),
        ({"amount": "1,50"}, ("amount", "1,50", "not an amount within ±2^53 and 18 decimals")),
        ({"amount": "90071992547409.93"},
         ("amount", "90071992547409.93", "above 9007199254740992")),
        ({"amount": ""}, ("amount", "", "required but missing")),
        ({"currency": "XBT"}, ("currency", "XBT", "not an ISO 4217 currency code")),
        ({"currency": ""}, ("currency", "", "missing beside an amount")),
        ({"currency": "SEK"}, ("fx_to_base", "", "missing for a currency other than EUR")),
        ({"currency": "SEK", "rate": "0"}, ("fx_to_base", "0", "not a rate above 0")),
        ({"rate": "1.1"}, ("fx_to_base", "1.1", "not 1 for the base currency EUR")),
        ({"state": "MAYBE"}, ("status", "MAYBE", "no meaning in the value map")),
        ({"state": None}, ("status", None, "required but missing")),
        ({"id": ""}, ("event_id", "", "required but missing")),
        ({"player": "x" * 129}, ("player_id", "x" * 129, "longer than 128 characters")),
        ({"at": "soon"}, ("occurred_at", "soon", "not a moment written as iso, 1970 to 9999")),
        ({"at": "2024-05-01T10:00:06Z"},
         ("occurred_at", "2024-05-01T10:00:06Z", "later than it became known")),
        ({"known": "2024-06-01T00:00:01Z"}, ("known_at", "2024-06-01T00:00:01Z", "in the future")),
    ],
)  # fmt: skip
def test_a_bad_cell_is_told_with_field_value_and_reason(
    tmp_path: Path, row: Cells, fault: Fault
) -> None:
    found = faults(tmp_path, row)
    assert found == [fault]


def test_all_faults_of_a_row_are_told_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, {"amount": "x", "state": "?", "player": "", "at": "never"})
    assert {field for field, _, _ in found} == {"amount", "status", "player_id", "occurred_at"}


def test_a_bad_row_takes_no_other_with_it(tmp_path: Path) -> None:
    converted = outcome(tmp_path, {}, {"amount": "x"}, {})
    assert converted.events["event_id"].to_list() == ["1", "3"]
    assert converted.rejected.select("row", "event_id", "column", "value").rows() == [
        (1, "2", "amount", "x")
    ]


def test_rounding_half_even_is_for_those_who_ask_for_it(tmp_path: Path) -> None:
    ask = ("rules:", "money: {rounding: half_even}\nrules:")
    amounts = ["0.125", "0.135", "0.30000000000000004"]
    converted = outcome(tmp_path, *({"amount": one} for one in amounts), changes=(ask,))
    assert converted.events["amount"].to_list() == [12, 14, 30]


def test_amounts_may_be_minor_units_already(tmp_path: Path) -> None:
    ask = ("rules:", "money: {unit: minor}\nrules:")
    assert event(tmp_path, {"amount": "1230"}, ask)["amount"] == 1230
    assert faults(tmp_path, {"amount": "12.3"}, ask) == [
        ("amount", "12.3", "more digits than its currency has")
    ]


def test_a_decimal_comma_and_a_negative_sign_are_read_when_stated(tmp_path: Path) -> None:
    ask = ("rules:", 'input: {decimal_mark: ","}\nrules:')
    negate = ("amount: {column: amount}", "amount: {column: amount, negate: true}")
    assert event(tmp_path, {"amount": "-12,30"}, ask, negate)["amount"] == 1230
    assert faults(tmp_path, {"amount": "-1.230,00"}, ask, negate)[0][0] == "amount"


def test_an_unknown_moment_of_knowing_is_assumed_and_says_so(tmp_path: Path) -> None:
    delay = ("known_at: {column: known}", "known_at: {delay: 2h}")
    found = event(tmp_path, {"at": "2024-05-01T10:00:00Z"}, delay)
    assert found["known_at"] == datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
    assert found["known_at_assumed"]


def test_what_is_here_is_known_by_now_whatever_the_delay(tmp_path: Path) -> None:
    delay = ("known_at: {column: known}", "known_at: {delay: 2h}")
    assert event(tmp_path, {"at": "2024-05-31T23:00:00Z"}, delay)["known_at"] == NOW
    assert faults(tmp_path, {"at": "2024-06-01T00:00:01Z"}, delay)[0][0] == "occurred_at"


def test_a_clock_ahead_within_the_allowed_skew_is_set_back_and_kept(tmp_path: Path) -> None:
    skew = ("rules:", "times: {allowed_skew: 5s}\next: kind\nrules:")
    found = event(tmp_path, {"at": "2024-05-01T10:00:10Z"}, skew)
    assert found["occurred_at"] == found["known_at"] == datetime(2024, 5, 1, 10, 0, 5, tzinfo=UTC)
    kept = json.loads(found["ext"])
    assert kept["kind"] == "DEP"
    assert kept["occurred_at_stated"].startswith("2024-05-01T10:00:10")
    assert json.loads(event(tmp_path, {}, skew)["ext"]) == {"kind": "DEP"}
    ahead = faults(tmp_path, {"at": "2024-05-01T10:00:10.000001Z"}, skew)
    assert ahead == [("occurred_at", "2024-05-01T10:00:10.000001Z", "later than it became known")]


def test_a_local_time_that_did_not_exist_is_told_apart(tmp_path: Path) -> None:
    zone = ("rules:", "times: {timezone: Europe/Malta}\nrules:")
    reason = "a local time that did not exist: the clock was put forward"
    assert faults(tmp_path, {"at": "2024-03-31 02:30:00"}, zone) == [
        ("occurred_at", "2024-03-31 02:30:00", reason)
    ]


@pytest.mark.parametrize(("at", "minutes"), [("2024-01-05", 60), ("2024-05-05", 120)])
def test_the_players_clock_follows_daylight_saving(tmp_path: Path, at: str, minutes: int) -> None:
    zone = ("rules:", "times: {player_timezone: {constant: Europe/Stockholm}}\nrules:")
    row = {"at": f"{at}T10:00:00Z", "known": f"{at}T10:00:00Z"}
    assert event(tmp_path, row, zone)["utc_offset_minutes"] == minutes


def test_each_player_has_a_clock_of_their_own(tmp_path: Path) -> None:
    zone = ("rules:", "times: {player_timezone: {column: state}}\nrules:")
    status = ("{column: state, values: {OK: approved, NO: declined}}", "{constant: approved}")
    rows: list[Cells] = [{"state": "Asia/Kathmandu"}, {"state": ""}, {"state": "Mars"}]
    converted = outcome(tmp_path, *rows, {"state": "America/Los_Angeles"}, changes=(zone, status))
    assert converted.events["utc_offset_minutes"].to_list() == [345, None, -420]
    assert converted.rejected.select("field", "column", "value").rows() == [
        ("player_timezone", "state", "Mars")
    ]


cells = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["", "7", "x" * 200]),
        "player": st.sampled_from(["", "anna", "é" * 128, "x" * 129]),
        "at": st.sampled_from(
            ["2024-05-01T10:00:00Z", "2024-05-01T10:00:09Z", "2024-05-01 09:00:00.5", "9", ""]
        ),
        "known": st.sampled_from(["2024-05-01T10:00:05+00:00", "2025-01-01T00:00:00Z", "?"]),
        "currency": st.sampled_from(["EUR", "JPY", "KWD", "eur", "", None]),
        "rate": st.sampled_from(["", "0.0061", "1", "3.2e-5", "-1", "99999999999"]),
        "kind": st.sampled_from(["DEP", "PING", "BET"]),
        "state": st.sampled_from(["OK", "NO", "?", ""]),
        "amount": st.decimals("-1", "1000000", places=3).map(str)
        | st.sampled_from(["", "1e3", "9e15", "9007199254740993"]),
    },
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(cells, min_size=1, max_size=12))
def test_every_row_is_an_event_of_the_contract_or_told_why_not(
    tmp_path: Path, rows: list[Cells]
) -> None:
    """Live events are decoded by the contract's types, imported ones checked by expressions.

    Both derive from one definition, so whatever passes the expressions must decode, and each row
    must end in exactly one place.
    """
    skew = ("rules:", "times: {allowed_skew: 4s}\nrules:")
    converted = outcome(tmp_path, *rows, changes=(skew,))
    for row in converted.events.iter_rows(named=True):
        fields = {
            name: value
            for name, value in row.items()
            if (value is not None and not name.endswith(BASE_SUFFIX)) or name == "fx_to_base"
        }
        if "ext" in fields:
            fields["ext"] = json.loads(fields["ext"])
        decoded = msgspec.convert(fields, AnyEvent)
        assert decoded.occurred_at <= decoded.known_at <= decoded.ingested_at
        assert (row["amount"] is None) == (row["amount_base"] is None)
    rejected = converted.rejected["row"].n_unique()
    assert converted.events.height + rejected + converted.ignored == len(rows)
