"""Array types, and ragged rows: many short rows of different lengths laid end to end."""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def owners(counts: Ints) -> Ints:
    """Row number of every element: ``[2, 0, 3]`` → ``[0, 0, 2, 2, 2]``."""
    return np.repeat(np.arange(len(counts)), counts)


def places(counts: Ints) -> Ints:
    """Place of every element within its row: ``[2, 0, 3]`` → ``[0, 1, 0, 1, 2]``."""
    ends = np.cumsum(counts)
    return np.asarray(np.arange(counts.sum()) - np.repeat(ends - counts, counts))


def running_sum(values: Ints, counts: Ints) -> Ints:
    """Sum of a row's elements up to and with each one."""
    total = np.cumsum(values)
    before = np.concatenate([[0], total])[np.cumsum(counts) - counts]
    return np.asarray(total - np.repeat(before, counts))


def before_first(stop: Bools, counts: Ints) -> Bools:
    """True for the elements of a row that come before its first ``stop``."""
    return np.asarray(running_sum(stop.astype(np.int64), counts) == 0)


def row_sums(values: Ints, counts: Ints) -> Ints:
    """Sum of each row; 0 for an empty one."""
    total = np.concatenate([[0], np.cumsum(values)])
    ends = np.cumsum(counts)
    return np.asarray(total[ends] - total[ends - counts])


def round_down_to(values: Floats, ladder: Floats) -> Floats:
    """The greatest step of an ascending ladder at or below each value; its first step at least."""
    found = np.searchsorted(ladder, values, side="right") - 1
    return np.asarray(ladder[np.maximum(found, 0)])
