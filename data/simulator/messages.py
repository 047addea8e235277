"""Consents and marketing messages: nothing is sent without consent or after a protective step."""

from dataclasses import dataclass

import numpy as np

from data.simulator.arrays import Bools, Floats, Ints, owners
from data.simulator.calendar import DAY_US, HOUR_US, MINUTE_US, SECOND_US, in_us
from data.simulator.records import Choice, Numbered
from data.simulator.world import World

CHANNELS = ("email", "sms", "push")
PRODUCTS = ("casino", "sports")

_CELLS = len(PRODUCTS) * len(CHANNELS)
_CHANNEL_FACTORS = np.array([1.15, 0.8, 1.0])


@dataclass(frozen=True)
class _Sent:
    """Messages, shape (n,): to whom, when, for which product, by which channel, what follows."""

    player: Ints
    at_us: Ints
    product: Ints
    channel: Ints
    number: Ints

    def take(self, rows: Ints) -> "_Sent":
        return _Sent(
            self.player[rows],
            self.at_us[rows],
            self.product[rows],
            self.channel[rows],
            self.number[rows],
        )


def correspond(world: World) -> None:
    """Record consents, messages and reactions of the whole period; run it after the last day."""
    consents = _give_consents(world)
    _welcome(world)
    sent = _campaign(world, consents)
    withdrawn_us = _withdraw_consents(world, sent, consents)
    rows = np.flatnonzero(sent.at_us < withdrawn_us[sent.player, sent.channel])
    sent = sent.take(rows)
    _record(world, sent, sent.at_us, "sent")
    _react(world, sent)


def _give_consents(world: World) -> Floats:
    """Record the choices made at registration; returns them, shape (players, cells), 0 or 1."""
    profiles, rng = world.population.profiles, world.streams.messages
    leaning = rng.normal(0.0, world.settings.messages.consent_spread, len(profiles))[:, None]
    share = world.settings.messages.consent_share
    log_odds = np.log(share / (1 - share)) + leaning
    granted = rng.random((len(profiles), _CELLS)) < 1 / (1 + np.exp(-log_odds))
    player = np.repeat(np.arange(len(profiles)), _CELLS)
    cell = np.tile(np.arange(_CELLS), len(profiles))
    _record_consents(
        world, player, profiles.registered_us[player] + (1 + cell) * SECOND_US, cell,
        granted.ravel(), "registration",
    )  # fmt: skip
    return np.asarray(granted, dtype=np.float64)


