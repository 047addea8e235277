"""What is ahead of players, and how an action changes it: log-odds to play, presence, harm."""

from dataclasses import dataclass

import numpy as np

from data.simulator.arrays import Floats, Ints
from data.simulator.players import PREMATCH
from data.simulator.state import State
from data.simulator.truth.harm_ahead import Standing, levels_ahead


@dataclass(frozen=True)
class Ahead:
    """The coming days if nothing is done; shape (players, days) unless said otherwise.

    Attributes
    ----------
    today
        Shape (players,): chance to play on the day of the decision itself.
    log_odds
        Log-odds to play, without what harm adds.
    spread
        Shape (days,): standard deviation of the moods to come.
    there
        Chance to be neither on a break nor gone.
    harm
        Expected level.
    """

    today: Floats
    log_odds: Floats
    spread: Floats
    there: Floats
    harm: Floats

    @classmethod
    def of(cls, state: State, player: Ints, day: int, standing: Standing) -> "Ahead":
        days = state.settings.worth.horizon_days
        found = state.engagement.outlook(player, day, days + 1)
        log_odds = (
            found.log_odds
            + _influenced(state, player, days + 1)
            + _season(state, player, day, days + 1)
        )
        harm = state.settings.harm
        today = chance(
            log_odds[:, :1] + harm.play_log_odds * standing.level[:, None], found.spread[:1]
        )
        return cls(
            (today * found.there[:, :1])[:, 0],
            log_odds[:, 1:],
            found.spread[1:],
            found.there[:, 1:],
            levels_ahead(harm.course, standing, days),
        )


def chance(log_odds: Floats, spread: Floats) -> Floats:
    """Mean chance over moods of some spread (MacKay 1992, doi 10.1162/neco.1992.4.5.720)."""
    flatter = np.sqrt(1.0 + np.pi / 8.0 * spread**2)
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds / flatter)))


def _influenced(state: State, player: Ints, days: int) -> Floats:
    """What earlier offers still do, and newsletters, which go on."""
    settings, influence, steps = state.settings.influence, state.influence, np.arange(1, days + 1)
    lift = influence.lift[player, None] * influence.kept**steps
    tired = influence.fatigue[player, None] * np.exp(-steps / settings.fatigue_days)
    told = state.settings.messages.messages_per_week / 7.0 * settings.newsletter_fatigue
    consents = state.consents.granted[player].any(axis=1, keepdims=True)
    tired += consents * told * settings.fatigue_days * -np.expm1(-steps / settings.fatigue_days)
    waits = influence.habit[player, None] * np.exp(-steps / settings.habit_days)
    return np.asarray(
        lift - influence.annoyance[player, None] * tired - influence.waiting[player, None] * waits
    )


def _season(state: State, player: Ints, day: int, days: int) -> Floats:
    """What the season's break takes from those who bet."""
    sports = state.population.natures.taste[player, PREMATCH:].sum(axis=1)[:, None]
    paused = np.array([state.fixtures.pause(day + ahead) for ahead in range(days)])
    return np.asarray(state.settings.sports.season_log_odds * sports * paused)
