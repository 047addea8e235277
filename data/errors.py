"""Faults that a person can repair, and how a command tells of them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class DataError(Exception):
    """Root of the package's faults; the message says what was expected, what came, what to do."""


@contextmanager
def told_plainly() -> Iterator[None]:
    """Let a command end with the message of a fault, and exit code 1, in place of a traceback."""
    try:
        yield
    except DataError as fault:
        sys.stderr.write(f"error: {fault}\n")
        raise SystemExit(1) from None
