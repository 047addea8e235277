"""What a policy can do to players in the world, and what each thing is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.bonus_book import FREE_BET, FREE_SPINS, MATCH
from data.simulator.markets import CHANNELS
from data.simulator.player_ids import UnknownName, player_number

NOTHING_GRANTED = -1
CASINO, SPORTS = range(2)


@dataclass(frozen=True)
class Action:
    """One action.

    Attributes
    ----------
    product
        ``CASINO`` or ``SPORTS``: the taste that it appeals to.
    kind
        Type of bonus that it grants, or ``NOTHING_GRANTED``.
    value_eur
        What it gives at most; 0 for an action that costs nothing.
    wagering_multiple
        Stakes asked for, as a multiple of the amount.
    """

    name: str
    product: int = CASINO
    kind: int = NOTHING_GRANTED
    value_eur: float = 0.0
    wagering_multiple: float = 0.0

    @property
    def paid(self) -> bool:
        return self.kind != NOTHING_GRANTED


NO_OFFER = Action("no_offer")
OFFERS = (
    Action("free_play_message"),
    Action("free_spins_5", CASINO, FREE_SPINS, 1.0),
    Action("sports_free_bet_10", SPORTS, FREE_BET, 10.0),
    Action("deposit_match_25", CASINO, MATCH, 25.0, 5.0),
)
INTERVENTIONS = (Action("rg_message"), Action("break_and_review"))
ACTIONS = (NO_OFFER, *OFFERS, *INTERVENTIONS)
"""Every action; policies name them by their place."""

ACTION_NAMES = tuple(action.name for action in ACTIONS)
FIRST_INTERVENTION = 1 + len(OFFERS)
KINDS = np.array([action.kind for action in ACTIONS])
PAID = np.array([action.paid for action in ACTIONS])
VALUES_EUR = np.array([action.value_eur for action in ACTIONS])


MATCH_OFFER_EUR = max(action.value_eur for action in OFFERS if action.kind == MATCH)

BREAK = ACTION_NAMES.index("break_and_review")
"""The intervention that bars from play for some days."""


@dataclass(frozen=True)
class Chosen:
    """What a policy does today, shape (n,) each; players are distinct.

    Attributes
    ----------
    action
        Place in ``ACTIONS``.
    probability
        With which the policy chose it.
    channel
        Place in ``markets.CHANNELS``.
    """

    player: Ints
    action: Ints
    probability: Floats
    channel: Ints
    policy: str

    def take(self, rows: Bools) -> "Chosen":
        return Chosen(
            self.player[rows],
            self.action[rows],
            self.probability[rows],
            self.channel[rows],
            self.policy,
        )

    @classmethod
    def nobody(cls) -> "Chosen":
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, np.zeros(0), nothing, "none")

    @classmethod
    def of(
        cls,
        players: npt.ArrayLike,
        action: npt.ArrayLike,
        channel: npt.ArrayLike = CHANNELS[0],
        probability: npt.ArrayLike = 1.0,
        *,
        policy: str,
    ) -> "Chosen":
        """Choose by names; one action, channel or probability stands for all players.

        Parameters
        ----------
        players
            Ids or numbers, distinct; a column of ``World.known()`` will do.
        action, channel
            Of ``ACTION_NAMES`` and ``markets.CHANNELS``; interventions need no channel.
        probability
            With which the policy chose the action.

        Raises
        ------
        UnknownName
            For a player id, an action or a channel that the world doesn't have.
        """
        named = np.asarray(players)
        ids = [player_number(str(one)) for one in named] if named.dtype.kind in "OU" else named
        numbers = np.asarray(ids, dtype=np.int64)
        return cls(
            numbers,
            _places(action, ACTION_NAMES, len(numbers)),
            np.broadcast_to(np.asarray(probability, dtype=np.float64), len(numbers)),
            _places(channel, CHANNELS, len(numbers)),
            policy,
        )


def _places(names: npt.ArrayLike, known: tuple[str, ...], count: int) -> Ints:
    """The place of each name among those known."""
    given = np.broadcast_to(np.asarray(names), count).tolist()
    place = {name: at for at, name in enumerate(known)}
    if unknown := {*map(str, given)} - {*known}:
        raise UnknownName(f"one of {', '.join(known)} was expected; {min(unknown)!r} is none")
    return np.array([place[str(name)] for name in given], dtype=np.int64)
