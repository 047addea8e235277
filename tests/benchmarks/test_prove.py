"""Proofs are kept a block at a time, go on after a kill where they were, and end at a failure."""

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.proof_ledger import LEDGER_FILE
from benchmarks.proofs import PROOFS, ROOT

CODEC = next(proof for proof in PROOFS if proof.name == "codec")
COMMAND = [sys.executable, "-m", "benchmarks.prove", "--only", CODEC.name, "--blocks", "2"]


def kept(out: Path) -> list[dict[str, Any]]:
    ledger = out / LEDGER_FILE
    return [json.loads(line) for line in ledger.read_text().splitlines()] if ledger.exists() else []


def house_with(test: str, root: Path) -> Path:
    """A copy of what the command needs, in which the codec's test is another."""
    for package in ("benchmarks", "data"):
        shutil.copytree(ROOT / package, root / package)
    (root / "tests" / "features").mkdir(parents=True)
    for name in ("conftest.py", "effort.py"):
        shutil.copy(ROOT / "tests" / name, root / "tests" / name)
    (root / CODEC.test.partition("::")[0]).write_text(test)
    return root


def run(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(COMMAND, cwd=root, capture_output=True, text=True, check=False)


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    command = [*COMMAND, "--out", str(tmp_path)]
    first = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    while not kept(tmp_path):
        assert first.poll() is None
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    before = kept(tmp_path)
    assert len(before) == 1
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    blocks = kept(tmp_path)
    assert blocks[: len(before)] == before
    assert [block["seed"] for block in blocks] == [1, 2]
    assert [block["cases"] for block in blocks] == [400] * 2
    assert {block["code"] for block in blocks} == {CODEC.code()}
    assert "| codec | 800 | 2 of 25 | 0 |" in (tmp_path / "README.md").read_text()


FAILS_AT_A_LARGE_NUMBER = """
from hypothesis import given, strategies as st

@given(st.integers())
def test_packed_tiles_come_back_as_they_were(number):
    assert number < 1000
"""


def test_a_failure_ends_the_run_with_its_seed_and_how_to_see_it_again(tmp_path: Path) -> None:
    root = house_with(FAILS_AT_A_LARGE_NUMBER, tmp_path)
    ended = run(root)
    assert ended.returncode == 1
    assert f"python -m pytest -q -x {CODEC.test} --hypothesis-profile=prove" in ended.stderr
    assert "--hypothesis-seed=1" in ended.stderr
    assert "assert 1000 < 1000" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert [block["passed"] for block in kept(root / "docs" / "proofs")] == [False]


def test_each_seed_draws_other_cases(tmp_path: Path) -> None:
    test = FAILS_AT_A_LARGE_NUMBER.replace("assert number < 1000", "DRAWN.write(f'{number} ')")
    root = house_with(f"DRAWN = open('drawn', 'a')\n{test}\n    DRAWN.flush()\n", tmp_path)
    assert run(root).returncode == 0
    drawn = (root / "drawn").read_text().split()
    assert len(drawn) >= 2 * 400
    assert len(set(drawn)) > len(drawn) / 2


@pytest.mark.parametrize(
    ("test", "passed"),
    [
        ("def test_another(): pass", []),
        (
            "import pytest\n\n@pytest.mark.skip\n"
            "def test_packed_tiles_come_back_as_they_were(): pass",
            [False],
        ),
    ],
    ids=["missing", "skipped"],
)
def test_what_did_not_run_is_not_counted(tmp_path: Path, test: str, passed: list[bool]) -> None:
    root = house_with(test, tmp_path)
    assert run(root).returncode == 1
    blocks = kept(root / "docs" / "proofs")
    assert [(block["passed"], block["cases"]) for block in blocks] == [(one, 0) for one in passed]


def test_an_unknown_proof_is_refused_with_those_there_are() -> None:
    ended = subprocess.run(
        [*COMMAND, "--only", "nothing"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "no proof nothing" in ended.stderr


def test_every_proof_names_a_test_that_exists() -> None:
    tests = [proof.test for proof in PROOFS]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *tests]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
    for test in tests:
        assert test in found.stdout
