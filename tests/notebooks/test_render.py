"""The notebook runs on a small operator, and its page is whole, quiet and closed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PERCENT_FILES = Path(__file__).parents[2] / "notebooks"

STEPS = (
    "data.simulator.run --players 200 --days 200 --seed 7 --out {place}/operator",
    "training.cohort --data {place}/operator --out {place}/entities.parquet",
    "features.build --data {place}/operator --entities {place}/entities.parquet"
    " --out {place}/feature_rows.parquet",
    "features.apply --place {place}",
)


def render(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "notebooks.render", "--place", str(place), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What make demo leaves for a notebook: a log, feature rows and the feature store."""
    place = tmp_path_factory.mktemp("place")
    for step in STEPS:
        command = [sys.executable, "-m", *step.format(place=place).split()]
        subprocess.run(command, check=True, capture_output=True)
    return place


@pytest.fixture(scope="module")
def page(place: Path) -> str:
    ended = render(place, "--out", str(place / "pages"))
    assert ended.returncode == 0, ended.stderr
    return (place / "pages" / "churn.html").read_text()


def test_the_page_holds_tables_and_figures(page: str) -> None:
    assert page.count('class="dataframe"') == 5
    assert page.count("<img ") == 4


def test_no_cell_says_anything_on_standard_error(page: str) -> None:
    assert 'data-mime-type="application/vnd.jupyter.stderr"' not in page
    assert "Traceback" not in page


def test_an_opened_page_fetches_nothing(page: str) -> None:
    assert "<script" not in page
    assert re.findall(r"""(?:src|href)=["'](?!data:|#)[^"']*""", page) == []
    assert "default-src 'none'" in page


def test_no_notebook_looks_at_the_test_period() -> None:
    texts = [path.read_text() for path in PERCENT_FILES.glob("*.py")]
    assert not re.search(r"periods\.(?:test|all)|import evaluat", "".join(texts))


def test_an_empty_place_is_refused_with_the_remedy(tmp_path: Path) -> None:
    ended = render(tmp_path)
    assert ended.returncode == 1
    assert "run make demo first" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("print(1 / stake)", "ZeroDivisionError: division by zero"),
        ("import os\nos._exit(3)", "its process ended"),
    ],
)
def test_a_cell_that_fails_is_named_and_leaves_no_page(
    source: str, fault: str, tmp_path: Path
) -> None:
    (tmp_path / "feature_rows.parquet").touch()
    notebook = tmp_path / "broken.py"
    notebook.write_text(f"# %%\nstake = 0\n\n# %% [markdown]\n# Now\n\n# %%\n{source}\n")
    ended = render(tmp_path, "--out", str(tmp_path / "pages"), str(notebook))
    assert ended.returncode == 1
    assert f"broken.py, cell 2: {fault}" in ended.stderr
    assert source in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list(tmp_path.rglob("*.html"))
