"""Money that moved in a stretch of time."""

from typing import Literal

import msgspec

Scope = Literal["account", "person"]
"""One account in its own currency, or all accounts of a person in the base currency."""


class Money(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What moved in a stretch of time, minor units.

    Attributes
    ----------
    deposits
        Gross: every approved deposit.
    stakes, winnings
        Real money; a roll-back or void is taken off when it happened.
    """

    deposits: int = 0
    withdrawals: int = 0
    stakes: int = 0
    winnings: int = 0

    @property
    def net_deposits(self) -> int:
        """Deposits minus withdrawals; below 0 where more was taken out."""
        return self.deposits - self.withdrawals

    @property
    def loss(self) -> int:
        """Stakes minus winnings; below 0 where the player won."""
        return self.stakes - self.winnings
