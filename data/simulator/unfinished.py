"""The folder of a run that isn't finished: taken up again by the same run, and by no other."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from data.drafts import write_atomically
from data.errors import DataError


class TargetNotEmpty(DataError):
    """The folder for the new log holds something already."""


class TargetNotWritable(DataError):
    """No folder can be made where the new log should stand."""


class RunInProgress(DataError):
    """Another process writes to the same place."""


_IDENTITY = "run.txt"


def refuse_used(out: Path) -> None:
    """Refuse a target that holds something, before long work.

    Raises
    ------
    TargetNotEmpty
    """
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise TargetNotEmpty(
            f"{out} was expected to be absent or an empty folder, but holds something: "
            "choose another --out, or remove it first"
        )


@contextmanager
def unfinished(out: Path, run: str) -> Iterator[Path]:
    """The draft beside ``out``; it stays if the block ends by a fault, or never.

    Parameters
    ----------
    run
        What tells this run from others. A draft of another run, or of another version of the
        simulator, is removed first.

    Raises
    ------
    TargetNotWritable, RunInProgress
    """
    draft = out.parent / f".{out.name}.draft"
    try:
        draft.mkdir(parents=True, exist_ok=True)
        lock = os.open(draft, os.O_RDONLY)
    except OSError as fault:
        raise TargetNotWritable(
            f"a folder that can be written to was expected at {out.parent}: {fault}; "
            "choose another --out"
        ) from fault
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _clear_other(draft, f"{run}\n{_version()}\n")
        yield draft
        shutil.rmtree(draft)
    except BlockingIOError:
        raise RunInProgress(
            f"another process simulates into {out}: wait for it, or choose another --out"
        ) from None
    finally:
        os.close(lock)


def _clear_other(draft: Path, identity: str) -> None:
    said = draft / _IDENTITY
    if said.is_file() and said.read_text() == identity:
        return
    for inside in draft.iterdir():
        if inside.is_dir():
            shutil.rmtree(inside)
        else:
            inside.unlink()
    write_atomically(said, identity)


def _version() -> str:
    """A digest of the code that a run rests on: another version would go on with other bytes.

    The simulator makes the world, the modules beside it lay out the log.
    """
    digest, simulator = blake2b(digest_size=16), Path(__file__).parent
    for path in sorted([*simulator.parent.glob("*.py"), *simulator.rglob("*")]):
        if path.suffix in {".py", ".yaml"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()
