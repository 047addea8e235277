"""A day of play: who logs in when, and sessions of different players run side by side."""

from dataclasses import dataclass

import numpy as np

from data.simulator import casino, exclusions, payments, sports
from data.simulator.arrays import Bools, Ints
from data.simulator.calendar import HOUR_US, MINUTE_US, SECOND_US, in_us
from data.simulator.players import DEVICES, PREMATCH
from data.simulator.randomness import Keys, mixed
from data.simulator.records import Choice
from data.simulator.sitting import Sitting
from data.simulator.state import State

_NIGHT_SPREAD_HOURS = 1.6


@dataclass(frozen=True)
class Plan:
    """Who means to play on one day: ``starts_us`` has a column for each of their sessions."""

    day: int
    player: Ints
    key: Keys
    sessions: Ints
    starts_us: Ints


def play_day(state: State, day: int) -> Ints:
    """Play one day; returns the players who logged in."""
    plan = _plan(state, day)
    logged_in = np.zeros(len(plan.player), dtype=bool)
    for column in range(plan.starts_us.shape[1]):
        logged_in |= _play_sessions(state, plan, column)
    return np.asarray(plan.player[logged_in])


def _plan(state: State, day: int) -> Plan:
    settings, luck, chance = state.settings.sessions, state.luck, state.engagement.chance
    key = mixed(np.arange(len(chance)), day)
    player = np.flatnonzero(luck.happens("plays today", key, chance))
    key = key[player]
    more = settings.extra_sessions + state.settings.harm.more_sessions * state.harm.level[player]
    sessions = 1 + luck.poisson("sessions today", key, more)
    sessions = sessions.clip(1, settings.most_sessions)
    return Plan(day, player, key, sessions, _start_moments(state, day, player, key, sessions))


def _start_moments(state: State, day: int, player: Ints, key: Keys, sessions: Ints) -> Ints:
    """Shape (players, most sessions): ascending in each row, and first those that are held."""
    settings, luck, natures = state.settings.sessions, state.luck, state.population.natures
    keys = mixed(key[:, None], np.arange(settings.most_sessions))
    evening = natures.evening_hour[player][:, None]
    hour = evening + settings.start_spread_hours * luck.normal("start", keys)
    moved = state.settings.harm.night_share * state.harm.level[player]
    night = luck.happens("at night", keys, (natures.night_share[player] + moved)[:, None])
    late = settings.night_hour + _NIGHT_SPREAD_HOURS * luck.normal("start at night", keys)
    hour = np.where(night, late, hour) % 24.0
    hour[np.arange(settings.most_sessions) >= sessions[:, None]] = 24.0
    hour = np.sort(hour, axis=1)
    zone = state.population.profiles.zone[player]
    midnight_us = state.calendar.midnights_us[zone, day][:, None]
    return np.asarray(midnight_us + in_us(hour, HOUR_US))


def _play_sessions(state: State, plan: Plan, column: int) -> Bools:
    """Play the n-th session of all who have one; returns who of the plan logged in."""
    accounts = state.accounts
    starts_us = np.maximum(plan.starts_us[:, column], accounts.free_us[plan.player] + 3 * MINUTE_US)
    able = accounts.blocked_until_us[plan.player] <= starts_us
    tries = np.flatnonzero((plan.sessions > column) & able)
    refused = exclusions.look_up_register(state, plan.player[tries], starts_us[tries])
    chosen = tries[~refused]
    key = mixed(plan.key[chosen], column)
    sitting = _log_in(state, plan.player[chosen], key, starts_us[chosen])
    looks_only = state.luck.happens("looks only", key, state.settings.sessions.look_only_share)
    _play(state, sitting, np.flatnonzero(~looks_only))
    _log_out(state, sitting)
    logged_in = np.zeros(len(plan.player), dtype=bool)
    logged_in[chosen] = True
    return logged_in


def _log_in(state: State, player: Ints, key: Keys, start_us: Ints) -> Sitting:
    settings, luck, natures = state.settings.sessions, state.luck, state.population.natures
    state.accounts.credit_due(player, start_us)
    state.accounts.last_login_us[player] = start_us
    harm = state.harm.level[player]
    budget = natures.budget[player] * (1 + state.settings.harm.budget_factor * harm)
    preferred = luck.happens("usual device", key, settings.same_device_share)
    other = luck.integers("other device", key, 0, len(DEVICES))
    taste = np.cumsum(natures.taste[player], axis=1)
    sitting = Sitting(
        player=player,
        key=key,
        number=state.records.numbers("session", len(player)),
        device=np.where(preferred, state.population.profiles.device[player], other),
        start_us=start_us,
        clock_us=start_us + luck.integers("first look", key, 5, 60) * SECOND_US,
        product=(luck.uniform("product", key)[:, None] >= taste[:, :-1]).sum(axis=1),
        budget=budget * luck.lognormal("session's budget", key, settings.budget_spread),
        harm=harm,
    )
    state.accounts.recent_sessions[player, (sitting.product >= PREMATCH).astype(np.int64)] += 1.0
    sitting.record(state.records, "session.started", np.arange(len(player)), start_us)
    return sitting


def _play(state: State, sitting: Sitting, rows: Ints) -> None:
    """Play sittings until the player has had enough, or has lost all and deposits no more."""
    casino.play_free_spins(state, sitting, rows[sitting.product[rows] < PREMATCH])
    sports.place_free_bets(state, sitting, rows[sitting.product[rows] >= PREMATCH])
    for leg in range(state.settings.sessions.most_legs):
        if not len(rows):
            return
        payments.fund(state, sitting, rows, leg)
        rows = rows[payments.can_stake(state, sitting, rows)]
        bets = sitting.product[rows] >= PREMATCH
        lost_all = np.zeros(len(rows), dtype=bool)
        lost_all[~bets] = casino.play_rounds(state, sitting, rows[~bets], leg)
        lost_all[bets] = sports.place_bets(state, sitting, rows[bets], leg)
        rows = rows[lost_all]
        rows = rows[payments.goes_on(state, sitting, rows, leg)]


def _log_out(state: State, sitting: Sitting) -> None:
    luck, settings = state.luck, state.settings.sessions
    idle = luck.happens("idles", sitting.key, settings.idle_share)
    sitting.clock_us[:] += luck.integers("last look", sitting.key, 2, 120) * SECOND_US
    sitting.record(
        state.records,
        "session.ended",
        np.arange(len(sitting.player)),
        sitting.clock_us.copy(),
        end_reason=Choice(idle.astype(np.int64), ("logout", "idle")),
        duration_s=(sitting.clock_us - sitting.start_us) // SECOND_US,
    )
    payments.cash_out(state, sitting)
    state.accounts.free_us[sitting.player] = sitting.clock_us
