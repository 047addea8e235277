from pathlib import Path

from data.reading.parts import digest_of, find_parts, passed_over
from tests.data.files import CSV, written, zipped


def test_a_folder_gives_its_files_in_order_and_passes_over_others(tmp_path: Path) -> None:
    for name in ("b.csv", "sub/a.csv", ".hidden.csv", "notes.txt"):
        written(tmp_path / Path(name).parent, Path(name).name, CSV.encode())
    assert [part.name for part in find_parts(tmp_path)] == ["b.csv", "sub/a.csv"]


def test_files_of_other_kinds_are_named(tmp_path: Path) -> None:
    written(tmp_path, "a.csv", CSV.encode())
    written(tmp_path, "b.tsv", CSV.encode())
    zipped(tmp_path / "c.zip", {"d.csv": CSV, "e.txt": "hello"})
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere")
    found = passed_over(tmp_path, find_parts(tmp_path))
    assert found == ["b.tsv", "gone.csv", "c.zip!/e.txt"]


def test_the_digest_is_that_of_names_and_contents(tmp_path: Path) -> None:
    path = written(tmp_path, "rows.csv", CSV.encode())
    first = digest_of(find_parts(path))
    assert first == digest_of(find_parts(path))
    written(tmp_path, "rows.csv", CSV.replace("x", "y").encode())
    assert digest_of(find_parts(path)) != first
