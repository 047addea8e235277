"""What a notebook's reader sees when it can't be run; that it runs is part of the whole way."""

import subprocess
import sys
from pathlib import Path


def render(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "notebooks.render", "--place", str(place), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_empty_place_is_refused_with_the_remedy(tmp_path: Path) -> None:
    ended = render(tmp_path)
    assert ended.returncode == 1
    assert "run make demo first" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_cell_that_fails_is_shown_and_leaves_no_page(tmp_path: Path) -> None:
    (tmp_path / "feature_rows.parquet").touch()
    notebook = tmp_path / "broken.py"
    notebook.write_text("# %%\nstake = 0\n\n# %%\nprint(1 / stake)\n")
    ended = render(tmp_path, "--out", str(tmp_path / "pages"), str(notebook))
    assert ended.returncode == 1
    assert "broken.py: ZeroDivisionError: division by zero" in ended.stderr
    assert "print(1 / stake)" in ended.stderr
    assert not list(tmp_path.rglob("*.html"))
