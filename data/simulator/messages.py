"""Marketing messages: nothing is sent without consent or after a protective step."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from data.simulator.arrays import Floats, Ints
from data.simulator.calendar import DAY_US, HOUR_US, MINUTE_US, SECOND_US, in_us
from data.simulator.consent_acts import record_consents
from data.simulator.consents import PRODUCTS
from data.simulator.markets import CHANNELS
from data.simulator.promotion import cleared
from data.simulator.randomness import Keys, mixed
from data.simulator.reading import read_us
from data.simulator.records import Choice, Numbered
from data.simulator.state import State

_CHANNEL_FACTORS = np.array([1.15, 0.8, 1.0])
_FIRST_HOUR, _LAST_HOUR = 9.0, 20.0
_BREACH_DAYS = 60
OUTSIDE_CAMPAIGN = "outside-crm-reactivation"


@dataclass(frozen=True)
class _Sent:
    """Messages, shape (n,): to whom, when, for which product, by which channel, what follows."""

    player: Ints
    key: Keys
    at_us: Ints
    product: Ints
    channel: Ints
    number: Ints

    def take(self, rows: Ints) -> "_Sent":
        return _Sent(
            self.player[rows],
            self.key[rows],
            self.at_us[rows],
            self.product[rows],
            self.channel[rows],
            self.number[rows],
        )


def welcome(state: State) -> None:
    """Send everyone one service message at registration."""
    profiles = state.population.profiles
    state.records.add(
        "message",
        np.arange(len(profiles)),
        profiles.registered_us + MINUTE_US,
        state="sent",
        message_id=Numbered("message-", state.records.numbers("message", len(profiles))),
        channel="email",
        purpose="service",
        campaign_id="welcome",
    )


def correspond(state: State, day: int) -> None:
    """Send today's newsletters, each for a product and channel consented to, and react."""
    sent = _newsletters(state, day)
    _record(state, sent, sent.at_us, "sent", _campaigns(state.calendar.days))
    state.accounts.messages[sent.player] += 1
    state.influence.fatigue[sent.player] += state.settings.influence.newsletter_fatigue
    _react(state, sent, day)
    _unsubscribe(state, sent)
    _breach(state, day)


def _newsletters(state: State, day: int) -> _Sent:
    luck, granted = state.luck, state.consents.granted
    key = mixed(np.arange(len(granted)), day)
    weekly = state.settings.messages.messages_per_week
    chosen = luck.happens("newsletter", key, weekly / 7.0) & granted.any(axis=1)
    player = np.flatnonzero(chosen)
    at_us = _daytime_us(state, player, day, key[player])
    cell = _cells(state, player, key[player])
    meant = state.accounts.marketing_open(player, at_us)
    meant &= state.consents.held(player, cell, at_us)
    player, at_us, cell = player[meant], at_us[meant], cell[meant]
    allowed = cleared(state, player, at_us)
    player, at_us, cell = player[allowed], at_us[allowed], cell[allowed]
    return _sent(state, player, key[player], at_us, cell)


