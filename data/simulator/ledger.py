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


def with_balances(frames: dict[str, Frame]) -> dict[str, Frame]:
    """The frames with every balance field filled.

    The balance is real money free to play: approved deposits, minus withdrawals from the moment
    they were requested, plus those taken back, minus stakes, plus winnings and bonuses turned real.
    """
    money = {name: _change(name, frame) for name, frame in frames.items()}
    names = [name for name, change in money.items() if change is not None]
    changes = np.concatenate([money[name] for name in names])
    player = np.concatenate([frames[name].player for name in names])
    order = np.lexsort((np.concatenate([frames[name].at_us for name in names]), player))
    balances = np.empty(len(order), dtype=np.int64)
    balances[order] = _sum_per_player(changes[order], player[order])
    sizes = [len(frames[name].player) for name in names]
    parts = dict(zip(names, np.split(balances, np.cumsum(sizes)[:-1]), strict=True))
    return {
        name: frame.with_column(_SHOWN[name], parts[name]) if name in _SHOWN else frame
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
            return _ints(columns["win_real"]) - _ints(columns["stake_real"])
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
