"""Command: the invariants of the tests on many more random cases, resumable, with dated results.

A proof repeats a test of the suite with another seed each time. What has run is kept a line a
block, so a run that was stopped goes on where it was; other code begins anew.
"""

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.measure import machine
from data.drafts import write_atomically
from data.errors import DataError, told_plainly

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "docs" / "proofs"
LEDGER_FILE = "results.jsonl"
CODE = ("data", "features", "training", "serving", "campaigns", "tests")

app = typer.Typer(add_completion=False)


class ProofFailed(DataError):
    """A block found a counterexample; the message says how to see it again."""


@dataclass(frozen=True)
class Proof:
    """A test of the suite, what it shows, its blocks, and the cases that one block draws."""

    name: str
    test: str
    shows: str
    blocks: int
    cases: int


PARITY = "tests/features/test_parity.py"

PROOFS = (
    Proof("codec", "tests/features/test_tile_codec.py",
          "any tile packs and unpacks to itself", 20, 100),
    Proof("parity", f"{PARITY}::test_offline_online_and_brute_force_agree_to_the_bit",
          "histories whose features agree offline, online and by brute force, to the bit", 40, 528),
    Proof("future", f"{PARITY}::"
          "test_events_at_or_after_the_cutoff_and_events_known_later_change_no_feature",
          "histories whose features no later or later-known event changes", 60, 12),
    Proof("order", f"{PARITY}::test_any_split_and_order_of_the_events_gives_the_same_features",
          "histories that any split and any order leave as they are", 60, 12),
    Proof("import kills", "tests/data/test_ingest.py::"
          "test_a_kill_at_any_step_leaves_nothing_half_written_and_a_repeat_completes",
          "SIGKILLs of an import, each completed by a repeat", 10, 4),
    Proof("build kills", "tests/features/test_build.py::"
          "test_a_killed_build_leaves_nothing_half_made_and_the_next_one_completes",
          "SIGKILLs of a build, each completed by a repeat", 10, 1),
    Proof("requests", "tests/serving/test_openapi.py::"
          "test_generated_requests_find_no_contradiction",
          "runs of generated requests that the service answers as its OpenAPI says", 10, 1),
)  # fmt: skip


@dataclass(frozen=True)
class Block:
    """One finished repetition."""

    proof: str
    seed: int
    code: str
    cases: int
    seconds: float
    passed: bool
    at: str


@app.command()
def prove(
    only: Annotated[list[str] | None, typer.Option(help="These proofs; all if not given.")] = None,
    minutes: Annotated[float, typer.Option(help="Start no block after so long.")] = 24 * 60,
    blocks: Annotated[int | None, typer.Option(help="At most so many blocks a proof.")] = None,
    out: Annotated[Path, typer.Option(help="Folder of the results.")] = RESULTS,
) -> None:
    """Repeat the suite's invariants with new seeds; go on where the last run stopped."""
    with told_plainly():
        todo = list(_todo(_chosen(only), blocks, _read(out), code_digest()))
        deadline = time.monotonic() + minutes * 60
        with _progress() as progress:
            task = progress.add_task("", total=len(todo))
            for proof, seed in todo:
                if time.monotonic() > deadline:
                    break
                progress.update(task, description=f"{proof.name}, seed {seed}")
                _run(proof, seed, out)
                progress.advance(task)
        Console().print(f"results: {out / 'README.md'}", soft_wrap=True)


def _chosen(only: list[str] | None) -> list[Proof]:
    unknown = set(only or ()) - {proof.name for proof in PROOFS}
    if unknown:
        names = ", ".join(proof.name for proof in PROOFS)
        raise typer.BadParameter(f"no proof {', '.join(sorted(unknown))}; there are: {names}")
    return [proof for proof in PROOFS if not only or proof.name in only]


def _todo(
    proofs: list[Proof], most: int | None, done: list[Block], code: str
) -> Iterable[tuple[Proof, int]]:
    """Proofs in turn, so that a run that is stopped early has something of each."""
    finished = {(block.proof, block.seed) for block in done if block.code == code and block.passed}
    wanted = {proof.name: min(proof.blocks, most or proof.blocks) for proof in proofs}
    for seed in range(1, max(wanted.values()) + 1):
        for proof in proofs:
            if seed <= wanted[proof.name] and (proof.name, seed) not in finished:
                yield proof, seed


def _run(proof: Proof, seed: int, out: Path) -> None:
    command = ["-m", "pytest", "-q", "-x", proof.test, f"--hypothesis-seed={seed}"]
    begin = time.perf_counter()
    ended = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True)
    block = Block(
        proof.name,
        seed,
        code_digest(),
        proof.cases,
        round(time.perf_counter() - begin, 1),
        ended.returncode == 0,
        datetime.now(UTC).date().isoformat(),
    )
    _note(block, out)
    if not block.passed:
        again = " ".join(["python", *command])
        raise ProofFailed(f"{proof.name}, seed {seed}: {again}\n{ended.stdout[-2000:]}")


def _note(block: Block, out: Path) -> None:
    blocks = [*_read(out), block]
    out.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(asdict(block)) + "\n" for block in blocks)
    write_atomically(out / LEDGER_FILE, lines)
    write_atomically(out / "README.md", _page(blocks))


def _read(out: Path) -> list[Block]:
    ledger = out / LEDGER_FILE
    if not ledger.is_file():
        return []
    return [Block(**json.loads(line)) for line in ledger.read_text().splitlines()]


def _page(blocks: list[Block]) -> str:
    """The latest code's results, a row a proof."""
    code = blocks[-1].code
    rows = [_row(proof, [b for b in blocks if b.code == code]) for proof in PROOFS]
    return (
        "# Proofs\n\nWritten by `make prove`: tests of the suite, repeated with other seeds.\n\n"
        f"Code `{code}`; {machine()}.\n\n"
        "| Proof | Cases run | Failed blocks | Time | Until | What a case is |\n"
        "|---|--:|--:|--:|---|---|\n" + "".join(rows)
    )


def _row(proof: Proof, blocks: list[Block]) -> str:
    own = [block for block in blocks if block.proof == proof.name]
    cases = sum(block.cases for block in own)
    failed = sum(not block.passed for block in own)
    minutes = sum(block.seconds for block in own) / 60
    until = max((block.at for block in own), default="not yet")
    of = proof.blocks * proof.cases
    name = f"| {proof.name} | {cases:,} of {of:,} | {failed} | {minutes:.1f} min"
    return f"{name} | {until} | {proof.shows} |\n"


def code_digest() -> str:
    """Names the code that a result is of."""
    digest = hashlib.blake2b(digest_size=6)
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    )


if __name__ == "__main__":
    app()
