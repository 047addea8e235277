"""Sessions of different players, side by side in arrays."""

from dataclasses import dataclass

from data.simulator.arrays import Floats, Ints
from data.simulator.players import DEVICES
from data.simulator.randomness import Keys
from data.simulator.records import Choice, EventRecords, Numbered, Value

FREE_LEG = 100
"""Number of the stretch of play that costs the player nothing, after all those with stakes."""


@dataclass(frozen=True)
class Sitting:
    """One session each of distinct players; shape (n,) throughout.

    Attributes
    ----------
    key
        Of the session's luck.
    number
        Session number.
    clock_us
        Moves on with what the player does; the array is changed in place.
    budget
        Money that the player brings to this session, minor units.
    harm
        Hidden: 0 to 1.
    """

    player: Ints
    key: Keys
    number: Ints
    device: Ints
    start_us: Ints
    clock_us: Ints
    product: Ints
    budget: Floats
    harm: Floats

    def record(
        self,
        records: EventRecords,
        event_type: str,
        rows: Ints,
        at_us: Ints,
        **values: Value,
    ) -> None:
        """Record events of some sessions; ``rows`` may name a session several times."""
        records.add(
            event_type,
            self.player[rows],
            at_us,
            session_id=Numbered("session-", self.number[rows]),
            device=Choice(self.device[rows], DEVICES),
            **values,
        )
