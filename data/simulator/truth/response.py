"""What every action is expected to bring, given all that is hidden from everybody else."""

from dataclasses import dataclass

import numpy as np

from data.simulator.actions import ACTIONS, FIRST_INTERVENTION, PAID, VALUES_EUR
from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.bonus_book import FREE_BET, FREE_SPINS, MATCH
from data.simulator.campaigning import claiming
from data.simulator.harm import AT_RISK, HARMED, RECOVERING, RECREATIONAL
from data.simulator.logging_policy import channel_of
from data.simulator.markets import per_market
from data.simulator.messages import noticing
from data.simulator.players import PREMATCH
from data.simulator.settings.harm import HarmCourseSettings
from data.simulator.state import State


@dataclass(frozen=True)
class Response:
    """Expected difference to no offer over the horizon, shape (players, actions) each.

    Attributes
    ----------
    play_days
        Days with play.
    margin_eur
        Theoretical margin less the bonus's cost, euros (house rule A3).
    harm_days
        Days of full harm.
    """

    play_days: Floats
    margin_eur: Floats
    harm_days: Floats


def expected_response(state: State, player: Ints, day: int) -> Response:
    """Average over everything that chance has yet to decide, for today's decision.

    Moods and breaks to come are averaged by their expected course; that is the one approximation.
    """
    shape = (len(player), len(ACTIONS))
    play_days, harm_days, cost = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    log_odds, there = _without(state, player, day)
    for number in range(1, len(ACTIONS)):
        noticed = _noticed(state, player, number)
        claimed = noticed * claiming(state, player, np.full(len(player), number))
        with_it = _with(state, player, number, log_odds, there, noticed, claimed)
        play_days[:, number] = with_it - (_chance(log_odds) * there).sum(axis=1)
        cost[:, number] = claimed * _cost_eur(state, number)
        harm_days[:, number] = _harm(state, player, day, number, claimed)
    worth = margin_of_play_day_eur(state, player)[:, None]
    return Response(play_days, play_days * worth - cost, harm_days)


def margin_of_play_day_eur(state: State, player: Ints) -> Floats:
    """Theoretical margin of a day with play, euros."""
    natures, profiles = state.population.natures, state.population.profiles
    level = 100 * per_market("price_level")[profiles.market[player]]
    share = natures.taste[player] @ np.array(state.settings.worth.margin_shares)
    more = 1.0 + state.settings.harm.budget_factor * state.harm.level[player]
    return np.asarray(natures.budget[player] / level * share * more)


def _without(state: State, player: Ints, day: int) -> tuple[Floats, Bools]:
    """Log-odds and presence on the coming days if nothing is done."""
    days, settings = state.settings.worth.horizon_days, state.settings
    log_odds, there = state.engagement.outlook(player, day, days)
    ahead = np.arange(1, days + 1)
    influence = state.influence
    lift = influence.lift[player, None] * influence.kept**ahead
    fatigue = influence.fatigue[player] * influence.annoyance[player]
    habit = influence.habit[player] * influence.waiting[player]
    tired = fatigue[:, None] * np.exp(-ahead / settings.influence.fatigue_days)
    waits = habit[:, None] * np.exp(-ahead / settings.influence.habit_days)
    harm = settings.harm.play_log_odds * state.harm.level[player, None]
    pause = settings.sports.season_log_odds * state.fixtures.pause(day)
    sports = state.population.natures.taste[player, PREMATCH:].sum(axis=1)[:, None]
    return log_odds + lift - tired - waits + harm + pause * sports, there


def _with(
    state: State,
    player: Ints,
    action: int,
    log_odds: Floats,
    there: Bools,
    noticed: Floats,
    claimed: Floats,
) -> Floats:
    """Expected days with play once the action is taken, shape (players,)."""
    settings, influence = state.settings, state.influence
    ahead = np.arange(1, log_odds.shape[1] + 1)
    if action >= FIRST_INTERVENTION:
        step = action - FIRST_INTERVENTION
        calmed = log_odds - settings.interventions.calms[step] * influence.kept**ahead
        barred = (step == 1) & (ahead < settings.interventions.break_days)
        return np.asarray((_chance(calmed) * there * ~barred).sum(axis=1))
    tired = influence.annoyance[player, None] * np.exp(-ahead / settings.influence.fatigue_days)
    lift = influence.lift_of(player, np.full(len(player), action))[:, None] * influence.kept**ahead
    waits = influence.waiting[player, None] * np.exp(-ahead / settings.influence.habit_days)
    waits = waits * (ahead > settings.bonuses.valid_days / 2)
    unread = _chance(log_odds - tired)
    read = _chance(log_odds - tired + lift)
    taken = _chance(log_odds - tired + lift - waits)
    only_read = (noticed - claimed)[:, None]
    mean = (1 - noticed)[:, None] * unread + only_read * read + claimed[:, None] * taken
    return np.asarray((mean * there).sum(axis=1))


def _noticed(state: State, player: Ints, action: int) -> Floats:
    if action >= FIRST_INTERVENTION:
        return np.ones(len(player))
    every = np.full(len(player), action)
    return noticing(state, player, channel_of(state, player, every))


def _cost_eur(state: State, action: int) -> float:
    """Expected cost of a claimed bonus."""
    worth = state.settings.worth
    shares = {
        FREE_SPINS: worth.free_spins_cost,
        FREE_BET: worth.free_bet_cost,
        MATCH: worth.match_cost * worth.match_amount,
    }
    return float(VALUES_EUR[action] * shares.get(ACTIONS[action].kind, 0.0))


def _harm(state: State, player: Ints, day: int, action: int, claimed: Floats) -> Floats:
    """Days of full harm within the horizon that the action adds, or saves."""
    course, settings, harm = state.settings.harm.course, state.settings, state.harm
    horizon = float(settings.worth.horizon_days)
    levels, now, level = np.array(course.levels), harm.state[player], harm.level[player]
    in_harm = (now == AT_RISK) | (now == HARMED)
    left = harm.days_left(player, day)
    if action >= FIRST_INTERVENTION:
        heeded = settings.interventions.heeded[action - FIRST_INTERVENTION]
        better = levels[now] - np.where(now == HARMED, levels[RECOVERING], 0.0)
        return np.asarray(-heeded * in_harm * better * _felt(left.clip(max=horizon), course))
    if not PAID[action]:
        return np.zeros(len(player))
    deeper = np.minimum(settings.influence.harm_push, 1.0 - level) * course.ramp_days
    # To stay at risk for longer delays what comes after it as well, better or worse.
    milder = levels[HARMED] - levels[RECOVERING]
    longer = settings.influence.harm_days * milder * ((now == HARMED) & (left < horizon))
    begins = (settings.influence.harm_begins * harm.vulnerability[player]).clip(max=1.0)
    afresh = begins * levels[AT_RISK] * _felt(np.full(len(player), horizon), course)
    added = np.where(in_harm, deeper + longer, np.where(now == RECREATIONAL, afresh, 0.0))
    return np.asarray(claimed * added)


def _felt(days: Floats, course: HarmCourseSettings) -> Floats:
    """Days at full distance that a state of some days amounts to, as the level moves gradually."""
    ramp = course.ramp_days
    return np.asarray(days - ramp * (1.0 - np.exp(-days / ramp)))


def _chance(log_odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))
