"""Balances: what each player's money events add up to, in the order in which they happened."""

import numpy as np

from data.simulator.arrays import Bools, Ints
from data.simulator.records import Choice, Column, Frame

_SHOWN = {
    "session.started": "balance",
    "session.ended": "balance",
    "deposit": "balance_after",
    "casino.round": "balance_after",
    "sports.bet": "balance_after",
}
"""Event type → its field that shows the balance once it has happened."""


class Ledger:
    """The balance that each player's events add up to so far.

    It is real money free to play: approved deposits, minus withdrawals from the moment they were
    requested, plus those taken back, minus stakes, plus winnings and bonuses turned real.
    """

    def __init__(self, count: int) -> None:
        self._balance = np.zeros(count, dtype=np.int64)

    def with_balances(self, frames: dict[str, Frame]) -> dict[str, Frame]:
        """The next events, with every balance field filled."""
        moved = {name: _change(name, frame) for name, frame in frames.items()}
        money = {name: change for name, change in moved.items() if change is not None}
        if not money:
            return frames
        changes = np.concatenate(list(money.values()))
        player = np.concatenate([frames[name].player for name in money])
        order = np.lexsort((np.concatenate([frames[name].at_us for name in money]), player))
        balances = np.empty(len(order), dtype=np.int64)
        balances[order] = self._balance[player[order]] + _sum_per_player(
            changes[order], player[order]
        )
        np.add.at(self._balance, player, changes)
        parts = np.split(balances, np.cumsum([len(change) for change in money.values()])[:-1])
        shown = dict(zip(money, parts, strict=True))
        return {
            name: frame.with_column(_SHOWN[name], shown[name]) if name in _SHOWN else frame
            for name, frame in frames.items()
        }


def _change(event_type: str, frame: Frame) -> Ints | None:
    """What each event adds to the balance, minor units; None for types without money."""
    columns = frame.columns
    match event_type:
        case "session.started" | "session.ended":
            return np.zeros(len(frame.player), dtype=np.int64)
        case "deposit":
            return _ints(columns["amount"]) * holds(columns["status"], "approved")
        case "withdrawal":
            requested = holds(columns["status"], "requested").astype(np.int64)
            taken_back = holds(columns["status"], "cancelled_by_player")
            return _ints(columns["amount"]) * (taken_back - requested)
        case "casino.round":
            sign = np.where(holds(columns["state"], "rolled_back"), -1, 1)
            return (_ints(columns["win_real"]) - _ints(columns["stake_real"])) * sign
        case "sports.bet":
            placed = holds(columns["state"], "placed").astype(np.int64)
            returned = holds(columns["state"], "voided") - placed
            return _ints(columns["payout"]) + _ints(columns["stake_real"]) * returned
        case "bonus":
            return _ints(columns["turned_real"])
    return None


def _sum_per_player(changes: Ints, player: Ints) -> Ints:
    """Running sum that begins anew with each player; rows of one stand together."""
    total = np.cumsum(changes)
    begins = np.flatnonzero(np.diff(player, prepend=-1))
    before = total[begins] - changes[begins]
    return np.asarray(total - np.repeat(before, np.diff(begins, append=len(player))))


def holds(column: Column, name: str) -> Bools:
    """Whether each event's state is this one."""
    if not isinstance(column, Choice):
        raise TypeError(f"a column of choices was expected to be compared with {name!r}")
    code = column.names.index(name) if name in column.names else len(column.names)
    return np.asarray(column.codes == code)


def _ints(column: Column) -> Ints:
    if not isinstance(column, np.ndarray):
        raise TypeError("a column of whole numbers was expected")
    return column.astype(np.int64)
