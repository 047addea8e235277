"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """A path beside ``path`` to write to; it takes the file's place when the block ends well.

    After a fault nothing is left. After a crash a file ``….draft`` may be, which the next run of
    the same command overwrites.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".draft")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_atomically(path: Path, text: str) -> None:
    """Replace a file's text: a reader, or a crash, finds the old text or the new, never half."""
    with draft_of(path) as draft:
        draft.write_text(text)
        _sync(draft)
    _sync(path.parent)


def move_durably(path: Path, target: Path) -> None:
    """Move a file to a place that may not exist yet, so that it survives a loss of power."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _sync(path)
    path.replace(target)
    _sync(target.parent)
    _sync(target.parent.parent)


def _sync(path: Path) -> None:
    """Wait until the disk has a file, or a folder's names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
