"""How ready each player is to play: rhythm, mood, breaks, shocks, and leaving, day by day."""

import numpy as np

from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.calendar import Calendar
from data.simulator.players import Population, first_day
from data.simulator.randomness import Keys, Luck, mixed
from data.simulator.settings.people import EngagementSettings

_LEAST_DECLINE_DAYS = 7.0
_SATURDAY = 5
_NEVER = np.inf


class Engagement:
    """Hidden readiness to play, of which a model can learn a part and never all.

    A player's wish to leave grows unseen until it has used up a drawn measure; most then play less
    and less for some weeks, the others stop at once.

    Attributes
    ----------
    log_odds
        Shape (players,): log-odds to play today, before breaks and leaving.
    chance
        Shape (players,): probability to play today.
    leaves_on
        Shape (players,): day from which the player never plays again; infinite while not decided.
    """

    def __init__(
        self, settings: EngagementSettings, population: Population, calendar: Calendar, luck: Luck
    ) -> None:
        count = len(population.profiles)
        key = mixed(np.arange(count))
        usual = np.log(settings.daily_chance / (1 - settings.daily_chance))
        self._settings, self._calendar, self._luck = settings, calendar, luck
        self._registered = first_day(population.profiles, calendar)
        self._tenure_days = population.natures.tenure_days
        self._base = usual + settings.chance_spread * luck.normal("usual play", key)
        self._weekend = settings.weekend_log_odds + settings.weekend_spread * luck.normal(
            "weekend play", key
        )
        self._mood = settings.drift_spread * luck.normal("first mood", key)
        self._breaks = settings.breaks_per_day * luck.lognormal(
            "breaks", key, settings.breaks_spread
        )
        self._break_ends = np.zeros(count)
        self._leaving = settings.leaving_per_day * luck.lognormal(
            "leaving", key, settings.leaving_spread
        )
        self._stays = luck.exponential("stays", key)
        self._declines_from = np.full(count, _NEVER)
        self.leaves_on = np.full(count, _NEVER)
        self.asks_to_close = luck.happens("asks to close", key, settings.closing_share)
        self.log_odds = np.zeros(count)
        self.chance = np.zeros(count)

    def advance(self, day: int, extra_log_odds: Floats) -> None:
        """Let a day begin; ``extra_log_odds`` is what harm, season and offers add today."""
        key = mixed(np.arange(len(self._base)), day)
        self._drift(key)
        self._decide_to_leave(day, key)
        weekend = self._calendar.weekday(day) >= _SATURDAY
        self.log_odds = self._base + self._mood + self._weekend * weekend + extra_log_odds
        self.log_odds -= self._declined(day)
        self.chance = 1.0 / (1.0 + np.exp(-self.log_odds))
        self.chance[self._on_break(day, key)] = 0.0
        self.chance[day == self._registered] = self._settings.first_day_chance
        self.chance[(day < self._registered) | (day >= self.leaves_on)] = 0.0

    def outlook(self, player: Ints, day: int, days: int) -> tuple[Floats, Bools]:
        """What is ahead if nothing unforeseen happens: log-odds and presence on coming days.

        Parameters
        ----------
        player
            Shape (n,).
        days
            How many days, from the one after ``day``.

        Returns
        -------
        tuple
            Log-odds to play, and whether the player is there at all; shape (n, days) each.
        """
        ahead = np.arange(1, days + 1)
        kept = np.exp(-ahead / self._settings.drift_days)
        weekdays = [self._calendar.weekday(day + one) for one in range(1, days + 1)]
        weekend = np.array(weekdays) >= _SATURDAY
        log_odds = self._base[player, None] + self._mood[player, None] * kept
        log_odds = log_odds + self._weekend[player, None] * weekend
        since, until = self._declines_from[player, None], self.leaves_on[player, None]
        falling = since <= day
        begun = np.where(falling, since, day)
        length = np.where(falling, until, np.inf) - begun
        share = (day + ahead - begun) / length
        log_odds = log_odds - self._settings.decline_log_odds * share.clip(0.0, 1.0)
        there = (day + ahead >= self._break_ends[player, None]) & (day + ahead < until)
        return log_odds, np.asarray(there)

    def closing(self, day: int) -> Bools:
        """Who leaves today and asks for the account to be closed."""
        return np.asarray(self.asks_to_close & (np.ceil(self.leaves_on) == day))

    def _drift(self, key: Keys) -> None:
        """Slow drift that fades, and shocks that stay."""
        settings, luck = self._settings, self._luck
        kept = np.exp(-1.0 / settings.drift_days)
        fresh = settings.drift_spread * np.sqrt(1.0 - kept**2)
        self._mood = kept * self._mood + fresh * luck.normal("mood", key)
        shocked = luck.happens("shock", key, settings.shocks_per_day)
        self._base += shocked * settings.shock_spread * luck.normal("shock's size", key)

    def _decide_to_leave(self, day: int, key: Keys) -> None:
        settings, luck = self._settings, self._luck
        known_days = day - self._registered
        early = np.exp(-(known_days + self._tenure_days).clip(0) / settings.early_days)
        hazard = self._leaving + settings.early_leaving_per_day * early
        self._stays -= np.where(known_days > 0, hazard, 0.0)
        decides = (self._stays < 0) & np.isinf(self.leaves_on)
        slowly = luck.happens("leaves slowly", key, settings.decline_share)
        length = _LEAST_DECLINE_DAYS + settings.decline_days * luck.exponential("decline", key)
        self.leaves_on[decides] = day + np.where(slowly, np.ceil(length), 0.0)[decides]
        self._declines_from[decides & slowly] = day

    def _declined(self, day: int) -> Floats:
        """How far each player has fallen who is about to leave, in log-odds."""
        falling = np.flatnonzero(self._declines_from <= day)
        fallen = np.zeros(len(self._base))
        since, until = self._declines_from[falling], self.leaves_on[falling]
        share = ((day - since) / (until - since)).clip(0.0, 1.0)
        fallen[falling] = self._settings.decline_log_odds * share
        return fallen

    def _on_break(self, day: int, key: Keys) -> Bools:
        settings, luck = self._settings, self._luck
        begins = (self._break_ends <= day) & luck.happens("break", key, self._breaks)
        length = settings.break_days * luck.lognormal(
            "break's length", key, settings.break_days_spread
        )
        self._break_ends[begins] = (day + length)[begins]
        return np.asarray(self._break_ends > day)
