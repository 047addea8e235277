"""An offer can't be made for a protected player, by whatever way Python leaves."""

import copy
import dataclasses
import pickle
from typing import Any

import msgspec
import pytest
from hypothesis import given

from campaigns.catalogue import CATALOGUE
from campaigns.offers import Offer, OfferRefused
from campaigns.player_state import PlayerState
from campaigns.protections import Protected, Unprotected, assess
from tests.campaigns.states import EXCLUDED, OPEN, changed, states

TERMS = CATALOGUE[0]
PROTECTED = changed(protections=EXCLUDED)


def proof(state: PlayerState = OPEN) -> Unprotected:
    assessed = assess(state)
    assert isinstance(assessed, Unprotected)
    return assessed


def forged(state: object) -> Any:
    made = object.__new__(Unprotected)
    object.__setattr__(made, "state", state)
    return made


def test_an_offer_is_addressed_to_an_unprotected_player() -> None:
    offer = Offer(proof(), TERMS)
    assert (offer.player_id, offer.terms, offer.channel) == ("p1", TERMS, "onsite")


def test_nobody_but_the_gates_makes_a_proof() -> None:
    with pytest.raises(TypeError, match=r"protections\.assess"):
        Unprotected()
    forged: Any = Unprotected
    with pytest.raises(TypeError):
        forged(OPEN)


@given(states())
def test_a_proof_is_made_or_reasons_are_given(state: PlayerState) -> None:
    assessed = assess(state)
    assert isinstance(assessed, Unprotected) or assessed.reasons


@pytest.mark.parametrize(
    "player",
    [
        PROTECTED, OPEN, None, Protected(()), object.__new__(Unprotected), forged(PROTECTED),
        forged(None), forged(Protected(())),
    ],
)  # fmt: skip
def test_nothing_else_takes_the_place_of_a_proof(player: Any) -> None:
    with pytest.raises(OfferRefused, match="unprotected"):
        Offer(player, TERMS)


@pytest.mark.parametrize("made", [proof(), Offer(proof(), TERMS)], ids=["proof", "offer"])
@pytest.mark.parametrize(
    "trick",
    [
        copy.copy,
        copy.deepcopy,
        pickle.dumps,
        lambda made: dataclasses.replace(made, state=PROTECTED),
        lambda made: msgspec.structs.replace(made, state=PROTECTED),
        lambda made: msgspec.convert({"state": PROTECTED}, type(made)),
        lambda made: msgspec.json.encode(made),
        lambda made: setattr(made, "state", PROTECTED),
        lambda made: setattr(made, "terms", CATALOGUE[1]),
        lambda made: delattr(made, "state"),
        lambda made: type("Other", (type(made),), {}),
    ],
)
def test_neither_is_copied_changed_or_inherited(trick: Any, made: Any) -> None:
    with pytest.raises((TypeError, msgspec.ValidationError)):
        trick(made)


def test_the_state_of_a_proof_does_not_change() -> None:
    state: Any = proof().state
    with pytest.raises(AttributeError):
        state.objection = True


def test_without_a_channel_there_is_no_offer() -> None:
    with pytest.raises(OfferRefused, match="channel"):
        Offer(proof(changed(consents=())), TERMS)
