"""Files that appear whole or not at all, and that survive a loss of power once they are there."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from data.errors import DataError
from data.workspace import make_folder


class NotAFile(DataError):
    """A path that should be a file is a folder."""


def prepare_place(path: Path) -> None:
    """Make the folder of a file to come, and refuse a path where none can be; before long work.

    Raises
    ------
    NotAFile, NotAFolder
        If a folder stands there, or something else than folders above it.
    """
    if path.is_dir():
        raise NotAFile(f"{path} is a folder: name a file")
    make_folder(path.parent)


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """A path beside ``path`` to write to; it takes the file's place when the block ends well.

    After a fault nothing is left. After a crash a file ``….draft`` may be, which the next run of
    the same command overwrites. Content reaches the disk before the name does: a file that is there
    is never empty for want of power.
    """
    prepare_place(path)
    draft = path.with_name(path.name + ".draft")
    try:
        yield draft
        _sync(draft)
        draft.replace(path)
        _sync(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def write_atomically(path: Path, text: str) -> None:
    """Replace a file's text: a reader, or a crash, finds the old text or the new, never half."""
    with draft_of(path) as draft:
        draft.write_text(text)


def move_durably(targets: Mapping[Path, Path], root: Path) -> None:
    """Move files to places below ``root``, with the folders that these need.

    Every folder from ``root`` down is synced, new or not: who made it may have been killed before
    its name reached the disk.
    """
    for path, target in targets.items():
        _sync(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    for folder in {above for target in targets.values() for above in target.parents}:
        if folder.is_relative_to(root):
            _sync(folder)


def _sync(path: Path) -> None:
    """Wait until the disk has a file, or a folder's names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
