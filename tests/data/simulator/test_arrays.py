"""Ragged rows: every whole-array step must equal the plain loop over rows that it stands for."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.simulator.arrays import (
    Ints,
    before_first,
    owners,
    round_down_to,
    row_sums,
    running_sum,
)

ROWS = st.lists(st.lists(st.integers(-1000, 1000), max_size=6), max_size=8)


def laid_out(rows: list[list[int]]) -> tuple[Ints, Ints]:
    values = np.array([value for row in rows for value in row], dtype=np.int64)
    return values, np.array([len(row) for row in rows], dtype=np.int64)


@given(ROWS)
def test_every_element_has_the_number_of_its_row(rows: list[list[int]]) -> None:
    _, counts = laid_out(rows)
    assert owners(counts).tolist() == [number for number, row in enumerate(rows) for _ in row]


@given(ROWS)
def test_running_sums_begin_anew_with_each_row(rows: list[list[int]]) -> None:
    values, counts = laid_out(rows)
    expected = [sum(row[: place + 1]) for row in rows for place in range(len(row))]
    assert running_sum(values, counts).tolist() == expected
    assert row_sums(values, counts).tolist() == [sum(row) for row in rows]


@given(ROWS)
def test_a_row_stops_before_its_first_stop_and_stays_stopped(rows: list[list[int]]) -> None:
    values, counts = laid_out(rows)
    expected = [
        all(value >= 0 for value in row[: place + 1]) for row in rows for place in range(len(row))
    ]
    assert before_first(values < 0, counts).tolist() == expected


def test_amounts_are_rounded_down_to_a_step_and_up_to_the_first_alone() -> None:
    rounded = round_down_to(np.array([3.0, 10.0, 19.9, 20.0, 500.0]), np.array([10.0, 20.0, 50.0]))
    assert rounded.tolist() == [10.0, 10.0, 10.0, 20.0, 50.0]
