"""The command as an operator meets it: a report, and a quarantine."""

import gzip
import json
from pathlib import Path

import polars as pl
import pytest

from data.content import REASON
from data.errors import DataError
from data.event_log import EventLog
from data.ingest import app, ingest
from data.reading.parts import InputError
from tests.data.imports import Cells, changed, csv_file, events, held, mapping_file, quarantine, run

KEY = ("event_id: {column: id}", "event_id: {key: [player, at, amount, state]}")
MIXED: list[Cells] = [{}, {"amount": "x"}, {"kind": "BET"}, {"kind": "PING"}, {"state": "NO"}]


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_an_import_counts_every_row_and_tells_where_it_went(tmp_path: Path) -> None:
    root = tmp_path / "operator"
    report = ingest(mapping_file(tmp_path), csv_file(tmp_path / "rows.csv", *MIXED), root)
    assert (report.rows_read, report.events_converted, report.events_new) == (5, 2, 2)
    assert (report.rows_quarantined, report.rows_ignored, report.duplicates) == (2, 1, 0)
    assert report.unmatched == {"kind=BET": 1}
    assert report.faults == {
        "amount: not an amount within ±2^53 and 18 decimals": 1,
        "event_type: no rule matches": 1,
    }
    assert (report.first_day, report.last_day) == ("2024-05-01", "2024-05-01")
    assert report.known_at_assumed_share == 0
    assert sorted(events(root)["event_id"]) == ["1", "5"]
    (kept,) = (root / "imports").glob("*.json")
    assert json.loads(kept.read_text())["faults"] == report.faults


def test_the_quarantine_names_file_row_field_value_reason_and_remedy(tmp_path: Path) -> None:
    root = tmp_path / "operator"
    path = csv_file(tmp_path / "rows.csv", *MIXED)
    path.write_text(path.read_text() + "only,three,cells\n")
    ingest(mapping_file(tmp_path), path, root)
    told = quarantine(root)
    assert [(one["file"], one["row"], one["field"], one["value"]) for one in told] == [
        ("rows.csv", "2", "amount", "x"),
        ("rows.csv", "3", "event_type", "kind=BET"),
        ("rows.csv", "6", "row", "only,three,cells"),
    ]
    assert all(one["reason"] and one["remedy"] for one in told)


def test_the_same_import_again_adds_nothing_and_says_so(tmp_path: Path) -> None:
    root, path = tmp_path / "operator", csv_file(tmp_path / "rows.csv", *MIXED)
    arguments = ("--mapping", mapping_file(tmp_path), "--input", path, "--out", root)
    assert run(app, *arguments).code == 0
    before = snapshot(root)
    again = run(app, *arguments)
    assert again.code == 0
    assert "Nothing new" in again.output
    assert snapshot(root) == before


def test_duplicates_are_counted_once_whether_sound_or_not(tmp_path: Path) -> None:
    rows: list[Cells] = [{}, {}, {"amount": "x"}, {"amount": "x"}, {"amount": "x"}]
    path, root = csv_file(tmp_path / "rows.csv", *rows), tmp_path / "operator"
    report = ingest(mapping_file(tmp_path, changed(KEY)), path, root)
    assert (report.events_new, report.rows_quarantined, report.duplicates) == (1, 1, 3)
    assert [one["row"] for one in quarantine(root)] == ["3"]


def test_a_later_file_adds_only_what_is_new(tmp_path: Path) -> None:
    mapping, root = mapping_file(tmp_path), tmp_path / "operator"
    ingest(mapping, csv_file(tmp_path / "monday.csv", {}, {}), root)
    report = ingest(mapping, csv_file(tmp_path / "tuesday.csv", {}, {}, {}), root)
    assert (report.events_new, report.events_present) == (1, 2)
    assert len(EventLog(root).commits()) == 2


