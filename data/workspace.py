"""A folder for one writer at a time, which nobody reads and which is gone afterwards."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.errors import DataError


class NotAFolder(DataError):
    """A path that should be a folder is something else."""


def make_folder(path: Path) -> None:
    """Make a folder with those above it, if it isn't there; new ones are for this user alone.

    Raises
    ------
    NotAFolder
        If a file stands at the path or above it, or the folder can't be made.
    """
    try:
        for folder in reversed((path, *path.parents)):
            folder.mkdir(mode=0o700, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise NotAFolder(f"{path} is a file or lies below one: name a folder") from None
    except OSError as fault:
        raise NotAFolder(f"{path} can't be made ({fault.strerror}): name another folder") from None


@contextmanager
def turn(lock: Path) -> Iterator[None]:
    """Wait for a lock and hold it; it dies with its process."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@contextmanager
def workspace(folder: Path, lock: Path, busy: DataError) -> Iterator[Path]:
    """Hold a lock and yield an empty folder.

    The lock dies with its process, so what a killed one left is cleared by the next.

    Raises
    ------
    DataError
        ``busy``, if another process holds the lock.
    """
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise busy from None
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
