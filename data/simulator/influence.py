"""What offers have done to players: a lift that fades, fatigue, and learning to wait."""

import numpy as np

from data.simulator.actions import ACTIONS, SPORTS, VALUES_EUR
from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.players import PREMATCH, Natures
from data.simulator.randomness import Luck, mixed
from data.simulator.settings.offers import InfluenceSettings


class Influence:
    """Hidden effects of all that was sent; shape (players,) each.

    Attributes
    ----------
    lift
        Log-odds that noticed offers add today.
    fatigue
        Units of recent messages.
    habit
        Recent bonuses.
    """

    def __init__(self, settings: InfluenceSettings, natures: Natures, luck: Luck) -> None:
        count = len(natures.budget)
        key = mixed(np.arange(count))
        self._settings, self._natures = settings, natures
        self.responsiveness = luck.lognormal("responsive", key, settings.responsiveness_spread)
        self.annoyance = settings.annoyance * luck.exponential("annoyance", key)
        waits = luck.happens("waits for bonuses", key, settings.waiters)
        self.waiting = settings.waiting * luck.exponential("waiting", key) * waits
        self.lift = np.zeros(count)
        self.fatigue = np.zeros(count)
        self.habit = np.zeros(count)

    def advance(self) -> None:
        """Let a day pass: everything fades."""
        self.lift *= self.kept
        self.fatigue *= np.exp(-1.0 / self._settings.fatigue_days)
        self.habit *= np.exp(-1.0 / self._settings.habit_days)

    @property
    def kept(self) -> float:
        """What is left of a lift after a day."""
        return float(np.exp(-1.0 / self._settings.lift_days))

    def log_odds(self, has_bonus: Bools) -> Floats:
        """What all this adds to the log-odds of play today; nobody waits who has a bonus."""
        waits = self.waiting * self.habit * ~has_bonus
        return np.asarray(self.lift - self.annoyance * self.fatigue - waits)

    def lift_of(self, player: Ints, action: Ints) -> Floats:
        """Lift in log-odds by each action once it is noticed."""
        sports = self._natures.taste[player, PREMATCH:].sum(axis=1)
        for_sports = np.array([one.product == SPORTS for one in ACTIONS])[action]
        taste = np.where(for_sports, sports, 1.0 - sports)
        paid = VALUES_EUR[action] > 0
        price = np.where(paid, self._natures.price_sensitivity[player], 1.0)
        base = np.zeros(len(ACTIONS))
        base[: len(self._settings.lift)] = self._settings.lift
        lift = base[action] * self.responsiveness[player] * price * (0.2 + 1.6 * taste)
        return np.asarray(lift.clip(max=4.0))
