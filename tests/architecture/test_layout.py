"""The house's own rules: sizes, names, and that what is written about files is true."""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PACKAGES = ("data", "features", "training", "serving", "campaigns", "benchmarks", "notebooks")
MOST_LINES = 250
SAYS_NOTHING = {"utils", "util", "helpers", "common", "misc", "core", "lib"}
COMMAND = re.compile(r"^(?:app|cli) = typer|^ +typer\.run\(", re.MULTILINE)
OPTION = re.compile(r"--[a-z][a-z-]+")
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
WRITTEN_FILE = re.compile(
    rf"(?<![\w./$-])(?:{'|'.join(PACKAGES)}|docs|tests)/[\w./-]+\.(?:py|md|ya?ml|jsonl?|svg|csv)\b"
)
MODULE = re.compile(rf"-m ((?:{'|'.join(PACKAGES)})\.[a-z_.]+)")
CALL = re.compile(rf"{MODULE.pattern}((?:\\\n|[^`\n|#;&])*)")


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows or would take up."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def modules() -> list[Path]:
    return [path for path in tracked("*.py") if path.relative_to(ROOT).parts[0] in PACKAGES]


def test_a_file_holds_one_idea() -> None:
    long = {path.name: len(path.read_text().splitlines()) for path in tracked("*.py")}
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES} == {}


def test_names_say_what_is_inside() -> None:
    parts = {
        part for path in tracked("*.py") for part in path.relative_to(ROOT).with_suffix("").parts
    }
    assert not parts & SAYS_NOTHING


def test_no_file_holds_a_path_of_somebodys_machine() -> None:
    home = re.compile(rb"(?<![\w.}])/(?:home|Users|work|root)/\w")
    assert [path.name for path in tracked() if home.search(path.read_bytes())] == []


@pytest.mark.parametrize("page", tracked("*.md"), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_files_that_are_written_down_exist() -> None:
    texts = tracked("*.md", "*.yaml", "Makefile", ".ci/*")
    named = {name for path in texts for name in WRITTEN_FILE.findall(path.read_text())}
    assert "features/manifest.py" in named
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_stages_depend_on_what_is_there_or_is_made() -> None:
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"].values()
    needed = {name for stage in stages for name in stage["deps"]}
    sources = {name for name in needed if not name.startswith(".demo/")}
    assert "features" in sources
    assert sorted(name for name in sources if not (ROOT / name).exists()) == []


def test_commands_that_are_written_down_exist() -> None:
    texts = tracked("*.md", "*.yaml", "Makefile")
    named = {name.rstrip(".") for path in texts for name in MODULE.findall(path.read_text())}
    assert "training.cohort" in named
    missing = [name for name in named if not (ROOT / f"{name.replace('.', '/')}.py").is_file()]
    assert missing == []


def test_options_that_are_written_down_exist() -> None:
    calls = [call for path in tracked("*.md") for call in CALL.findall(path.read_text())]
    written = {(command, option) for command, rest in calls for option in OPTION.findall(rest)}
    assert ("training.promote", "--place") in written
    told = {(command, option) for command, all_ in options_of_commands().items() for option in all_}
    assert sorted(written - told) == []


def test_every_command_helps() -> None:
    options = options_of_commands()
    assert len(options) > 10
    assert [command for command, told in options.items() if not told > {"--help"}] == []


@cache
def options_of_commands() -> dict[str, set[str]]:
    """Command → the options that it tells of; none if asking for help doesn't end well."""
    paths = [path.relative_to(ROOT) for path in modules() if COMMAND.search(path.read_text())]
    commands = [".".join(path.with_suffix("").parts) for path in paths]
    asked = [sys.executable, str(Path(__file__).with_name("ask_for_help.py")), *commands]
    ended = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    return {command: set(OPTION.findall(text)) for command, text in told.items()}


def test_every_house_rule_that_is_cited_stands_on_its_page() -> None:
    page = (ROOT / "docs" / "house-rules.md").read_text()
    listed = set(re.findall(r"^\| ([A-K]\d+) \|", page, re.MULTILINE))
    cited = {
        rule
        for path in tracked("*.py", "*.yaml")
        for rules in re.findall(r"[Hh]ouse rules? ((?:[A-K]\d+(?:, )?)+)", path.read_text())
        for rule in re.findall(r"[A-K]\d+", rules)
    }
    assert cited
    assert cited - listed == set()
