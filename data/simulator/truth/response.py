"""What every action is expected to bring, given all that is hidden from everybody else."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from data.simulator.actions import ACTIONS, BREAK, FIRST_INTERVENTION
from data.simulator.arrays import Floats, Ints
from data.simulator.bonus_book import MATCH
from data.simulator.campaigning import claiming
from data.simulator.logging_policy import channel_of
from data.simulator.messages import noticing
from data.simulator.state import State
from data.simulator.truth.exclusions_ahead import allowed
from data.simulator.truth.harm_ahead import Standing, levels_ahead
from data.simulator.truth.outlook import Ahead, chance
from data.simulator.truth.worth import cost_eur, margin_of_play_day_eur, used_by


@dataclass(frozen=True)
class Sums:
    """What a horizon brings, or the difference that an action makes to it.

    Attributes
    ----------
    play_days
        Days with play.
    margin_eur
        Theoretical margin less the cost of bonuses, euros.
    harm_days
        Days of full harm.
    """

    play_days: Floats
    margin_eur: Floats
    harm_days: Floats


class Response(Sums):
    """Expected difference to no offer, shape (players, actions) each."""

    def of(self, action: int) -> Sums:
        """The column of one action."""
        return Sums(
            *(part[:, action] for part in (self.play_days, self.margin_eur, self.harm_days))
        )


@dataclass(frozen=True)
class _Course:
    """One way in which the coming days may go, shape (players, days) each."""

    plays: Floats
    harm: Floats

    def mixed(self, other: "_Course", share: Floats) -> "_Course":
        """A share of the players goes the other way."""
        part = share[:, None]
        return _Course(
            self.plays + part * (other.plays - self.plays),
            self.harm + part * (other.harm - self.harm),
        )


def expected_response(state: State, player: Ints, day: int) -> Response:
    """Average over everything that chance has yet to decide, in the morning of a day.

    It is assumed that no further action is taken.
    """
    standing = Standing.today(state.harm, state.settings.harm.course, player, day)
    ahead = Ahead.of(state, player, day, standing)
    usual = _course(state, ahead, ahead.log_odds, ahead.harm)
    nothing = np.zeros(len(player))
    found = [(usual, nothing), *_offered(state, player, ahead, standing)]
    found += [(course, nothing) for course in _intervened(state, ahead, standing, usual)]
    before = _margin(state, player, usual)
    parts = [
        (
            (course.plays - usual.plays).sum(axis=1),
            (_margin(state, player, course) - before).sum(axis=1) - cost,
            (course.harm - usual.harm).sum(axis=1),
        )
        for course, cost in found
    ]
    play_days, margin, harm = (np.stack(part, axis=1) for part in zip(*parts, strict=True))
    return Response(play_days, margin, harm)


def _margin(state: State, player: Ints, course: _Course) -> Floats:
    return course.plays * margin_of_play_day_eur(state, player, course.harm)


def _course(state: State, ahead: Ahead, log_odds: Floats, harm: Floats) -> _Course:
    plays = chance(log_odds + state.settings.harm.play_log_odds * harm, ahead.spread)
    plays *= ahead.there
    return _Course(plays * allowed(state.settings, plays, harm), harm)


def _intervened(
    state: State, ahead: Ahead, standing: Standing, usual: _Course
) -> Iterator[_Course]:
    """The course after each intervention."""
    settings, days = state.settings.interventions, np.arange(1, ahead.harm.shape[1] + 1)
    better = levels_ahead(state.settings.harm.course, standing.turned(), len(days))
    on_break = replace(ahead, there=ahead.there * (days >= settings.break_days))
    for action in range(FIRST_INTERVENTION, len(ACTIONS)):
        step = action - FIRST_INTERVENTION
        there = on_break if action == BREAK else ahead
        log_odds = ahead.log_odds - settings.calms[step] * state.influence.kept**days
        unheeded = _course(state, there, log_odds, usual.harm)
        heeded = _course(state, there, log_odds, better)
        yield unheeded.mixed(heeded, np.full(len(standing.state), settings.heeded[step]))


def _offered(
    state: State, player: Ints, ahead: Ahead, standing: Standing
) -> Iterator[tuple[_Course, Floats]]:
    """The course after each offer, and what its bonus costs, euros."""
    influence, days = state.influence, np.arange(1, ahead.harm.shape[1] + 1)
    tired = influence.annoyance[player, None] * np.exp(
        -days / state.settings.influence.fatigue_days
    )
    habit = influence.waiting[player, None] * np.exp(-days / state.settings.influence.habit_days)
    log_odds, harm = ahead.log_odds - tired, _pushed(state, ahead, standing)
    unread = _course(state, ahead, log_odds, ahead.harm)
    for action in range(1, FIRST_INTERVENTION):
        every = np.full(len(player), action)
        noticed = noticing(state, player, channel_of(state, player, every), ahead.today)
        claims = claiming(state, player, every) * ~state.bonuses.taken(player)
        lift = influence.lift_of(player, every)[:, None] * influence.kept**days
        read = _course(state, ahead, log_odds + lift, ahead.harm)
        # Nobody waits for the next bonus who has one.
        granted = ACTIONS[action].kind != MATCH
        waits = habit * (used_by(state, player, action, read.plays) if granted else 1.0)
        claimed = _course(state, ahead, log_odds + lift - waits, harm)
        cost = noticed * claims * cost_eur(state, player, action, claimed.plays)
        yield unread.mixed(read.mixed(claimed, claims), noticed), cost


def _pushed(state: State, ahead: Ahead, standing: Standing) -> Floats:
    """Levels of harm after a claimed bonus."""
    settings = state.settings.influence
    pushed = levels_ahead(
        state.settings.harm.course, standing.pushed(settings), ahead.harm.shape[1]
    )
    begins = (settings.harm_begins * standing.vulnerability).clip(max=1.0)
    share = np.where(standing.suffers, 1.0, begins)[:, None]
    return ahead.harm + share * (pushed - ahead.harm)
