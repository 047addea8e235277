"""The gates together: who may be offered anything at all.

``Unprotected`` is the proof of having passed every gate. Only ``assess`` makes one, and an offer
can't be made without.
"""

from typing import NamedTuple, NoReturn, final

from campaigns.decision import Reason
from campaigns.gates import GATES
from campaigns.jurisdiction import in_force
from campaigns.player_state import PlayerState
from campaigns.sealed import Sealed, fill
from campaigns.strong_indicators import strong_indicators


class Protected(NamedTuple):
    """A player to whom nothing may be offered, and why."""

    reasons: tuple[Reason, ...]


@final
class Unprotected(Sealed):
    """A player whom no gate protects, at the moment of the state."""

    __slots__ = ("state",)

    state: PlayerState

    def __init__(self) -> None:
        raise TypeError("an Unprotected is only made by protections.assess")

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("nothing else is an Unprotected")


def assess(state: PlayerState) -> Unprotected | Protected:
    """Pass a player through every gate; all that are closed speak."""
    if reasons := _closed(state):
        return Protected(reasons)
    unprotected = object.__new__(Unprotected)
    fill(unprotected, state=state)
    return unprotected


def is_closed(state: PlayerState) -> bool:
    """Whether a gate closes every offer."""
    return bool(_closed(state))


def proven(player: object) -> PlayerState | None:
    """The state that a proof is about, or None if it is no proof.

    Passes the state through the gates once more: a proof can be forged in Python, passing can't.
    """
    state = getattr(player, "state", None)
    if type(player) is not Unprotected or type(state) is not PlayerState or _closed(state):
        return None
    return state


def _closed(state: PlayerState) -> tuple[Reason, ...]:
    common = ((gate.rule, gate.closed_by(state)) for gate in GATES)
    local = ((rule, rule.closes(state)) for rule in in_force(state).gates)
    spoken = [
        rule.says(looked_at)
        for found in (common, local)
        for rule, looked_at in found
        if looked_at is not None
    ]
    return (*spoken, *strong_indicators(state))