def _sent(state: State, player: Ints, key: Keys, at_us: Ints, cell: Ints) -> _Sent:
    number = state.records.numbers("message", len(player))
    return _Sent(player, key, at_us, cell // len(CHANNELS), cell % len(CHANNELS), number)


def _daytime_us(state: State, player: Ints, day: int, key: Keys) -> Ints:
    hour = state.luck.between("hour of message", key, _FIRST_HOUR, _LAST_HOUR)
    zone = state.population.profiles.zone[player]
    return np.asarray(state.calendar.midnights_us[zone, day] + in_us(hour, HOUR_US))


def _cells(state: State, player: Ints, key: Keys) -> Ints:
    """One consented (product, channel) of each, each as likely as the next."""
    cumulated = np.cumsum(state.consents.granted[player], axis=1)
    threshold = np.floor(state.luck.uniform("cell", key) * cumulated[:, -1])
    return np.asarray((cumulated <= threshold[:, None]).sum(axis=1))


def noticing(state: State, player: Ints, channel: Ints, plays: Floats) -> Floats:
    """Chance that a message by a channel is opened; higher for those about to play anyway.

    Parameters
    ----------
    plays
        Each player's chance to play on the day.
    """
    settings, natures = state.settings.messages, state.population.natures
    interest = np.sqrt(plays)
    share = settings.opened_share * (settings.opened_least + settings.opened_interest * interest)
    share *= natures.openness[player] * _CHANNEL_FACTORS[channel]
    share *= 0.5 + 0.5 * len(CHANNELS) * natures.channels[player, channel]
    return np.asarray(share.clip(max=0.95))


def _react(state: State, sent: _Sent, day: int) -> None:
    """Openings and clicks."""
    settings, luck = state.settings.messages, state.luck
    hours = settings.read_hours * luck.exponential("read after", sent.key)
    opened_us = read_us(state, sent.player, day, sent.at_us, hours) + SECOND_US
    stays = state.accounts.marketing_open(sent.player, opened_us)
    plays = state.engagement.chance[sent.player]
    notices = noticing(state, sent.player, sent.channel, plays)
    opens = luck.happens("opens", sent.key, notices) & stays
    opened = np.flatnonzero(opens)
    state.accounts.opened[sent.player[opened]] += 1
    campaigns = _campaigns(state.calendar.days)
    _record(state, sent.take(opened), opened_us[opened], "opened", campaigns)
    clicked = opened[luck.happens("clicks", sent.key[opened], settings.clicked_share)]
    clicked_us = opened_us[clicked] + 20 * SECOND_US
    _record(state, sent.take(clicked), clicked_us, "clicked", campaigns)


def _unsubscribe(state: State, sent: _Sent) -> None:
    """Some unsubscribe from a channel, of all products, on getting a message."""
    share = state.settings.messages.withdrawal_share
    tired = sent.take(np.flatnonzero(state.luck.happens("unsubscribes", sent.key, share)))
    at_us = tired.at_us + 10 * MINUTE_US
    _record(state, tired, at_us, "unsubscribed", _campaigns(state.calendar.days))
    had = state.consents.withdraw(tired.player, tired.channel, at_us + SECOND_US)
    for product in range(len(PRODUCTS)):
        rows = np.flatnonzero(had[:, product])
        cell = product * len(CHANNELS) + tired.channel[rows]
        refused = np.zeros(len(rows), dtype=bool)
        record_consents(
            state, tired.player[rows], at_us[rows] + SECOND_US, cell, refused, "unsubscribe_link"
        )


def _breach(state: State, day: int) -> None:
    """An outside CRM writes to somebody whose marketing has ended: excluded, or closed."""
    now_us = state.calendar.day_starts_us(day)
    ended = now_us - state.accounts.marketing_ends_us
    recent = (ended > 0) & (ended < _BREACH_DAYS * DAY_US)
    key = mixed(np.arange(len(recent)), day)
    chance = state.settings.messages.breach_per_day
    player = np.flatnonzero(recent & state.luck.happens("breach", key, chance))
    at_us = _daytime_us(state, player, day, key[player])
    sent = _sent(state, player, key[player], at_us, np.zeros(len(player), dtype=np.int64))
    _record(state, sent, at_us, "sent", (OUTSIDE_CAMPAIGN,), np.zeros(len(player), dtype=np.int64))


@cache
def _campaigns(days: int) -> tuple[str, ...]:
    """A newsletter of each week and product."""
    return tuple(
        f"{product}-week-{number:02d}" for number in range(days // 7 + 2) for product in PRODUCTS
    )


def _record(
    state: State,
    sent: _Sent,
    at_us: Ints,
    step: str,
    campaigns: tuple[str, ...],
    campaign: Ints | None = None,
) -> None:
    week = state.calendar.utc_day(sent.at_us) // 7
    state.records.add(
        "message",
        sent.player,
        at_us,
        state=step,
        message_id=Numbered("message-", sent.number),
        channel=Choice(sent.channel, CHANNELS),
        purpose="marketing",
        campaign_id=Choice(
            week * len(PRODUCTS) + sent.product if campaign is None else campaign, campaigns
        ),
    )