def test_another_content_under_a_known_id_is_set_aside_in_one_file_and_later(
    tmp_path: Path,
) -> None:
    mapping, root = mapping_file(tmp_path), tmp_path / "operator"
    same: list[Cells] = [{"id": "a"}, {"id": "a", "known": "2024-05-01T11:00:00Z"}]
    other: Cells = {"id": "a", "amount": "11", "state": "NO"}
    report = ingest(mapping, csv_file(tmp_path / "monday.csv", *same, other), root)
    assert (report.events_new, report.duplicates, report.rows_quarantined) == (1, 1, 1)
    (told,) = quarantine(root)
    assert (told["file"], told["row"], told["reason"]) == ("monday.csv", "3", REASON)
    assert told["value"] == "status approved → declined, amount 1230 → 1100"
    again = ingest(mapping, csv_file(tmp_path / "tuesday.csv", other, {"id": "b"}), root)
    assert (again.events_new, again.events_present, again.rows_quarantined) == (1, 0, 1)
    assert events(root).filter(pl.col("event_id") == "a")["amount"].to_list() == [1230]


def test_the_source_of_a_commit_tells_coverage_and_activity(tmp_path: Path) -> None:
    root = tmp_path / "operator"
    ingest(mapping_file(tmp_path), csv_file(tmp_path / "rows.csv", {}), root)
    source = EventLog(root).commits()[0].source
    assert (source.name, source.activity) == ("shop", "deposit:approved")
    assert "deposit:declined" in source.coverage


def test_every_kind_of_file_in_a_folder_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    csv_file(folder / "a.csv", {"id": "a"})
    pl.read_csv(folder / "a.csv", infer_schema=False).with_columns(id=pl.lit("b")).write_parquet(
        folder / "b.parquet"
    )
    frame = pl.read_csv(folder / "a.csv", infer_schema=False).with_columns(id=pl.lit("c"))
    frame.write_ndjson(folder / "c.jsonl")
    root = tmp_path / "operator"
    ingest(mapping_file(tmp_path), folder, root)
    assert sorted(events(root)["event_id"]) == ["a", "b", "c"]


def test_a_dry_run_shows_events_unmapped_columns_and_faults_and_writes_nothing(
    tmp_path: Path,
) -> None:
    path = csv_file(tmp_path / "rows.csv", *({"extra": "?", **one} for one in MIXED))
    before = snapshot(tmp_path) | {"mapping.yaml": mapping_file(tmp_path).read_bytes()}
    mapping, root = tmp_path / "mapping.yaml", tmp_path / "operator"
    shown = run(app, "--mapping", mapping, "--input", path, "--out", root, "--dry-run")
    assert shown.code == 0, shown.faults
    assert "Columns not mapped: extra" in shown.output
    assert "amount=1230" in shown.output
    told = " ".join(shown.output.split())
    assert "Rejected row 2: amount is 'x': not an amount" in told
    assert "Of the first 5 rows: 2 events, 0 duplicates, 1 rows ignored, 2 rejected." in told
    assert "Nothing was written" in shown.output
    assert snapshot(tmp_path) == before


def test_a_mapped_column_that_no_json_row_has_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    csv_file(tmp_path / "rows.csv", {})
    pl.read_csv(tmp_path / "rows.csv", infer_schema=False).write_ndjson(path)
    text = changed(
        ("amount: {column: amount}", "amount: {column: amount}\n      psp: {column: psp}")
    )
    report = ingest(mapping_file(tmp_path, text), path, tmp_path / "operator")
    assert report.columns_never_seen == ("psp",)


def test_a_column_that_every_filter_reads_must_stand_in_json_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id":"1","player":"a","at":"2024-01-01","known":"2024-01-01","sort":"PING"}')
    with pytest.raises(DataError, match="has no column 'kind'"):
        ingest(mapping_file(tmp_path), path, tmp_path / "operator")
    some = changed(("kind: PING", "sort: PING"))
    assert ingest(mapping_file(tmp_path, some), path, tmp_path / "operator").rows_ignored == 1


