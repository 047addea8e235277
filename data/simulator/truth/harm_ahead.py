"""How harm is expected to go on: the course averaged over every length and turn not drawn yet."""

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr

from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.harm import AT_RISK, HARMED, RECOVERING, RECREATIONAL, STATES, HarmCourse
from data.simulator.settings.harm import HarmCourseSettings
from data.simulator.settings.offers import InfluenceSettings

_FRESH, _OPEN = 0, -1


@dataclass(frozen=True)
class Standing:
    """Where players stand in the course at the end of a day; shape (players,) each.

    Attributes
    ----------
    ends_in
        Days until the state ends: ``_FRESH`` if it was just entered and its length is still
        open, ``_OPEN`` if it ends by chance alone.
    """

    state: Ints
    ends_in: Ints
    level: Floats
    vulnerability: Floats

    @classmethod
    def today(
        cls, harm: HarmCourse, settings: HarmCourseSettings, player: Ints, day: int
    ) -> "Standing":
        """By the evening, asked in the morning; what ends today is taken to end tomorrow."""
        state, level = harm.state[player], harm.level[player]
        left = np.ceil(harm.days_left(player, day)).clip(1).astype(np.int64)
        level = level + (np.array(settings.levels)[state] - level) / settings.ramp_days
        ends_in = np.where(state == RECREATIONAL, _OPEN, left)
        return cls(state, ends_in, level, harm.vulnerability[player])

    @property
    def suffers(self) -> Bools:
        """Who is at risk or harmed."""
        return np.asarray((self.state == AT_RISK) | (self.state == HARMED))

    def pushed(self, settings: InfluenceSettings) -> "Standing":
        """After a bonus, for those whom it does something to."""
        begins = self.state == RECREATIONAL
        deeper = (self.level + settings.harm_push).clip(max=1.0)
        # States end in the morning: a part of a day counts as one.
        longer = self.ends_in + math.ceil(settings.harm_days)
        return replace(
            self,
            state=np.where(begins, AT_RISK, self.state),
            ends_in=np.where(self.suffers, longer, np.where(begins, _FRESH, self.ends_in)),
            level=np.where(self.suffers, deeper, self.level),
        )

    def turned(self) -> "Standing":
        """After an intervention that was heeded."""
        better = np.where(self.state == HARMED, RECOVERING, RECREATIONAL)
        return replace(
            self,
            state=np.where(self.suffers, better, self.state),
            ends_in=np.where(
                self.suffers, np.where(better == RECOVERING, _FRESH, _OPEN), self.ends_in
            ),
        )


def levels_ahead(settings: HarmCourseSettings, now: Standing, days: int) -> Floats:
    """Expected level of harm on the coming days, shape (players, days)."""
    count, everyone = len(now.state), np.arange(len(now.state))
    share = np.zeros((len(STATES), count))
    share[now.state, everyone] = 1.0
    entered = np.zeros((days + 1, len(STATES), count))
    entered[0, now.state, everyone] = now.ends_in == _FRESH
    lasts = _lengths(settings, days)
    level, levels = now.level, np.zeros((count, days))
    for day in range(1, days + 1):
        ended = np.einsum("jsn,js->sn", entered[:day], lasts[day:0:-1])
        ended[now.state, everyone] += now.ends_in == day
        entered[day] = _turns(settings, now.vulnerability, share, ended)
        share = share + entered[day] - ended
        level = level + (np.array(settings.levels) @ share - level) / settings.ramp_days
        levels[:, day - 1] = level
    return levels


def _turns(
    settings: HarmCourseSettings, vulnerability: Floats, share: Floats, ended: Floats
) -> Floats:
    """Where those go whose state ends, shape (states, players); adds to ``ended`` who begins."""
    worse = (settings.worsens_share * vulnerability).clip(max=0.9)
    ended[RECREATIONAL] = (settings.at_risk_per_day * vulnerability).clip(max=1.0) * share[
        RECREATIONAL
    ]
    enters = np.zeros_like(ended)
    relapses = settings.relapse_share * ended[RECOVERING]
    enters[AT_RISK] = ended[RECREATIONAL] + relapses
    enters[HARMED] = worse * ended[AT_RISK]
    enters[RECOVERING] = ended[HARMED]
    enters[RECREATIONAL] = (1.0 - worse) * ended[AT_RISK] + ended[RECOVERING] - relapses
    return enters


def _lengths(settings: HarmCourseSettings, days: int) -> Floats:
    """Chance that a state ends so many days after it was entered, shape (days + 1, states)."""
    medians = np.array([settings.at_risk_days, settings.harmed_days, settings.recovering_days])
    whole = np.arange(1, days + 1)[:, None]
    over = ndtr(np.log(whole / medians) / settings.days_spread)
    chances = np.zeros((days + 1, len(STATES)))
    # A state entered today lasts for a day and what is drawn, in whole days.
    chances[2:, AT_RISK:] = np.diff(over, axis=0, prepend=0.0)[: days - 1]
    return chances
