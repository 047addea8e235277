"""Small payments to compare, built from rows that a reader can follow."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from data.simulator.comparison.payments import DAY_US, Movements, Payments

Row = tuple[int, float, int]
"""Player's number, days since the first midnight, minor units."""

FIRST_US = 1_704_067_200_000_000
"""Monday, 1 January 2024, midnight in UTC."""

PLAYERS = 6


def movements(rows: Sequence[Row]) -> Movements:
    """Rows as the reader of logs gives them: sorted by player and moment."""
    ordered = sorted(rows)
    at_us = np.array([FIRST_US + round(day * DAY_US) for _, day, _ in ordered], dtype=np.int64)
    return Movements(
        np.array([player for player, _, _ in ordered], dtype=np.int64),
        at_us,
        at_us,
        np.array([amount for _, _, amount in ordered], dtype=np.int64),
    )


def payments(
    deposits: Sequence[Row],
    declined: Sequence[Row] = (),
    withdrawals: Sequence[Row] = (),
    days: int = 112,
) -> Payments:
    """Payments in cents, on days of UTC."""
    return Payments(
        movements(deposits),
        movements(declined),
        movements(withdrawals),
        PLAYERS,
        FIRST_US + np.arange(days + 1, dtype=np.int64) * DAY_US,
        100,
    )


def rows(days: int = 112, least: int = 0) -> st.SearchStrategy[list[Row]]:
    """Any payments, at quarters of days so that many fall on bounds and at one moment."""
    return st.lists(
        st.tuples(
            st.integers(0, PLAYERS - 1),
            st.integers(0, days * 4 - 1).map(lambda quarter: quarter / 4),
            st.integers(1, 5000),
        ),
        min_size=least,
        max_size=60,
    )
