"""What counts as activity: event types, or single states of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from data.events import EVENT_TYPES


@dataclass(frozen=True)
class Activity:
    """What counts, by tokens such as ``deposit:approved``, or ``bingo.ticket`` for every state.

    Examples
    --------
    >>> Activity.of(["casino.round:settled", "bingo.ticket"]).counts("casino.round", "open")
    False
    """

    tokens: frozenset[str]

    @classmethod
    def of(cls, tokens: Iterable[str]) -> "Activity":
        """Of the tokens that name a type of event; others say in words what no event tells."""
        return cls(frozenset(one for one in tokens if one.partition(":")[0] in EVENT_TYPES))

    def counts(self, event_type: str, state: str | None) -> bool:
        """Whether an event in a state is activity."""
        return event_type in self.tokens or f"{event_type}:{state}" in self.tokens
