"""Rules about money that moved: a threshold over one exact window."""

from typing import Literal

from campaigns.amounts import Amounts, check_amounts, written
from campaigns.player_state import MoneyWindow, PlayerState
from campaigns.rule import DatedRule


class MoneyRule(DatedRule, frozen=True, kw_only=True):
    """Speaks where more than ``amounts`` moved in a window.

    Attributes
    ----------
    under_age
        If given, it concerns only the younger; unknown age counts as younger.
    """

    window: Literal["24h", "7d", "30d", "90d", "day", "week", "month"]
    of: Literal["loss", "net_deposits", "deposits"]
    amounts: Amounts
    under_age: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_amounts(self.amounts)

    def exceeded(self, state: PlayerState) -> str | None:
        """The first window with more than the threshold, in words."""
        if not self.concerns(state):
            return None
        for window in self._comparable(state):
            moved: int = getattr(window, self.of)
            if moved > self.amounts[window.currency]:
                return self._in_words(window, moved)
        return None

    def unjudged(self, state: PlayerState) -> bool:
        """Whether no window tells: the person's, or the account's if it stands for itself."""
        telling = {"person"} if state.person_id is not None else {"person", "account"}
        return self.concerns(state) and not any(
            window.scope in telling for window in self._comparable(state)
        )

    def concerns(self, state: PlayerState) -> bool:
        """Whether the player is of the age that it speaks about."""
        if self.under_age is None or state.age_years is None:
            return True
        return state.age_years < self.under_age

    def _comparable(self, state: PlayerState) -> list[MoneyWindow]:
        return [
            window
            for window in state.money
            if window.name == self.window and window.currency in self.amounts
        ]

    def _in_words(self, window: MoneyWindow, moved: int) -> str:
        limit = written(self.amounts[window.currency], window.currency)
        found = written(moved, window.currency)
        what = self.of.replace("_", " ")
        return f"{what} of the {window.scope} over {window.name} are {found}, above {limit}"


class MoneyMarker(MoneyRule, frozen=True, kw_only=True, tag="money_marker"):
    """A hard marker of harm."""


class CheckDue(MoneyRule, frozen=True, kw_only=True, tag="check_due"):
    """Asks for a check of what the player can afford.

    Attributes
    ----------
    action
        The intervention by which the check is asked for.
    answered_days
        For how long a check that was made answers.
    """

    action: str
    answered_days: int
