import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.mapping_cells import Input
from data.readers import columns_of, read_batches
from data.reading.batch import Batch
from data.reading.json_rows import frame_of
from data.reading.parts import InputError, find_parts
from tests.data.files import CSV, written, zipped

ROWS = [("1", "x"), ("2", "")]


def batches(path: Path, size: int = 1000, **reading: str) -> list[Batch]:
    settings = Input.model_validate(reading)
    return [batch for part in find_parts(path) for batch in read_batches(part, settings, size)]


def rows(path: Path, size: int = 1000, **reading: str) -> list[tuple[str | None, ...]]:
    return [row for batch in batches(path, size, **reading) for row in batch.rows.iter_rows()]


def test_csv_is_read_as_texts_plain_gzipped_and_in_a_zip(tmp_path: Path) -> None:
    plain = written(tmp_path, "rows.csv", CSV.encode())
    packed = written(tmp_path, "rows.csv.gz", gzip.compress(CSV.encode()))
    archive = zipped(tmp_path / "rows.zip", {"__MACOSX/._rows.csv": "junk", "in/rows.csv": CSV})
    for path in (plain, packed, archive):
        assert rows(path) == ROWS
    assert [part.name for part in find_parts(archive)] == ["rows.zip!/in/rows.csv"]


def test_quotation_marks_line_breaks_and_a_byte_order_mark_are_understood(tmp_path: Path) -> None:
    text = '\ufeffa;b\n"1;5";"two\nlines"\n\n2;"say ""so"""\n'
    path = written(tmp_path, "rows.csv", text.encode())
    assert rows(path, delimiter=";") == [("1;5", "two\nlines"), ("2", 'say "so"')]
    assert columns_of(find_parts(path)[0], Input(delimiter=";")) == ("a", "b")


def test_another_encoding_is_read_when_stated_and_refused_when_not(tmp_path: Path) -> None:
    path = written(tmp_path, "rows.csv", "a,b\né,x\n".encode("latin1"))
    assert rows(path, encoding="latin1") == [("é", "x")]
    with pytest.raises(InputError, match=r"rows\.csv can't be read.*input\.encoding"):
        rows(path)


def test_a_row_with_too_many_or_few_cells_is_set_aside_by_its_number(tmp_path: Path) -> None:
    path = written(tmp_path, "rows.csv", b"a,b\n1,x\n2\n3,z\n4,y,y\n5,w\n6\n")
    (batch,) = batches(path)
    assert batch.rows["a"].to_list() == ["1", "3", "5"]
    assert batch.numbers.to_list() == [1, 3, 5]
    assert batch.broken.rows() == [
        (2, "2", "1 cells under 2 headings"),
        (4, "4,y,y", "3 cells under 2 headings"),
        (6, "6", "1 cells under 2 headings"),
    ]


def test_a_row_of_muddled_quotation_marks_is_set_aside(tmp_path: Path) -> None:
    path = written(tmp_path, "rows.csv", b'a,b\n"1"x,y\n2,z\n')
    (batch,) = batches(path)
    assert (batch.numbers.to_list(), batch.broken["number"].to_list()) == ([2], [1])
    assert batch.broken["reason"][0].startswith("quotation marks: ")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.booleans(), max_size=40), st.integers(1, 7))
def test_numbers_are_those_of_the_file_whatever_the_batch(
    tmp_path: Path, sound: list[bool], size: int
) -> None:
    lines = [f"{number},x" if ok else str(number) for number, ok in enumerate(sound, 1)]
    path = written(tmp_path, "rows.csv", "\n".join(["a,b", *lines, ""]).encode())
    found = batches(path, size)
    assert all(batch.rows.height <= size for batch in found)
    numbers = [number for batch in found for number in batch.numbers]
    cells = [int(a) for batch in found for a, _ in batch.rows.iter_rows()]
    assert numbers == cells == [number for number, ok in enumerate(sound, 1) if ok]
    broken = [number for batch in found for number in batch.broken["number"]]
    assert broken == [number for number, ok in enumerate(sound, 1) if not ok]


def test_parquet_is_written_out_as_the_texts_a_mapping_reads(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "amount": [Decimal("12.30")],
            "real": [12.1],
            "tiny": [1e-7],
            "at": [datetime(2024, 5, 1, 10, 0, 0, 5, tzinfo=UTC)],
            "local": [datetime(2024, 5, 1, 10, 0)],
            "day": [date(2024, 5, 1)],
            "yes": [True],
            "user": [{"id": 7, "tz": "UTC"}],
            "legs": [[1, 2]],
            "none": pl.Series([None], dtype=pl.Int64),
        }
    )
    frame.write_parquet(tmp_path / "rows.parquet")
    (batch,) = batches(tmp_path / "rows.parquet")
    assert set(batch.rows.dtypes) == {pl.String}
    assert batch.rows.row(0, named=True) == {
        "amount": "12.30",
        "real": "12.1",
        "tiny": "1e-7",
        "at": "2024-05-01 10:00:00.000005Z",
        "local": "2024-05-01 10:00:00.000000",
        "day": "2024-05-01",
        "yes": "true",
        "user.id": "7",
        "user.tz": "UTC",
        "legs": "[1,2]",
        "none": None,
    }
    part = find_parts(tmp_path / "rows.parquet")[0]
    assert columns_of(part, Input()) == tuple(batch.rows.columns)


