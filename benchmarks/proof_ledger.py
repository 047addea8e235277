"""What has been proved: a line of JSON for each finished block, and the page made of them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measure import machine
from benchmarks.proofs import PROOFS, Proof
from data.drafts import write_atomically

LEDGER_FILE = "results.jsonl"


@dataclass(frozen=True)
class Block:
    """One finished repetition: ``cases`` were counted, ``at`` is the UTC date of its end."""

    proof: str
    seed: int
    code: str
    cases: int
    seconds: float
    passed: bool
    at: str


def read_blocks(folder: Path) -> list[Block]:
    """All blocks, in the order in which they ended."""
    ledger = folder / LEDGER_FILE
    if not ledger.is_file():
        return []
    return [Block(**json.loads(line)) for line in ledger.read_text().splitlines()]


def keep(block: Block, folder: Path) -> None:
    """Add a block to the ledger, and write the page anew."""
    blocks = [*read_blocks(folder), block]
    lines = "".join(json.dumps(asdict(one)) + "\n" for one in blocks)
    write_atomically(folder / LEDGER_FILE, lines)
    write_atomically(folder / "README.md", _page(blocks))


def passed_seeds(proof: Proof, blocks: Sequence[Block]) -> set[int]:
    """Seeds that need not run again, since they passed with the present code."""
    code = proof.code()
    return {
        one.seed for one in blocks if (one.proof, one.code) == (proof.name, code) and one.passed
    }


def _page(blocks: Sequence[Block]) -> str:
    rows = [_row(proof, [one for one in blocks if one.proof == proof.name]) for proof in PROOFS]
    return (
        "# Proofs\n\n"
        "Written by `make prove`: tests of the suite, repeated with other seeds and more cases.\n"
        "A row is of the code that the proof ran on last; `results.jsonl` has every block.\n\n"
        f"Machine: {machine()}.\n\n"
        "| Proof | Cases run | Blocks | Failed | Time | Until | Code | A case is |\n"
        "|---|--:|--:|--:|--:|---|---|---|\n" + "".join(rows)
    )


def _row(proof: Proof, blocks: Sequence[Block]) -> str:
    if not blocks:
        return f"| {proof.name} | 0 | 0 of {proof.blocks} | 0 | – | – | – | {proof.shows} |\n"
    last = blocks[-1]
    own = [one for one in blocks if one.code == last.code]
    passed = len({one.seed for one in own if one.passed})
    cells = (
        proof.name,
        f"{sum(one.cases for one in own):,}",
        f"{passed} of {proof.blocks}",
        str(sum(not one.passed for one in own)),
        f"{sum(one.seconds for one in own) / 60:.1f} min",
        last.at,
        f"`{last.code}`",
        proof.shows,
    )
    return f"| {' | '.join(cells)} |\n"
