"""The hidden state of gambling harm: how strongly each player is affected on each day."""

import numpy as np
from numpy.random import Generator

from data.simulator.arrays import Floats
from data.simulator.settings.people import HarmSettings


def draw_harm(settings: HarmSettings, count: int, days: int, rng: Generator) -> Floats:
    """Harm of every player on every day, shape (players, days), between 0 and 1.

    One episode a player at most: it begins by a chance that differs between players, grows to its
    full strength, lasts, and fades as fast as it grew. It does not depend on the budget, so that
    those who spend much are not those who are harmed.
    """
    vulnerability = rng.lognormal(0.0, settings.vulnerability_spread, count)
    onset = rng.exponential(1.0, count) / (settings.onset_per_day * vulnerability)
    length = rng.exponential(settings.episode_days, count) + settings.ramp_days
    present = rng.random(count) < settings.present_share
    onset = np.where(present, -length * rng.random(count), onset)
    day = np.arange(days, dtype=np.float32)
    rising = (day - onset[:, None]) / settings.ramp_days
    fading = 1.0 + ((onset + length)[:, None] - day) / settings.ramp_days
    return np.asarray(np.minimum(rising, fading).clip(0.0, 1.0))
