"""When messages are read: on the day on which they were sent."""

import numpy as np

from data.simulator.arrays import Floats, Ints
from data.simulator.calendar import HOUR_US, MINUTE_US, in_us
from data.simulator.markets import MARKETS, ZONES
from data.simulator.state import State

_ZONES = [[ZONES.index(zone) for zone, _ in market.timezones] for market in MARKETS]
_TIME_TO_ACT_US = 2 * MINUTE_US
"""What is left of the day at least, for a click or a claim."""


def read_us(state: State, player: Ints, day: int, sent_us: Ints, hours: Floats) -> Ints:
    """Moments of reading, some exponential time after the sending, before the day is over.

    Who excludes himself tomorrow isn't known today, and reads nothing from then on. Of exponential
    times the rest after whole days has the same distribution, cut off at the day's end.
    """
    midnights_us = state.calendar.midnights_us[:, day + 1]
    ends_us = np.array([midnights_us[zones].min() for zones in _ZONES])
    left_us = ends_us[state.population.profiles.market[player]] - sent_us - _TIME_TO_ACT_US
    return np.asarray(sent_us + in_us(hours, HOUR_US) % left_us)
