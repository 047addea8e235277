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
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.convert import NO_RULE, Converted, convert
from data.events import AnyEvent
from data.tables import BASE_SUFFIX, event_schema
from tests.data.imports import Cells, changed, mapping_of, raw_rows

Fault = tuple[str, str | None, str]
NOW = datetime(2024, 6, 1, tzinfo=UTC)


def outcome(folder: Path, *rows: Cells, changes: tuple[tuple[str, str], ...] = ()) -> Converted:
    return convert(raw_rows(*rows), mapping_of(folder, changed(*changes)), NOW)


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
    assert fault in found
    assert {field for field, _, _ in found} == {fault[0]}


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


KEY = ("event_id: {column: id}", "event_id: {key: [player, at, amount]}")


def test_a_key_gives_equal_rows_one_id_and_others_another(tmp_path: Path) -> None:
    rows: list[Cells] = [{}, {"state": "NO"}, {"amount": "12.31"}]
    ids = outcome(tmp_path, *rows, changes=(KEY,)).events["event_id"].to_list()
    assert ids[0] == ids[1] != ids[2]
    assert all(len(one) == 32 for one in ids)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), min_size=2, max_size=8))
def test_no_two_keys_look_alike(tmp_path_factory: pytest.TempPathFactory, keys: Any) -> None:
    mapping = mapping_of(
        tmp_path_factory.mktemp("keys"),
        changed(("event_id: {column: id}", "event_id: {key: [rate, kind]}"), ("{kind: DEP}", "{}"),
                ("  - when: {kind: PING}\n    ignore: true\n", ""),
                ("  fx_to_base: {column: rate}\n", "")),
    )  # fmt: skip
    rows = raw_rows(*({"rate": one, "kind": other} for one, other in keys))
    events = convert(rows, mapping, NOW).events
    assert events["event_id"].n_unique() == len(set(keys))


def test_rows_that_no_rule_matches_are_told_with_what_they_hold(tmp_path: Path) -> None:
    converted = outcome(tmp_path, {"kind": "BET"}, {"kind": ""}, {"kind": "PING"}, {})
    assert converted.ignored == 1
    assert converted.events["event_id"].to_list() == ["4"]
    told = converted.rejected.select("row", "event_id", "column", "value", "reason").rows()
    assert told == [
        (0, "1", "kind", "kind=BET", NO_RULE),
        (1, "2", "kind", "kind=", NO_RULE),
    ]


def test_a_rule_may_have_an_id_of_its_own(tmp_path: Path) -> None:
    own = ("    fields:\n", "    fields:\n      event_id: {column: id}\n")
    none = ("\n  event_id: {column: id}", "")
    converted = outcome(tmp_path, {}, {"kind": "BET"}, changes=(none, own))
    assert converted.events["event_id"].to_list() == ["1"]
    assert converted.rejected["event_id"].to_list() == [None]


def test_rules_are_tried_in_order_and_an_ignore_rule_takes_what_is_left(tmp_path: Path) -> None:
    last = ("  - when: {kind: PING}\n    ignore: true\n", "  - ignore: true\n")
    converted = outcome(tmp_path, {}, {"kind": "BET"}, {"kind": "PING"}, changes=(last,))
    assert (converted.events.height, converted.ignored) == (1, 2)
    first = ("rules:\n", "rules:\n  - when: {player: tester}\n    ignore: true\n")
    converted = outcome(tmp_path, {}, {"player": "tester"}, changes=(first,))
    assert (converted.events.height, converted.ignored) == (1, 1)


@pytest.mark.parametrize(
    ("condition", "taken"),
    [
        ("[A, B]", [True, True, False, False, False]),
        ("{not: [A, B]}", [False, False, True, True, True]),
        ('[A, ""]', [True, False, False, True, False]),
        ('{not: ""}', [True, True, True, False, True]),
        ("{above: 1.5}", [True, True, False, False, True]),
    ],
)
def test_a_filter_reads_texts_missing_cells_and_numbers(
    tmp_path: Path, condition: str, taken: list[bool]
) -> None:
    wanted = ("{kind: DEP}", f"{{kind: {condition}}}")
    rest = ("  - when: {kind: PING}\n", "  - when: {}\n")
    rows: list[Cells] = [{"kind": one} for one in ("A", "B", "1.5", "", "1.6")]
    converted = outcome(tmp_path, *rows, changes=(wanted, rest))
    ids = converted.events["event_id"].to_list()
    assert [str(number) in ids for number in range(1, 6)] == taken


def test_activity_is_the_stated_states_and_no_other(tmp_path: Path) -> None:
    rows: list[Cells] = [{"state": "OK"}, {"state": "NO"}]
    assert outcome(tmp_path, *rows).events["is_activity"].to_list() == [True, False]
    whole = ("activity: deposit:approved", "activity: deposit")
    assert outcome(tmp_path, *rows, changes=(whole,)).events["is_activity"].all()
    none = ("activity: deposit:approved", "activity: []")
    assert not outcome(tmp_path, *rows, changes=(none,)).events["is_activity"].any()


def test_a_column_that_is_not_there_counts_as_missing_cells(tmp_path: Path) -> None:
    rows = raw_rows({}).drop("amount", "rate")
    converted = convert(rows, mapping_of(tmp_path), NOW)
    assert converted.rejected.select("field", "value", "reason").rows() == [
        ("amount", None, "required but missing")
    ]


def test_the_same_rows_give_the_same_events_however_they_are_cut(tmp_path: Path) -> None:
    mapping = mapping_of(tmp_path, changed(KEY))
    rows = raw_rows(*({"amount": f"{number}.50"} for number in range(50)))
    whole = convert(rows, mapping, NOW).events
    cut = [convert(part, mapping, NOW).events for part in rows.iter_slices(7)]
    assert pl.concat(cut).equals(whole)


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


def test_events_come_in_the_order_of_their_rows(tmp_path: Path) -> None:
    second = "rules:\n  - when: {kind: IN}\n    event_type: session.started\n"
    rows: list[Cells] = [{}, {"kind": "IN"}, {}, {"kind": "IN"}]
    converted = outcome(tmp_path, *rows, changes=(("rules:\n", second),))
    assert converted.events["event_id"].to_list() == ["1", "2", "3", "4"]
    sessions = converted.events.filter(pl.col("event_type") == "session.started")
    assert sessions["currency"].is_null().all()
