"""The house's own rules: sizes, names, and that what is written about files is true."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("data", "features", "training", "serving", "campaigns", "benchmarks", "notebooks")
MOST_LINES = 300
SAYS_NOTHING = {"utils", "util", "helpers", "common", "misc", "core", "lib"}
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
MODULE = re.compile(rf"-m ((?:{'|'.join(PACKAGES)})\.[a-z_.]+)")


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows, or, in an unpacked archive without it, that lie there."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def modules() -> list[Path]:
    return [path for path in tracked("*.py") if path.relative_to(ROOT).parts[0] in PACKAGES]


def test_a_file_holds_one_idea() -> None:
    long = {path.name: len(path.read_text().splitlines()) for path in modules()}
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES} == {}


def test_names_say_what_is_inside() -> None:
    parts = {part for path in modules() for part in path.relative_to(ROOT).with_suffix("").parts}
    assert not parts & SAYS_NOTHING


def test_no_file_holds_a_path_of_somebodys_machine() -> None:
    home = re.compile(r"(?<![\w.}])/(?:home|Users|work|root)/\w")
    texts = tracked("*.py", "*.md", "*.yaml", "*.toml", "Makefile", ".ci/*", "*.json", "*.jsonl")
    assert [path.name for path in texts if home.search(path.read_text())] == []


@pytest.mark.parametrize("page", tracked("*.md"), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_commands_that_are_written_down_exist() -> None:
    texts = tracked("*.md", "*.yaml", "Makefile")
    named = {name.rstrip(".") for path in texts for name in MODULE.findall(path.read_text())}
    assert "training.cohort" in named
    missing = [name for name in named if not (ROOT / f"{name.replace('.', '/')}.py").is_file()]
    assert missing == []


def test_every_command_helps() -> None:
    commands = [
        path for path in modules() if re.search(r"^(app|cli) = typer", path.read_text(), re.M)
    ]
    assert len(commands) > 10
    with ThreadPoolExecutor(4) as pool:
        helps = dict(zip(commands, pool.map(_help, commands), strict=True))
    assert [path.name for path, text in helps.items() if "--help" not in text] == []


def _help(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return subprocess.run(
        [sys.executable, "-m", name, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