def _record_consents(
    world: World,
    player: Ints,
    at_us: Ints,
    cell: Ints,
    granted: Bools,
    source: str,
) -> None:
    world.records.add(
        "consent",
        player,
        at_us,
        product=Choice(cell // len(CHANNELS), PRODUCTS),
        channel=Choice(cell % len(CHANNELS), CHANNELS),
        granted=granted,
        purpose="marketing",
        consent_source=source,
        text_version="2025-11",
    )


def _welcome(world: World) -> None:
    """One service message per account; it needs no consent."""
    profiles = world.population.profiles
    everyone = np.arange(len(profiles))
    world.records.add(
        "message",
        everyone,
        profiles.registered_us + MINUTE_US,
        state="sent",
        message_id=Numbered("message-", world.records.numbers("message", len(profiles))),
        channel="email",
        purpose="service",
        campaign_id="welcome",
    )


def _campaign(world: World, consents: Floats) -> _Sent:
    """Marketing messages by daytime, each for a product and channel consented to."""
    rng, profiles, calendar = world.streams.messages, world.population.profiles, world.calendar
    begins_us = profiles.registered_us + DAY_US
    ends_us = np.minimum(world.accounts.marketing_ends_us, calendar.end_us)
    weeks = (ends_us - begins_us).clip(0) / (7 * DAY_US) * (consents.sum(axis=1) > 0)
    player = owners(rng.poisson(world.settings.messages.messages_per_week * weeks))
    span_us = (ends_us - begins_us)[player]
    day = calendar.utc_day(begins_us[player] + (rng.random(len(player)) * span_us).astype(np.int64))
    hour = rng.uniform(9.0, 20.0, len(player))
    at_us = calendar.midnights_us[profiles.zone[player], day] + in_us(hour, HOUR_US)
    in_time = (at_us >= begins_us[player]) & (at_us < ends_us[player])
    player, at_us = player[in_time], at_us[in_time]
    cell = _cells(world, consents[player])
    number = world.records.numbers("message", len(player))
    return _Sent(player, at_us, cell // len(CHANNELS), cell % len(CHANNELS), number)


def _cells(world: World, consents: Floats) -> Ints:
    """One consented (product, channel) of each row, each as likely as the next."""
    luck = world.streams.messages.random(len(consents))
    cumulated = np.cumsum(consents, axis=1)
    threshold = np.floor(luck * cumulated[:, -1])
    return np.asarray((cumulated <= threshold[:, None]).sum(axis=1))


def _withdraw_consents(world: World, sent: _Sent, consents: Floats) -> Ints:
    """Some unsubscribe from a channel on getting a message; returns when, (players, channels)."""
    share = world.settings.messages.withdrawal_share
    tired = sent.take(np.flatnonzero(world.streams.messages.random(len(sent.player)) < share))
    withdrawn_us = np.full((len(consents), len(CHANNELS)), np.iinfo(np.int64).max)
    np.minimum.at(withdrawn_us, (tired.player, tired.channel), tired.at_us + 10 * MINUTE_US)
    first = tired.at_us + 10 * MINUTE_US == withdrawn_us[tired.player, tired.channel]
    tired = tired.take(np.flatnonzero(first))
    at_us = tired.at_us + 10 * MINUTE_US
    _record(world, tired, at_us, "unsubscribed")
    for product in range(len(PRODUCTS)):
        cell = product * len(CHANNELS) + tired.channel
        had = consents[tired.player, cell] > 0
        _record_consents(
            world, tired.player[had], at_us[had] + SECOND_US, cell[had], np.zeros(had.sum(), bool),
            "unsubscribe_link",
        )  # fmt: skip
    return withdrawn_us


def _react(world: World, sent: _Sent) -> None:
    """Openings and clicks, more of them by those who are about to play anyway."""
    settings, rng = world.settings.messages, world.streams.messages
    day = world.calendar.utc_day(sent.at_us).clip(0, world.calendar.days - 1)
    chance = world.engagement.chance[sent.player, day]
    interest = settings.opened_least + settings.opened_interest * np.sqrt(chance)
    share = settings.opened_share * interest * world.population.natures.openness[sent.player]
    share *= _CHANNEL_FACTORS[sent.channel]
    waited_us = (rng.exponential(settings.read_hours, len(share)) * HOUR_US).astype(
        np.int64
    ) + SECOND_US
    opened_us = sent.at_us + waited_us
    stays = opened_us < world.accounts.marketing_ends_us[sent.player]
    opened = np.flatnonzero((rng.random(len(share)) < share.clip(max=0.95)) & stays)
    _record(world, sent.take(opened), opened_us[opened], "opened")
    clicked = opened[rng.random(len(opened)) < settings.clicked_share]
    _record(world, sent.take(clicked), opened_us[clicked] + 20 * SECOND_US, "clicked")


def _record(world: World, sent: _Sent, at_us: Ints, state: str) -> None:
    week = world.calendar.utc_day(sent.at_us) // 7
    campaigns = tuple(
        f"{product}-week-{number:02d}"
        for number in range(int(world.calendar.days // 7) + 2)
        for product in PRODUCTS
    )
    world.records.add(
        "message",
        sent.player,
        at_us,
        state=state,
        message_id=Numbered("message-", sent.number),
        channel=Choice(sent.channel, CHANNELS),
        purpose="marketing",
        campaign_id=Choice(week * len(PRODUCTS) + sent.product, campaigns),
    )
