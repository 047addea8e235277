"""The hidden course of gambling harm: a state that lasts for a time of its own, and its level."""

import numpy as np

from data.simulator.arrays import Floats, Ints
from data.simulator.randomness import Luck, mixed
from data.simulator.settings.harm import HarmCourseSettings
from data.simulator.settings.offers import InfluenceSettings

STATES = ("recreational", "at_risk", "harmed", "recovering")
RECREATIONAL, AT_RISK, HARMED, RECOVERING = range(len(STATES))
_NEVER = np.inf


class HarmCourse:
    """State of all players; nothing of it may reach an event.

    Attributes
    ----------
    state
        Index into ``STATES``, shape (players,).
    level
        From 0 (none) to 1 (full), shape (players,).
    vulnerability
        Factor of the chances to become at risk and to get worse, around 1.
    """

    def __init__(self, settings: HarmCourseSettings, count: int, luck: Luck) -> None:
        self._settings = settings
        self._luck = luck
        key = mixed(np.arange(count))
        self.vulnerability = luck.lognormal("vulnerability", key, settings.vulnerability_spread)
        self.state = luck.choice("first harm", key, settings.present_shares)
        self.level: Floats = np.array(settings.levels)[self.state]
        left = self._lengths(np.arange(count), self.state, 0) * luck.uniform("harm so far", key)
        self._ends_on = np.where(self.state == RECREATIONAL, _NEVER, left)

    def advance(self, day: int) -> None:
        """Let a day pass: states end, begin, and draw the level towards them."""
        key = mixed(np.arange(len(self.state)), day)
        begins = (self.state == RECREATIONAL) & self._luck.happens(
            "harm begins", key, self._settings.at_risk_per_day * self.vulnerability
        )
        self.enter(np.flatnonzero(begins), AT_RISK, day)
        for state in (AT_RISK, HARMED, RECOVERING):
            ending = np.flatnonzero((self.state == state) & (self._ends_on <= day))
            self._end(ending, state, day)
        target = np.array(self._settings.levels)[self.state]
        self.level += (target - self.level) / self._settings.ramp_days

    def enter(self, player: Ints, state: int, day: int) -> None:
        """Put players into a state from a day on."""
        self.state[player] = state
        lasts = self._lengths(player, self.state[player], day)
        self._ends_on[player] = day + 1 + lasts if state != RECREATIONAL else _NEVER

    def days_left(self, player: Ints, day: int) -> Floats:
        """Days for which the present state will last; 0 for the recreational."""
        left = self._ends_on[player] - day
        return np.where(np.isinf(left), 0.0, left.clip(min=0.0))

    def push(self, player: Ints, settings: InfluenceSettings, day: int) -> None:
        """What a bonus does: deeper and longer harm, or its beginning."""
        harmed = player[(self.state[player] == AT_RISK) | (self.state[player] == HARMED)]
        self.level[harmed] = (self.level[harmed] + settings.harm_push).clip(max=1.0)
        self._ends_on[harmed] += settings.harm_days
        chance = settings.harm_begins * self.vulnerability[player]
        begins = self._luck.happens("a bonus begins harm", mixed(player, day), chance)
        self.enter(player[begins & (self.state[player] == RECREATIONAL)], AT_RISK, day)

    def _end(self, player: Ints, state: int, day: int) -> None:
        turn = self._luck.uniform("harm turns", mixed(player, day))
        worse = turn < (self._settings.worsens_share * self.vulnerability[player]).clip(max=0.9)
        relapses = turn < self._settings.relapse_share
        if state == AT_RISK:
            self.enter(player[worse], HARMED, day)
            self.enter(player[~worse], RECREATIONAL, day)
        elif state == HARMED:
            self.enter(player, RECOVERING, day)
        else:
            self.enter(player[relapses], AT_RISK, day)
            self.enter(player[~relapses], RECREATIONAL, day)

    def _lengths(self, player: Ints, state: Ints, day: int) -> Floats:
        """Days that a state entered on a day lasts."""
        settings = self._settings
        medians = np.array(
            [0.0, settings.at_risk_days, settings.harmed_days, settings.recovering_days]
        )
        drawn = self._luck.lognormal("harm lasts", mixed(player, day), settings.days_spread)
        return np.asarray(medians[state] * drawn)
