"""A folder for one writer at a time, which nobody reads and which is gone afterwards."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.errors import DataError


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