@pytest.mark.parametrize(
    ("mapping", "content", "fault"),
    [
        ((), "", "rows.csv is empty: export it again"),
        ((), None, "rows.csv does not exist: check --input"),
        ((), "id,player,at\n", "has no column 'kind'; it has id, player, at"),
        ((("{column: amount}", "{column: amont}"),), "sound", "did you mean 'amount'"),
        ((("EUR", "EURO"),), "sound", "'EURO' is not an ISO 4217 code"),
        ((("event_type: deposit", "event_type: bet"),), "sound", "'bet' is not in the contract"),
        ((), "header", "holds no rows: check the export"),
        ((), "id;player;at\n1;a;b\n", "input.delimiter: rows.csv has one column by ','"),
    ],
)
def test_a_users_fault_ends_with_one_message_and_leaves_no_log(
    tmp_path: Path, mapping: tuple[tuple[str, str], ...], content: str | None, fault: str
) -> None:
    path, root = tmp_path / "rows.csv", tmp_path / "operator"
    if content in ("sound", "header"):
        csv_file(path, {})
        if content == "header":
            path.write_text(path.read_text().splitlines()[0] + "\n")
    elif content is not None:
        path.write_text(content)
    chosen = mapping_file(tmp_path, changed(*mapping))
    ended = run(app, "--mapping", chosen, "--input", path, "--out", root)
    assert ended.code == 1
    assert fault in ended.faults
    assert "Traceback" not in ended.faults
    assert not (root / "log.json").exists()
    assert not list(root.rglob("*.parquet"))


def test_an_input_of_bad_rows_alone_fails_and_points_to_the_quarantine(tmp_path: Path) -> None:
    path, root = csv_file(tmp_path / "rows.csv", {"currency": "XBT"}), tmp_path / "operator"
    chosen = mapping_file(tmp_path)
    ended = run(app, "--mapping", chosen, "--input", path, "--out", root)
    assert ended.code == 1
    assert "became an event" in ended.faults
    assert quarantine(root)[0]["value"] == "XBT"


def test_a_log_of_another_currency_is_refused_before_reading(tmp_path: Path) -> None:
    root, path = tmp_path / "operator", csv_file(tmp_path / "rows.csv", {"rate": "1"})
    ingest(mapping_file(tmp_path), path, root)
    other = mapping_file(tmp_path, changed(("base_currency: EUR", "base_currency: USD")))
    ended = run(app, "--mapping", other, "--input", path, "--out", root)
    assert ended.code == 1
    assert "use another folder or the same settings" in ended.faults


def test_a_dry_run_refuses_what_the_import_would(tmp_path: Path) -> None:
    root, path = tmp_path / "operator", csv_file(tmp_path / "rows.csv", {"rate": "1"})
    ingest(mapping_file(tmp_path), path, root)
    other = mapping_file(tmp_path, changed(("base_currency: EUR", "base_currency: USD")))
    ended = run(app, "--mapping", other, "--input", path, "--out", root, "--dry-run")
    assert (ended.code, "created with base currency EUR" in ended.faults) == (1, True)
    ended = run(app, "--mapping", other, "--input", path, "--out", path, "--dry-run")
    assert (ended.code, "is a file: name a folder" in ended.faults) == (1, True)


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    path, chosen = csv_file(tmp_path / "rows.csv", {}), mapping_file(tmp_path)
    for out in (path, path / "below"):
        ended = run(app, "--mapping", chosen, "--input", path, "--out", out)
        assert ended.code == 1
        assert "name a folder" in ended.faults


def test_two_imports_at_once_are_refused(tmp_path: Path) -> None:
    root, path = tmp_path / "operator", csv_file(tmp_path / "rows.csv", {})
    root.mkdir()
    chosen = mapping_file(tmp_path)
    with held(root / "import.lock"):
        ended = run(app, "--mapping", chosen, "--input", path, "--out", root)
    assert ended.code == 1
    assert "another import is writing" in ended.faults


def test_a_file_damaged_at_its_end_appends_nothing(tmp_path: Path) -> None:
    plain = csv_file(tmp_path / "rows.csv", *[{} for _ in range(3000)]).read_bytes()
    packed = gzip.compress(plain)
    path = tmp_path / "rows.csv.gz"
    path.write_bytes(packed[:-200])
    with pytest.raises(InputError, match="damaged"):
        ingest(mapping_file(tmp_path), path, tmp_path / "operator")
    assert not (tmp_path / "operator" / "log.json").exists()
