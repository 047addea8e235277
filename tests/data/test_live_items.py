import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data.ingest import ingest
from data.instants import instant_of
from data.live_log_writer import LiveLogWriter
from data.live_mapped import read_mapped_items
from data.live_row import Refused, Row
from data.live_table import as_table
from data.mapping import Mapping
from data.mapping_file import read_mapping
from data.tables import event_schema
from tests.data.imports import changed, events, mapping_of
from tests.data.live import NOW_US
from tests.data.test_mappings import EVENT, GENERIC

GENERIC_FILE = Path(__file__).parents[2] / "data/mappings/generic.yaml"

BOTH = """
  - when: {kind: DEP}
    event_type: wallet.load
    id_suffix: load
    fields:
      status: {constant: approved}
      amount: {column: loaded}
  - when: {kind: PING}"""

ITEM = {
    "id": "1", "player": "anna", "at": "2024-05-01T10:00:00Z", "known": "2024-05-01T10:00:05Z",
    "currency": "SEK", "rate": 0.0880, "kind": "DEP", "state": "OK", "amount": "12.30",
    "loaded": 7,
}  # fmt: skip

FILLED = {
    "user": {"id": "7", "tz": "Europe/Stockholm", "person": "p"}, "session": "s", "device": "IOS",
}  # fmt: skip


@pytest.fixture
def mapping(tmp_path: Path) -> Mapping:
    """Gives two events for a deposit."""
    return mapping_of(tmp_path, changed(("\n  - when: {kind: PING}", BOTH)))


def sent(*changes: dict[str, Any]) -> list[bytes]:
    return [json.dumps(ITEM | change).encode() for change in changes]


def told(found: Row | Refused) -> tuple[str | None, ...]:
    """A row's type and amounts, or a fault's field and value."""
    if isinstance(found, Refused):
        return found.field, found.value
    return found["event_type"], found["amount"], found["amount_base"]


def test_an_item_gives_its_events_or_none_or_keeps_the_sound_ones(mapping: Mapping) -> None:
    texts = sent({}, {"kind": "PING"}, {"id": "3", "amount": "x"}, {"kind": "NEW"}, {"id": "5"})
    texts[4:4] = [b"{broken", b"[]", b"{}", b"\xff", b'{"a":' * 500 + b"1" + b"}" * 500]
    found = read_mapped_items(texts, mapping, NOW_US)
    both = [("deposit", 1230, 108), ("wallet.load", 700, 62)]
    assert [[told(item.read) for item in items] for items in found] == [
        both, [], [("wallet.load", 700, 62), ("amount", "x")], [("kind", "kind=NEW")],
        *[[("", None)]] * 5, both,
    ]  # fmt: skip
    for text, items in zip(texts, found, strict=True):
        assert all(item.sent == text for item in items)
        refused = [item.read for item in items if isinstance(item.read, Refused)]
        assert all(one.reason and one.remedy for one in refused)


def test_a_mapped_item_is_taken_once(mapping: Mapping, tmp_path: Path) -> None:
    log = LiveLogWriter(tmp_path / "live.sqlite")
    items = [one for item in read_mapped_items(sent({}), mapping, NOW_US) for one in item]
    for status in ("accepted", "duplicate"):
        assert [one.status for one in log.append(items, NOW_US).outcomes] == [status] * 2
    log.close()


def test_whom_an_item_may_protect_that_a_mapping_cant_read_is_held_until_a_sound_one_comes(
    log: LiveLogWriter,
) -> None:
    fast_track = read_mapping(GENERIC_FILE.with_name("fast_track.yaml"))

    def placed(kind: str, **fields: Any) -> list[str]:
        payload = {"user_id": "7", "timestamp": "2024-05-01T10:00:00Z", "origin": "mt.example.com"}
        text = json.dumps({"type": kind, "payload": payload | fields}).encode()
        items = [one for item in read_mapped_items([text], fast_track, NOW_US) for one in item]
        return [one.status for one in log.append(items, NOW_US).outcomes]

    assert placed("PAYMENT", status="Rollback") == placed("CUSTOM") == ["quarantined"]
    assert log.unread.named == frozenset()
    assert placed("USER_BLOCK_V2") == ["quarantined"]
    assert placed("USER_CONSENTS_V2", consents=[{"type": "fax"}]) == ["quarantined"]
    assert log.unread.named == {("7", "exclusion"), ("7", "consent")}
    blocks = [{"type": "Excluded", "active": True}]
    assert placed("USER_BLOCK_V2", blocks=blocks, origin="unknown") == ["quarantined"]
    assert placed("USER_BLOCK_V2", blocks=blocks) == ["accepted"]
    assert log.unread.named == {("7", "consent")}


def test_an_id_with_a_control_character_is_told(mapping: Mapping) -> None:
    (found,) = read_mapped_items(sent({"player": "an\0na"}), mapping, NOW_US)
    assert [told(item.read) for item in found] == [("player_id", "an\0na")] * 2


def test_a_moment_that_was_set_back_is_read_again_as_the_same_event(tmp_path: Path) -> None:
    skewed = ("timezone: Europe/Malta", "timezone: Europe/Malta\ntimes: {allowed_skew: 2m}")
    mapping = mapping_of(tmp_path, changed(skewed))
    early = sent({"at": "2024-05-01T10:01:00Z"}, {"id": "2", "known": "2024-06-01T00:00:01Z"})
    log = LiveLogWriter(tmp_path / "live.sqlite")
    for later_us, status in ((0, "accepted"), (0, "duplicate"), (60_000_000, "duplicate")):
        read = read_mapped_items(early, mapping, NOW_US + later_us)
        items = [one for item in read for one in item]
        assert [one.status for one in log.append(items, NOW_US).outcomes] == [status] * 2
    moved = read_mapped_items(sent({"at": "2024-05-01T10:01:01Z"}), mapping, NOW_US)
    assert [one.status for one in log.append(moved[0], NOW_US).outcomes] == ["quarantined"]
    log.close()


def test_rows_are_those_that_an_import_of_the_same_lines_writes(tmp_path: Path) -> None:
    items = [
        EVENT | FILLED | {"id": f"e{number}", "trace": f"\x7f{number}"} | fields
        for number, (_, fields) in enumerate(GENERIC)
    ]
    lines = [json.dumps(item).encode() for item in items]
    (tmp_path / "items.jsonl").write_bytes(b"\n".join(lines))
    report = ingest(GENERIC_FILE, tmp_path / "items.jsonl", tmp_path / "operator")
    assert report.events_new == len(GENERIC)
    found = read_mapped_items(lines, read_mapping(GENERIC_FILE), NOW_US + 10**12)
    rows = [item.read for (item,) in found if isinstance(item.read, dict)]
    live = pl.from_arrow(as_table(rows, event_schema()))
    assert isinstance(live, pl.DataFrame)
    assert live["ingested_at"].unique().to_list() == [instant_of(NOW_US + 10**12)]
    imported = events(tmp_path / "operator")
    left, right = (one.drop("ingested_at").sort("event_id").to_dicts() for one in (live, imported))
    assert left == right
