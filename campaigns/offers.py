"""An addressed offer: to one player, by one channel. It can't be made for a protected player."""

from typing import NoReturn, final

from campaigns.catalogue import OfferTerms
from campaigns.consent import channel_for
from campaigns.protections import Unprotected, proven
from campaigns.sealed import Sealed, fill


class OfferRefused(TypeError):
    """The offer can't be addressed to the player."""


@final
class Offer(Sealed):
    """An offer on its way.

    Attributes
    ----------
    channel
        The most preferred one that the player agreed to.

    Raises
    ------
    OfferRefused
        If the player isn't proven to be unprotected, or agreed to none of the channels.
    """

    __slots__ = ("channel", "player_id", "terms")

    terms: OfferTerms
    player_id: str
    channel: str

    def __init__(self, player: Unprotected, terms: OfferTerms) -> None:
        state = proven(player)
        if state is None:
            raise OfferRefused("an offer needs a player that protections.assess found unprotected")
        channel = channel_for(state, terms)
        if channel is None:
            raise OfferRefused(f"{terms.id} has no channel that the player agreed to")
        fill(self, terms=terms, player_id=state.player_id, channel=channel)

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("nothing else is an Offer")
