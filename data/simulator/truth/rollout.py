"""What an action brings when it is lived: the same days twice, with it and without it."""

from copy import deepcopy
from dataclasses import replace

import numpy as np

from data.simulator.accounts import NEVER_US
from data.simulator.actions import Chosen
from data.simulator.arrays import Floats, Ints
from data.simulator.calendar import HOUR_US
from data.simulator.ledger import holds
from data.simulator.logging_policy import channel_of
from data.simulator.markets import per_market
from data.simulator.records import EventRecords, Frame
from data.simulator.state import State
from data.simulator.truth.response import Sums
from data.simulator.world import live_day

_EVENING_US = 18 * HOUR_US
_HALF_A_STEP = 0.005
"""What rounding odds down to hundredths takes on average."""


def live(state: State, day: int, player: Ints, action: int) -> Sums:
    """Take one action for each of some players today, live the horizon, and sum up.

    ``state`` stays as it is. Luck is by key, so two actions differ by what they did alone.
    """
    state = deepcopy(replace(state, records=EventRecords()))
    every = np.full(len(player), action)
    channel = channel_of(state, player, every)
    live_day(state, day, Chosen(player, every, np.ones(len(player)), channel, "rollout"))
    today = margin_eur(state, released(state))
    played, harm = np.zeros(len(player)), np.zeros(len(player))
    for ahead in range(day + 1, day + 1 + state.settings.worth.horizon_days):
        live_day(state, ahead, Chosen.nobody())
        played += chance_to_play(state, ahead)[player]
        harm += state.harm.level[player]
    return Sums(played, (today + margin_eur(state, released(state)))[player], harm)


def chance_to_play(state: State, day: int) -> Floats:
    """Everybody's chance to play on a day just lived, in place of play: the same mean, less noise.

    Whoever is barred by the evening counts as barred all day.
    """
    free = state.accounts.blocked_until_us <= state.calendar.day_starts_us(day) + _EVENING_US
    return np.asarray(state.engagement.chance * free)


def released(state: State) -> dict[str, Frame]:
    """All that was recorded since the last call, by event type; nobody else is told of it."""
    return state.records.release(NEVER_US)


def margin_eur(state: State, frames: dict[str, Frame]) -> Floats:
    """Everybody's theoretical margin of real stakes less what bonuses paid out, euros."""
    total = np.zeros(len(state.population.profiles))
    counted = {"casino.round": _casino, "sports.bet": _sports, "bonus": _turned_real}
    for event_type, worth in counted.items():
        if event_type in frames:
            frame = frames[event_type]
            np.add.at(total, frame.player, worth(state, frame))
    return np.asarray(total / (100 * per_market("price_level")[state.population.profiles.market]))


def _casino(_: State, frame: Frame) -> Floats:
    stake, bonus, rtp, won = (
        np.asarray(frame.columns[name], dtype=np.float64)
        for name in ("stake_real", "stake_bonus", "rtp", "win_real")
    )
    sign = np.where(holds(frame.columns["state"], "rolled_back"), -1.0, 1.0)
    return np.asarray(sign * stake * (1.0 - rtp) - won * (bonus > 0))


def _sports(state: State, frame: Frame) -> Floats:
    settings = state.settings.sports
    stake, free, odds, in_play = (
        np.asarray(frame.columns[name], dtype=np.float64)
        for name in ("stake_real", "stake_bonus", "odds", "live")
    )
    margin = np.where(in_play > 0, settings.live_margin, settings.margin)
    wins = 1.0 / ((1.0 + margin) * (odds + _HALF_A_STEP))
    worth = stake * (1.0 - wins * odds) - free * wins * (odds - 1.0)
    return np.asarray((1.0 - settings.void_share) * worth * holds(frame.columns["state"], "placed"))


def _turned_real(_: State, frame: Frame) -> Floats:
    return -np.asarray(frame.columns["turned_real"], dtype=np.float64)
