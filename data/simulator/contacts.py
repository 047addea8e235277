"""Contacts by customers."""

import numpy as np

from data.simulator.after_play import later, who_acts
from data.simulator.arrays import Floats, Ints
from data.simulator.records import Choice, Numbered
from data.simulator.world import World

_TOPICS = ("other", "payment", "bonus_request", "complaint", "rg_disclosure")
_TOPIC_SHARES = (0.4, 0.27, 0.22, 0.105, 0.005)
_HARM_TOPIC_SHARES = (0.15, 0.22, 0.3, 0.21, 0.12)
_CHANNELS = ("chat", "email", "phone")
_CHANNEL_SHARES = (0.6, 0.28, 0.12)


def contact_support(world: World, player: Ints, harm: Floats) -> None:
    """Let some contact support after play; under harm more often and about other things."""
    settings, rng = world.settings, world.streams.protection
    chance = settings.protection.contacts + settings.harm.contacts * harm
    acts = who_acts(world, player, chance)
    player, harm = player[acts], harm[acts]
    usual = rng.choice(len(_TOPICS), len(player), p=_TOPIC_SHARES)
    harmed = rng.choice(len(_TOPICS), len(player), p=_HARM_TOPIC_SHARES)
    topic = np.where(rng.random(len(player)) < harm, harmed, usual)
    channel = rng.choice(len(_CHANNELS), len(player), p=_CHANNEL_SHARES)
    world.records.add(
        "support.contact",
        player,
        later(world, player),
        topic=Choice(topic, _TOPICS),
        channel=Choice(channel, _CHANNELS),
        ticket_id=Numbered("ticket-", world.records.numbers("ticket", len(player))),
    )
