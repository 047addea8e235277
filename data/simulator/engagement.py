"""How ready each player is to play: rhythm, mood, breaks, shocks, and leaving, day by day."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.calendar import Calendar
from data.simulator.players import Population, first_day
from data.simulator.randomness import Keys, Luck, mixed
from data.simulator.settings.people import EngagementSettings

_LEAST_DECLINE_DAYS = 7.0
_SATURDAY = 5
_NEVER = np.inf


@dataclass(frozen=True)
class Outlook:
    """What is expected of players if nothing is done, shape (players, days) each.

    Attributes
    ----------
    log_odds
        Log-odds to play, by the expected mood.
    spread
        Shape (days,): standard deviation of what moods may still bring.
    there
        Chance to be neither on a break nor gone.
    """

    log_odds: Floats
    spread: Floats
    there: Floats


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

    def outlook(self, player: Ints, day: int, days: int) -> Outlook:
        """What is ahead of players, from the morning of a day on, averaged over what is undrawn."""
        settings, steps = self._settings, np.arange(1, days + 1)
        kept = np.exp(-steps / settings.drift_days)
        weekdays = [self._calendar.weekday(ahead) for ahead in range(day, day + days)]
        weekend = np.array(weekdays) >= _SATURDAY
        log_odds = self._base[player, None] + self._mood[player, None] * kept
        log_odds = log_odds + self._weekend[player, None] * weekend
        fallen, stays = self._leaving_ahead(player, day + steps - 1)
        there = stays * self._between_breaks(player, day, days)
        spread = settings.drift_spread * np.sqrt(1.0 - kept**2)
        return Outlook(log_odds - settings.decline_log_odds * fallen, spread, there)

    def closing(self, day: int) -> Bools:
        """Who leaves today and asks for the account to be closed."""
        return np.asarray(self.asks_to_close & (np.ceil(self.leaves_on) == day))

    def _leaving_ahead(self, player: Ints, days: Ints) -> tuple[Floats, Floats]:
        """How far players will have fallen, and the chance that they haven't left, by day."""
        settings, since = self._settings, self._declines_from[player, None]
        until = self.leaves_on[player, None]
        hazard = self._hazard(player[:, None], days)
        decided = np.isinf(until) & (self._stays[player, None] < np.cumsum(hazard, axis=1))
        passed = np.cumsum(decided, axis=1) - 1.0
        length = _LEAST_DECLINE_DAYS + settings.decline_days
        ends = np.exp(-(passed - _LEAST_DECLINE_DAYS).clip(0) / settings.decline_days)
        stays = np.where(decided, settings.decline_share * ends, days < until)
        falling = np.isfinite(since)
        begun, length_known = np.where(falling, since, 0.0), np.where(falling, until, np.inf)
        falls = (days - begun) / (length_known - begun)
        return np.where(decided, passed / length, falls).clip(0.0, 1.0), stays

    def _between_breaks(self, player: Ints, day: int, days: int) -> Floats:
        """Chance to be on no break, by day."""
        settings, begins = self._settings, self._breaks[player]
        lengths = np.log(np.arange(1, days + 1) / settings.break_days)
        lasting = ndtr(-lengths / settings.break_days_spread)
        begun, free = np.zeros((len(player), days)), np.zeros((len(player), days))
        for ahead in range(days):
            away = (self._break_ends[player] > day + ahead).astype(np.float64)
            away += begun[:, :ahead] @ lasting[:ahead][::-1]
            begun[:, ahead] = begins * (1.0 - away)
            free[:, ahead] = (1.0 - begins) * (1.0 - away)
        return free

    def _hazard(self, player: Ints, day: Ints | int) -> Floats:
        """By how much the wish to leave grows on a day."""
        settings, known_days = self._settings, day - self._registered[player]
        early = np.exp(-(known_days + self._tenure_days[player]).clip(0) / settings.early_days)
        hazard = self._leaving[player] + settings.early_leaving_per_day * early
        return np.where(known_days > 0, hazard, 0.0)

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
        self._stays -= self._hazard(np.arange(len(self._base)), day)
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
