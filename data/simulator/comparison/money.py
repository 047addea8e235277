"""How much players deposit, how unequally, and what goes out again."""

import numpy as np

from data.simulator.comparison.margin import Distribution, Rate, share
from data.simulator.comparison.payments import Floats, Movements, Payments

LEAST_DEPOSITS = 5
"""Deposits from which a player has a usual amount of their own."""


def amounts(payments: Payments) -> tuple[Distribution, ...]:
    """Approved deposits, raw and without what prices and habits do to them.

    An amount over the log's median is free of currency and price level. It is the product of what
    tells players apart (their own median over the median player's) and of how a player's amounts
    vary (an amount over the player's own median).
    """
    deposits = payments.deposits
    amount = np.maximum(deposits.amount, 1).astype(np.float64)
    median, count = own_medians(deposits)
    usual = median[count >= LEAST_DEPOSITS]
    steady = count[deposits.player] >= LEAST_DEPOSITS
    return (
        Distribution("deposit amount", "currency", amount / payments.minor_units),
        Distribution("amount over log's median", "", amount / _median(amount)),
        Distribution("amount over own median", "", (amount / median[deposits.player])[steady]),
        Distribution("own median over players'", "", usual / _median(usual)),
    )


def _median(values: Floats) -> float:
    return float(np.median(values)) if len(values) else 1.0


def own_medians(deposits: Movements) -> tuple[Floats, Floats]:
    """Each player's median amount in minor units, at least 1, and number of deposits.

    Returns
    -------
    Two arrays of shape (highest player's number + 1,); without deposits both are 1 and 0.
    """
    order = np.lexsort((deposits.amount, deposits.player))
    amount = deposits.amount[order]
    count = np.bincount(deposits.player)
    start = np.cumsum(count) - count
    present = count > 0
    low, high = (start + (count - 1) // 2)[present], (start + count // 2)[present]
    median = np.ones(len(count))
    median[present] = np.maximum((amount[low] + amount[high]) / 2, 1)
    return median, count.astype(np.float64)


def money_rates(payments: Payments) -> tuple[Rate, ...]:
    """How concentrated deposits are, how many fail, and how much is paid out again."""
    deposits, withdrawals = payments.deposits, payments.withdrawals
    approved, declined = len(deposits), len(payments.declined)
    deposited, withdrawn = float(deposits.amount.sum()), float(withdrawals.amount.sum())
    return (
        Rate("money of the top 10 % of players", top_share(deposits, 0.1)),
        Rate("money of the top 1 % of players", top_share(deposits, 0.01)),
        Rate("attempts declined", share(declined, approved + declined)),
        Rate("withdrawals per deposit", share(len(withdrawals), approved)),
        Rate("money withdrawn per deposited", share(withdrawn, deposited)),
    )


def top_share(deposits: Movements, part: float) -> float | None:
    """Share of deposited money that comes from the ``part`` of players who deposit most.

    The number of these players is rounded up.
    """
    totals = totals_descending(deposits)
    top = int(np.ceil(len(totals) * part - 1e-9))
    return share(float(totals[:top].sum()), float(totals.sum()))


def totals_descending(deposits: Movements) -> Floats:
    """Money deposited by each player who deposits, minor units, the largest first."""
    total = np.bincount(deposits.player, weights=deposits.amount)
    depositing = np.bincount(deposits.player) > 0
    return np.asarray(-np.sort(-total[depositing]))
