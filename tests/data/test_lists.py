"""Lists of objects in a cell, opened into rows; and rules that set rows aside."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data.conversion.lists import opened
from data.convert import Converted, convert
from data.ingest import ingest
from data.live_mapped import read_mapped_items
from data.mapping_file import MappingError
from data.reading.json_rows import frame_of
from tests.data.imports import MAPPING, NOW, changed, events, mapping_file, mapping_of, outcome
from tests.data.live import NOW_US

LISTS = changed(
    ("activity: deposit:approved", "activity: deposit:approved\ninput: {lists: [acts, notes]}"),
    ("event_id: {column: id}", "event_id: {key: [id, acts.channel]}"),
    ("  - when: {kind: PING}\n    ignore: true\n", """
  - when: {kind: ACT, acts.off: "true"}
    event_type: consent
    fields:
      channel: {column: acts.channel}
      granted: {constant: false}
  - when: {kind: ACT, acts.off: "false"}
    ignore: true
  - when: {kind: ACT, acts.off: ""}
    quarantine: no acts in it
"""),
)  # fmt: skip

ITEM: dict[str, Any] = {"id": "1", "player": "anna", "at": "2024-05-01T10:00:00Z", "kind": "ACT"}
ITEM |= {"known": "2024-05-01T10:00:05Z", "currency": "EUR", "rate": "", "state": "", "amount": ""}


def acts(*found: object) -> dict[str, Any]:
    return ITEM | {"acts": list(found)}


def act(channel: str, off: bool = True) -> dict[str, Any]:
    return {"channel": channel, "off": off}


def converted(folder: Path, *rows: dict[str, Any]) -> Converted:
    return convert(frame_of(rows), mapping_of(folder, LISTS), NOW)


def test_a_row_becomes_one_for_each_object_of_its_lists() -> None:
    rows = frame_of([
        {"id": 1, "acts": [{"a": 1, "b": {"c": "x"}}, {"a": 2}], "notes": [{"a": "n"}]},
        {"id": 2}, {"id": 3, "acts": []}, {"id": 4, "acts": [1]}, {"id": 5, "acts": {"a": 7}},
    ])  # fmt: skip
    found, places = opened(rows, ["acts", "notes", "absent"])
    assert places.to_list() == [0, 0, 0, 1, 2, 3, 4]
    assert found["id"].to_list() == ["1", "1", "1", "2", "3", "4", "5"]
    assert found["acts.a"].to_list() == ["1", "2", None, None, None, None, "7"]
    assert found["acts.b.c"].to_list() == ["x"] + [None] * 6
    assert found["notes.a"].to_list() == [None, None, "n"] + [None] * 4


def test_rows_without_lists_stay_as_they_are() -> None:
    rows = pl.DataFrame({"id": ["1", "2"]})
    found, places = opened(rows, ())
    assert found is rows
    assert places.to_list() == [0, 1]


def test_each_object_becomes_an_event_or_is_told_by_its_row(tmp_path: Path) -> None:
    found = converted(
        tmp_path, ITEM | {"kind": "NEW"}, acts(act("email"), act("fax"), act("sms", False)), acts()
    )
    assert found.events["channel"].to_list() == ["email"]
    assert (found.rows.to_list(), found.ignored) == ([1], 1)
    assert found.rejected.select("row", "value", "reason").rows() == [
        (0, "acts.off=, kind=NEW", "no rule matches"),
        (1, "fax", "not a value of the contract"),
        (2, "acts.off=, kind=ACT", "no acts in it"),
    ]


def test_an_id_that_all_objects_of_a_row_would_share_is_refused(tmp_path: Path) -> None:
    shared = ("{key: [id, acts.channel]}", "{column: id}")
    with pytest.raises(MappingError, match="the objects of a row's acts would share one"):
        mapping_of(tmp_path, changed(shared, text=LISTS))


def test_lists_are_opened_alike_in_files_and_live(tmp_path: Path) -> None:
    lines = [json.dumps(item).encode() for item in (acts(act("email"), act("push")), acts())]
    (tmp_path / "acts.jsonl").write_bytes(b"\n".join(lines))
    report = ingest(mapping_file(tmp_path, LISTS), tmp_path / "acts.jsonl", tmp_path / "operator")
    assert (report.events_new, report.rows_read, report.rows_quarantined) == (2, 2, 1)
    assert report.columns_never_seen == ("notes",)
    live = read_mapped_items(lines, mapping_of(tmp_path, LISTS), NOW_US)
    told = [item.read["event_id"] for item in live[0] if isinstance(item.read, dict)]
    assert set(told) == set(events(tmp_path / "operator")["event_id"])


def test_a_row_that_is_set_aside_keeps_what_it_gave_and_is_seen_by_no_later_rule(
    tmp_path: Path,
) -> None:
    aside = "  - when: {player: bob}\n    quarantine: not bob's\n  - when: {kind: PING}"
    split = ("  - when: {kind: PING}", aside)
    found = outcome(tmp_path, {}, {"player": "bob"}, {"player": "bob", "kind": "PING"},
                    changes=(split,))  # fmt: skip
    assert found.events["player_id"].to_list() == ["anna", "bob"]
    assert found.ignored == 0
    told = found.rejected.select("row", "event_id", "field", "column", "value", "reason").rows()
    assert told == [
        (1, "2", "event_type", "player", "player=bob", "not bob's"),
        (2, "3", "event_type", "player", "player=bob", "not bob's"),
    ]


@pytest.mark.parametrize("more", ["ignore: true", "event_type: deposit", "id_suffix: x"])
def test_a_rule_that_sets_aside_does_nothing_else(tmp_path: Path, more: str) -> None:
    rule = f"  - when: {{kind: BET}}\n    quarantine: no bets\n    {more}\n"
    with pytest.raises(MappingError, match="has nothing else but when"):
        mapping_of(tmp_path, MAPPING + rule)


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("quarantine: no bets\n    protects: deposit", "'deposit' is none of affordability.check"),
        ("ignore: true\n    protects: exclusion", "protects belongs to quarantine"),
    ],
)
def test_a_rule_that_sets_aside_may_tell_a_protection(
    tmp_path: Path, rule: str, fault: str
) -> None:
    with pytest.raises(MappingError, match=fault):
        mapping_of(tmp_path, f"{MAPPING}  - when: {{kind: BET}}\n    {rule}\n")
