"""Command: the invariants of the tests on many more random cases, resumable, with dated results.

A proof repeats a test of the suite, a block at a time, under the Hypothesis profile ``prove`` with
a seed of its own. Each finished block is kept, so a run that was stopped goes on where it was; a
change of the code that a proof is about begins that proof anew.
"""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks.proof_ledger import Block, keep, passed_seeds, read_blocks
from benchmarks.proofs import PROOFS, ROOT, Proof
from data.errors import DataError, told_plainly

RESULTS = ROOT / "docs" / "proofs"
FOUND_A_FAILURE = 1
"""pytest's exit code; higher ones mean that it could not run the test."""

app = typer.Typer(add_completion=False)


class ProofFailed(DataError):
    """A block found a counterexample; the message says how to see it again."""


class ProofNotRun(DataError):
    """A block said nothing about the code, so it isn't kept."""


@app.command()
def prove(
    only: Annotated[
        list[str] | None, typer.Option(help="A proof's name; several times for several.")
    ] = None,
    minutes: Annotated[float, typer.Option(min=0, help="Begin no block after so long.")] = 24 * 60,
    blocks: Annotated[int | None, typer.Option(min=1, help="At most so many a proof.")] = None,
    out: Annotated[
        Path, typer.Option(help="Folder of the results.", show_default="docs/proofs")
    ] = RESULTS,
    show: Annotated[
        bool, typer.Option("--list", help="Tell what is done, and run nothing.")
    ] = False,
) -> None:
    """Repeat the suite's invariants with new seeds; go on where the last run stopped.

    Ends with code 1, the seed and the command to see it again, as soon as a proof fails.
    """
    chosen = _chosen(only)
    if show:
        Console().print(_table(chosen, read_blocks(out)))
        return
    with told_plainly():
        _run_all(list(_todo(chosen, blocks, read_blocks(out))), minutes, out)
        Console().print(f"results: {out / 'README.md'}", soft_wrap=True)


def _chosen(only: Sequence[str] | None) -> list[Proof]:
    unknown = set(only or ()) - {proof.name for proof in PROOFS}
    if unknown:
        names = ", ".join(proof.name for proof in PROOFS)
        raise typer.BadParameter(f"no proof {', '.join(sorted(unknown))}; there are: {names}")
    return [proof for proof in PROOFS if not only or proof.name in only]


def _todo(
    proofs: Sequence[Proof], most: int | None, done: Sequence[Block]
) -> Iterator[tuple[Proof, int]]:
    """Proofs in turn, so that a run that is stopped early has something of each."""
    finished = {proof.name: passed_seeds(proof, done) for proof in proofs}
    wanted = {proof.name: min(proof.blocks, most or proof.blocks) for proof in proofs}
    for seed in range(1, max(wanted.values()) + 1):
        for proof in proofs:
            if seed <= wanted[proof.name] and seed not in finished[proof.name]:
                yield proof, seed


def _run_all(todo: Sequence[tuple[Proof, int]], minutes: float, out: Path) -> None:
    deadline = time.monotonic() + minutes * 60
    with _progress() as progress:
        task = progress.add_task("", total=len(todo))
        for proof, seed in todo:
            if time.monotonic() > deadline:
                break
            progress.update(task, description=f"{proof.name}, seed {seed}")
            _run(proof, seed, out)
            progress.advance(task)


def _run(proof: Proof, seed: int, out: Path) -> None:
    command = [
        "-m", "pytest", "-q", "-x", proof.test, "--hypothesis-profile=prove",
        f"--hypothesis-seed={seed}", "--hypothesis-show-statistics",
    ]  # fmt: skip
    code, begin = proof.code(), time.perf_counter()
    ended = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "CI": "true"},
        capture_output=True,
        text=True,
    )
    seconds = round(time.perf_counter() - begin, 1)
    again = f"{proof.name}, seed {seed}; to see it again: python {shlex.join(command)}"
    if ended.returncode > FOUND_A_FAILURE or ended.returncode < 0:
        report = f"{ended.stdout[-2000:]}{ended.stderr[-1000:]}"
        raise ProofNotRun(f"pytest could not run the test\n{report}\n{again}")
    if proof.code() != code:
        raise ProofNotRun(f"the code changed during {proof.name}, seed {seed}: prove again")
    passed = ended.returncode == 0
    cases = count_cases(ended.stdout) * proof.players
    today = datetime.now(UTC).date().isoformat()
    keep(Block(proof.name, seed, code, cases, seconds, passed, today), out)
    if not passed:
        raise ProofFailed(f"counterexample\n{ended.stdout[-3000:]}\n{again}")


def count_cases(report: str) -> int:
    """Count the examples that passed, by pytest's report; without Hypothesis, the tests."""
    examples = re.findall(r"during generate phase.*?(\d+) passing", report, re.DOTALL)
    return sum(map(int, examples or re.findall(r"^(\d+) passed", report, re.M)))


def _table(proofs: Sequence[Proof], blocks: Sequence[Block]) -> Table:
    table = Table("proof", "blocks passed", "a case is")
    for proof in proofs:
        passed = len(passed_seeds(proof, blocks))
        table.add_row(proof.name, f"{passed} of {proof.blocks}", proof.shows)
    return table


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    )


if __name__ == "__main__":
    app()
