"""Contacts by customers."""

import numpy as np

from data.simulator.after_play import later, who_acts
from data.simulator.arrays import Ints
from data.simulator.randomness import mixed
from data.simulator.records import Choice, Numbered
from data.simulator.state import State

TOPICS = ("other", "payment", "bonus_request", "complaint", "rg_disclosure")
_TOPIC_SHARES = (0.4, 0.27, 0.22, 0.105, 0.005)
_HARM_TOPIC_SHARES = (0.15, 0.22, 0.3, 0.21, 0.12)
_CHANNELS = ("chat", "email", "phone")
_CHANNEL_SHARES = (0.6, 0.28, 0.12)
_THIRD_PARTY_SHARE = 0.08
"""Share of disclosures of harm that come from somebody close to the player."""


def contact_support(state: State, player: Ints, day: int) -> None:
    """Let some contact support after play; under harm more often and about other things."""
    luck, harm = state.luck, state.harm.level[player]
    usual = state.settings.protection.contacts * state.population.natures.fuss[player]
    chance = usual + state.settings.harm.contacts * harm
    player = who_acts(state, "contacts support", player, day, chance)
    key, harm = mixed(player, day), state.harm.level[player]
    usual_topic = luck.choice("topic", key, _TOPIC_SHARES)
    harmed_topic = luck.choice("topic", key, _HARM_TOPIC_SHARES)
    topic = np.where(luck.happens("harmed topic", key, harm), harmed_topic, usual_topic)
    disclosure = topic == TOPICS.index("rg_disclosure")
    at_us = later(state, "contact", player)
    state.note_sign(player[disclosure], at_us[disclosure])
    third = luck.happens("third party", key, _THIRD_PARTY_SHARE)
    state.records.add(
        "support.contact",
        player,
        at_us,
        topic=Choice(topic, TOPICS),
        channel=Choice(luck.choice("contact's channel", key, _CHANNEL_SHARES), _CHANNELS),
        ticket_id=Numbered("ticket-", state.records.numbers("ticket", len(player))),
        third_party=disclosure & third,
    )