def test_json_lines_flatten_nested_objects_and_set_aside_what_is_none(tmp_path: Path) -> None:
    text = '{"a": 1, "user": {"id": "x"}}\n\nnonsense\n[1]\n{"b": [1, {"c": 2}], "ok": true}\n'
    lines = text.replace("[1]\n", "")
    (batch,) = batches(written(tmp_path, "rows.jsonl", lines.encode()))
    assert batch.rows.to_dicts() == [
        {"a": "1", "user.id": "x", "b": None, "ok": None},
        {"a": None, "user.id": None, "b": '[1,{"c":2}]', "ok": "true"},
    ]
    assert batch.numbers.to_list() == [1, 3]
    assert batch.broken.rows() == [(2, "nonsense", "not a JSON object")]


def test_a_line_nested_without_end_takes_no_other_with_it(tmp_path: Path) -> None:
    deep = b'{"a":' + b"[" * 3000 + b"]" * 3000 + b"}\n"
    outer = b'{"a":' * 990 + b"1" + b"}" * 990 + b"\n"
    lines = b'{"a": 1}\n' + deep + outer + b'{"a": 2}\n'
    (batch,) = batches(written(tmp_path, "rows.jsonl", lines))
    assert {1, 4} <= set(batch.numbers) <= {1, 3, 4}
    assert 2 in batch.broken["number"]


def test_decoded_objects_of_a_live_request_are_rows_as_those_of_a_file() -> None:
    objects: list[dict[str, object]] = [{"a": 12.10, "n": {"m": None}}, {"a": "12.10"}]
    assert frame_of(objects).rows() == [("12.1", None), ("12.10", None)]
    assert frame_of([]).is_empty()


def read_all(path: Path) -> None:
    for part in find_parts(path):
        columns_of(part, Input())
        list(read_batches(part, Input()))


def _unzippable(folder: Path) -> Path:
    return written(folder, "rows.zip", b"PK but no zip")


def _without_rows(folder: Path) -> Path:
    return zipped(folder / "rows.zip", {"readme.txt": "hello"})


def _cut_off(folder: Path) -> Path:
    whole = gzip.compress((CSV + "3,y\n" * 5000).encode())
    return written(folder, "rows.csv.gz", whole[: len(whole) // 2])


def _flipped(folder: Path) -> Path:
    path = zipped(folder / "rows.zip", {"rows.csv": CSV})
    content = bytearray(path.read_bytes())
    content[content.index(b"1,x")] ^= 1
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda folder: folder / "nowhere.csv", "does not exist: check --input"),
        (lambda folder: written(folder, "rows.xlsx", b"x"), "of no kind that can be read: CSV"),
        (lambda folder: folder, "holds no file that can be read"),
        (lambda folder: written(folder, "rows.csv", b""), "is empty: export it again"),
        (lambda folder: written(folder, "rows.jsonl", b""), "is empty: export it again"),
        (lambda folder: written(folder, "rows.csv", b"a,a\n1,2\n"), "several columns named a"),
        (lambda folder: written(folder, "rows.jsonl", b'[{"a": 1}]'), "one object a line"),
        (lambda folder: written(folder, "rows.parquet", b"PAR0"), "not a whole Parquet file"),
        (
            lambda folder: written(folder, "rows.csv", b'a,b\n1,x\n"2,y\n3,z\n'),
            "row of line 3 never",
        ),
        (
            lambda folder: written(folder, "rows.csv", b'a,b\n1,x\n2,"y\n3,z\n'),
            "row of line 3 never",
        ),
        (_unzippable, "is not a zip"),
        (_without_rows, "holds no CSV and no JSON lines; it holds"),
        (_cut_off, "is damaged"),
        (_flipped, "is damaged"),
    ],
)
def test_what_can_not_be_read_is_named_with_the_remedy(
    tmp_path: Path, make: Callable[[Path], Path], fault: str
) -> None:
    path = make(tmp_path)
    with pytest.raises(InputError, match=fault):
        read_all(path)


def test_blank_lines_before_the_heading_and_a_byte_order_mark_mean_nothing(tmp_path: Path) -> None:
    assert rows(written(tmp_path, "rows.csv", b"\n\na,b\n\n1,x\n2,\n")) == ROWS
    lines = b'\xef\xbb\xbf{"a": "1", "b": "x"}\n{"a": "2", "b": ""}\n[1]\n'
    assert rows(written(tmp_path, "rows.jsonl", lines)) == ROWS


def test_missing_numbers_of_parquet_are_missing_and_whole_ones_are_whole(tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": [1.0, None, float("nan"), 2.5]})
    frame.write_parquet(tmp_path / "rows.parquet")
    assert rows(tmp_path / "rows.parquet") == [("1",), (None,), (None,), ("2.5",)]
