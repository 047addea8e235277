"""Decisions of the operator's policy with what was true of them, kept in a file a day."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from data.simulator.actions import Chosen
from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.logging_policy import probabilities
from data.simulator.state import State
from data.simulator.truth.facts import known_facts
from data.simulator.truth.response import Response, expected_response


@dataclass(frozen=True)
class Decisions(Response):
    """Decisions as the operator's policy met them, and the response to every action.

    Attributes
    ----------
    day, player, action
        When, whom each is about, and what was done, shape (decisions,).
    chances
        With which probability the policy draws every action, shape (decisions, actions).
    facts
        What is known at each, shape (decisions, facts).
    """

    day: Ints
    player: Ints
    action: Ints
    chances: Floats
    facts: Floats

    @classmethod
    def observed(cls, state: State, day: int, chosen: Chosen) -> "Decisions":
        """What is true before the day's decisions are carried out."""
        player = chosen.player
        return cls(
            **vars(expected_response(state, player, day)),
            day=np.full(len(player), day),
            player=player,
            action=chosen.action,
            chances=probabilities(state, player, day),
            facts=known_facts(state, player, day),
        )

    @property
    def eligible(self) -> Bools:
        """What the policy may draw, shape (decisions, actions)."""
        return np.asarray(self.chances > 0.0)

    def take(self, rows: Bools) -> "Decisions":
        return Decisions(**{name: values[rows] for name, values in vars(self).items()})

    def save(self, path: Path) -> None:
        """Write to a file of type ``.npz``."""
        np.savez(path, **vars(self))


def load(path: Path) -> Decisions:
    with np.load(path) as found:
        return Decisions(**found)


def decided(path: Path) -> int:
    """How many decisions a file holds."""
    with np.load(path) as found:
        return len(found["player"])


def joined(parts: Sequence[Decisions]) -> Decisions:
    """Decisions of several days, in one."""
    return Decisions(
        **{
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(Decisions)
        }
    )
