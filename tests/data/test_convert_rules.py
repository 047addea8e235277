"""Which event a row becomes: keys, rules, filters, activity."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.conversion.set_aside import NO_RULE
from data.convert import convert
from tests.data.imports import NOW, Cells, changed, mapping_of, outcome, raw_rows

KEY = ("event_id: {column: id}", "event_id: {key: [player, at, amount]}")


def test_a_key_gives_equal_rows_one_id_and_others_another(tmp_path: Path) -> None:
    rows: list[Cells] = [{}, {"state": "NO"}, {"amount": "12.31"}]
    ids = outcome(tmp_path, *rows, changes=(KEY,)).events["event_id"].to_list()
    assert ids[0] == ids[1] != ids[2]
    assert all(len(one) == 32 for one in ids)


# Python strips separators of records as white space, polars doesn't.
_texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=3)


@settings(max_examples=40)
@given(st.lists(st.tuples(_texts, _texts), min_size=2, max_size=8))
def test_no_two_keys_look_alike(tmp_path_factory: pytest.TempPathFactory, keys: Any) -> None:
    mapping = mapping_of(
        tmp_path_factory.mktemp("keys"),
        changed(("event_id: {column: id}", "event_id: {key: [rate, kind]}"), ("{kind: DEP}", "{}"),
                ("  - when: {kind: PING}\n    ignore: true\n", ""),
                ("  fx_to_base: {column: rate}\n", "")),
    )  # fmt: skip
    rows = raw_rows(*({"rate": one, "kind": other} for one, other in keys))
    events = convert(rows, mapping, NOW).events
    assert events["event_id"].n_unique() == len({(a.strip(), b.strip()) for a, b in keys})


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
        ("{other_than: 1.50}", [True, True, False, False, True]),
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


def test_of_several_filters_one_has_to_fit(tmp_path: Path) -> None:
    ways = ("{kind: DEP}", "[{kind: DEP, state: OK}, {player: ben}]")
    rows: list[Cells] = [{}, {"state": "NO"}, {"state": "NO", "player": "ben"}]
    converted = outcome(tmp_path, *rows, changes=(ways,))
    assert converted.events["event_id"].to_list() == ["1", "3"]
    assert converted.rows.to_list() == [0, 2]


def test_white_space_around_a_cell_means_nothing(tmp_path: Path) -> None:
    padded = {
        name: f" {value}\t" if value else value
        for name, value in raw_rows({}).row(0, named=True).items()
    }
    found, plain = outcome(tmp_path, padded).events, outcome(tmp_path, {}).events
    assert found.equals(plain)


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


def test_events_come_in_the_order_of_their_rows(tmp_path: Path) -> None:
    second = "rules:\n  - when: {kind: IN}\n    event_type: session.started\n"
    rows: list[Cells] = [{}, {"kind": "IN"}, {}, {"kind": "IN"}]
    converted = outcome(tmp_path, *rows, changes=(("rules:\n", second),))
    assert converted.events["event_id"].to_list() == ["1", "2", "3", "4"]
    sessions = converted.events.filter(pl.col("event_type") == "session.started")
    assert sessions["currency"].is_null().all()
