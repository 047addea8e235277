"""A day of play: who logs in when, and sessions of different players run side by side."""

from dataclasses import dataclass

import numpy as np

from data.simulator import casino, payments, sports
from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.calendar import HOUR_US, MINUTE_US, SECOND_US, in_us
from data.simulator.players import DEVICES, PREMATCH
from data.simulator.records import Choice
from data.simulator.sitting import Sitting
from data.simulator.world import World

_NIGHT_SPREAD_HOURS = 1.6


@dataclass(frozen=True)
class Plan:
    """Who means to play on one day: ``starts_us`` has a column for each of their sessions."""

    day: int
    player: Ints
    sessions: Ints
    starts_us: Ints


def play_day(world: World, day: int) -> Ints:
    """Play one day; returns the players who logged in."""
    plan = _plan(world, day)
    logged_in = np.zeros(len(plan.player), dtype=bool)
    for column in range(plan.starts_us.shape[1]):
        logged_in |= _play_sessions(world, plan, column)
    return np.asarray(plan.player[logged_in])


def _plan(world: World, day: int) -> Plan:
    settings, rng = world.settings.sessions, world.streams.sessions
    chance = world.engagement.chance[:, day]
    player = np.flatnonzero(rng.random(len(chance)) < chance)
    harm = world.harm[player, day]
    sessions = 1 + rng.poisson(settings.extra_sessions + world.settings.harm.more_sessions * harm)
    starts_us = _start_moments(world, day, player, harm)
    return Plan(day, player, sessions.clip(1, settings.most_sessions), starts_us)


def _start_moments(world: World, day: int, player: Ints, harm: Floats) -> Ints:
    """Shape (players, most sessions), ascending in each row, µs UTC."""
    settings, rng = world.settings.sessions, world.streams.sessions
    shape = (len(player), settings.most_sessions)
    evening = world.population.natures.evening_hour[player][:, None]
    hour = evening + settings.start_spread_hours * rng.standard_normal(shape)
    night = rng.random(shape) < world.settings.harm.night_share * harm[:, None]
    late = settings.night_hour + _NIGHT_SPREAD_HOURS * rng.standard_normal(shape)
    hour = np.sort(np.where(night, late, hour) % 24.0, axis=1)
    zone = world.population.profiles.zone[player]
    midnight_us = world.calendar.midnights_us[zone, day][:, None]
    return np.asarray(midnight_us + in_us(hour, HOUR_US))


def _play_sessions(world: World, plan: Plan, column: int) -> Bools:
    """Play the n-th session of all who have one; returns who of the plan logged in."""
    accounts = world.accounts
    starts_us = np.maximum(plan.starts_us[:, column], accounts.free_us[plan.player] + 3 * MINUTE_US)
    able = accounts.blocked_until_us[plan.player] <= starts_us
    chosen = np.flatnonzero((plan.sessions > column) & able)
    sitting = _log_in(world, plan.day, plan.player[chosen], starts_us[chosen])
    plays = world.streams.sessions.random(len(chosen)) >= world.settings.sessions.look_only_share
    _play(world, sitting, np.flatnonzero(plays))
    _log_out(world, sitting)
    logged_in = np.zeros(len(plan.player), dtype=bool)
    logged_in[chosen] = True
    return logged_in


def _log_in(world: World, day: int, player: Ints, start_us: Ints) -> Sitting:
    settings, rng = world.settings.sessions, world.streams.sessions
    natures = world.population.natures
    count = len(player)
    world.accounts.credit_due(player, start_us)
    harm = world.harm[player, day]
    budget = natures.budget[player] * (1 + world.settings.harm.budget_factor * harm)
    preferred = rng.random(count) < settings.same_device_share
    device = world.population.profiles.device[player]
    taste = np.cumsum(natures.taste[player], axis=1)
    sitting = Sitting(
        player=player,
        number=world.records.numbers("session", count),
        device=np.where(preferred, device, rng.integers(0, len(DEVICES), count)),
        start_us=start_us,
        clock_us=start_us + rng.integers(5, 60, count) * SECOND_US,
        product=(rng.random(count)[:, None] >= taste[:, :-1]).sum(axis=1),
        budget=budget * rng.lognormal(0.0, settings.budget_spread, count),
        harm=harm,
    )
    sitting.record(world.records, "session.started", np.arange(count), start_us)
    return sitting


def _play(world: World, sitting: Sitting, rows: Ints) -> None:
    """Play sittings until the player has had enough, or has lost all and deposits no more."""
    for leg in range(world.settings.sessions.most_legs):
        if not len(rows):
            return
        payments.fund(world, sitting, rows, leg)
        rows = rows[payments.can_stake(world, sitting, rows)]
        bets = sitting.product[rows] >= PREMATCH
        lost_all = np.zeros(len(rows), dtype=bool)
        lost_all[~bets] = casino.play_rounds(world, sitting, rows[~bets], leg)
        lost_all[bets] = sports.place_bets(world, sitting, rows[bets])
        rows = rows[lost_all]
        rows = rows[payments.goes_on(world, sitting, rows)]


def _log_out(world: World, sitting: Sitting) -> None:
    rng, count = world.streams.sessions, len(sitting.player)
    idle = rng.random(count) < world.settings.sessions.idle_share
    sitting.clock_us[:] += rng.integers(2, 120, count) * SECOND_US
    sitting.record(
        world.records,
        "session.ended",
        np.arange(count),
        sitting.clock_us.copy(),
        end_reason=Choice(idle.astype(np.int64), ("logout", "idle")),
        duration_s=(sitting.clock_us - sitting.start_us) // SECOND_US,
    )
    payments.cash_out(world, sitting)
    world.accounts.free_us[sitting.player] = sitting.clock_us
