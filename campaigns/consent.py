"""Consent to marketing: per product and channel, by the person's latest act; silence is no."""

from campaigns.catalogue import OfferTerms
from campaigns.jurisdiction import in_force
from campaigns.player_state import ConsentAct, PlayerState
from campaigns.rule import Rule

EVERY_CHANNEL = "any"
"""A withdrawal from it is one from each channel; a consent to it is one to none."""

NO_CONSENT = Rule(
    id="offer.no_consent",
    source="GDPR Art. 6(1)(a); ePrivacy Directive Art. 13",
    text="No consent to the product by any of the offer's channels",
)


def channel_for(state: PlayerState, terms: OfferTerms) -> str | None:
    """The offer's most preferred channel by which the player agreed to get it."""
    general_counts = not in_force(state).consent
    for channel in terms.channels:
        if _agreed(state, terms.product, channel, general_counts):
            return channel
    return None


def refusal(state: PlayerState, terms: OfferTerms) -> Rule:
    """The rule that speaks where no channel is left."""
    for rule in in_force(state).consent:
        if any(_agreed(state, terms.product, channel, True) for channel in terms.channels):
            return rule
    return NO_CONSENT


def _agreed(state: PlayerState, product: str, channel: str, general_counts: bool) -> bool:
    """Whether the product's own act agrees, or, without one, that for all products.

    A later withdrawal of everything ends the product's own consent; a later consent to everything
    doesn't bring back what was withdrawn on its own.
    """
    own = _latest(state, product, channel)
    general = _latest(state, None, channel)
    if own is not None:
        withdrawn = general is not None and not general.granted and general.at_us >= own.at_us
        return _holds(own, state) and not withdrawn
    return general_counts and general is not None and _holds(general, state)


def _latest(state: PlayerState, product: str | None, channel: str) -> ConsentAct | None:
    acts = [act for act in state.consents if act.product == product and _concerns(act, channel)]
    return max(acts, key=lambda act: (act.at_us, not act.granted), default=None)


def _concerns(act: ConsentAct, channel: str) -> bool:
    return act.channel == channel or (act.channel == EVERY_CHANNEL and not act.granted)


def _holds(act: ConsentAct, state: PlayerState) -> bool:
    """Whether it agrees, is no act of the future and none from before an exclusion."""
    after_return = state.returned_us is None or act.at_us >= state.returned_us
    return act.granted and act.at_us <= state.at_us and after_return
