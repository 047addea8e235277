"""What time-outs and exclusions to come will take from play: the more, the deeper the harm."""

import numpy as np

from data.simulator.arrays import Floats
from data.simulator.exclusions import TIMEOUT_DAYS, TIMEOUT_SHARES
from data.simulator.settings.world import WorldSettings


def allowed(settings: WorldSettings, plays: Floats, harm: Floats) -> Floats:
    """Chance that no exclusion stops play, by the usual rates of a licence.

    Parameters
    ----------
    plays, harm
        Chance of play without them and level of harm on the coming days, shape (players, days).
    """
    rules, extra = settings.protection, settings.harm
    since = np.arange(plays.shape[1])[None, :] - np.arange(plays.shape[1])[:, None]
    after = (since > 0).astype(np.float64)
    lasting = (since[:, :, None] < TIMEOUT_DAYS) @ np.array(TIMEOUT_SHARES) * after
    usual = rules.timeouts * lasting + rules.self_exclusions * after
    harmed = extra.timeouts * lasting + extra.self_exclusions * after
    return np.asarray(1.0 - plays @ usual - (plays * harm) @ harmed)
