"""Proofs are kept a block at a time, and go on after a kill where they were."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.prove import LEDGER_FILE, PROOFS, code_digest

COMMAND = [sys.executable, "-m", "benchmarks.prove", "--only", "codec", "--blocks", "3"]


def seeds(out: Path) -> list[int]:
    ledger = out / LEDGER_FILE
    if not ledger.is_file():
        return []
    blocks = [json.loads(line) for line in ledger.read_text().splitlines()]
    assert {block["code"] for block in blocks} == {code_digest()}
    return [block["seed"] for block in blocks]


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    command = [*COMMAND, "--out", str(tmp_path)]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while not seeds(tmp_path):
        assert first.poll() is None
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert 1 <= len(seeds(tmp_path)) < 3
    subprocess.run(command, check=True, capture_output=True)
    assert seeds(tmp_path) == [1, 2, 3]
    assert "| codec | 300 of 2,000 | 0 |" in (tmp_path / "README.md").read_text()


def test_an_unknown_proof_is_refused_with_those_there_are() -> None:
    ended = subprocess.run(
        [*COMMAND, "--only", "nothing"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "no proof nothing" in ended.stderr


def test_every_proof_names_a_test_that_exists() -> None:
    tests = [proof.test for proof in PROOFS]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *tests]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
    for test in tests:
        assert test in found.stdout
