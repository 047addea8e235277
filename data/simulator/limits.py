"""Setting, changing and removing deposit limits."""

import numpy as np

from data.simulator.after_play import later, who_acts
from data.simulator.arrays import Floats, Ints, round_down_to
from data.simulator.calendar import HOUR_US, SECOND_US
from data.simulator.limit_book import PERIODS
from data.simulator.markets import per_market
from data.simulator.randomness import mixed
from data.simulator.records import Choice, Numbered
from data.simulator.state import State

_LIMIT_STEPS = np.array(
    [20, 50, 100, 150, 200, 300, 400, 500, 750, 1000, 1500, 2000, 3000, 5000, 10000, 20000], float
)
_PERIOD_SHARES = (0.2, 0.3, 0.5)
_PERIODS_PER_MONTH = np.array([10.0, 3.0, 1.0])
"""Periods with deposits in a month: what makes a daily limit smaller than a monthly one."""

_CHANGE_SHARES = (0.45, 0.42, 0.13)
"""Of those who have a limit and change it: to tighten it, to ask for more, to remove it."""


def set_first_limits(state: State) -> None:
    """Set a deposit limit at registration: all where the law asks it, some elsewhere."""
    settings, luck = state.settings.protection, state.luck
    profiles = state.population.profiles
    key = mixed(np.arange(len(profiles)))
    required = per_market("limit_required")[profiles.market]
    player = np.flatnonzero(required | luck.happens("first limit", key, settings.limit_share))
    loose = np.where(required[player], settings.required_factor, 1.0)
    waits = luck.integers("before the first limit", key[player], 30, 300)
    _set_limit(state, player, profiles.registered_us[player] + waits * SECOND_US, loose)


def raise_limits(state: State, day: int) -> None:
    """Let raised limits take effect whose waiting time is over: as the day begins for a player."""
    starts_us = state.calendar.midnights_us[state.population.profiles.zone, day]
    player = state.limits.begin_day(state.calendar, day, starts_us)
    _record_limits(state, player, starts_us[player], "increase_effective", starts_us[player])


def change_limits(state: State, player: Ints, day: int) -> None:
    """After play, some set a limit, tighten it, ask for more, or remove it."""
    usual = state.settings.protection.limit_changes * state.population.natures.fuss[player]
    chance = usual + state.settings.harm.limit_changes * state.harm.level[player]
    player = who_acts(state, "changes a limit", player, day, chance)
    at_us = later(state, "limit", player)
    present = state.limits.present(player)
    _set_limit(state, player[~present], at_us[~present], np.ones((~present).sum()))
    required = per_market("limit_required")[state.population.profiles.market[player]]
    change = state.luck.choice("limit's change", mixed(player, day), _CHANGE_SHARES)
    decreases, increases = present & (change == 0), present & (change == 1)
    removes = present & (change == 2) & ~required
    _decrease(state, player[decreases], at_us[decreases])
    _request_increase(state, player[increases], at_us[increases])
    _record_limits(state, player[removes], at_us[removes], "removed", at_us[removes])
    state.limits.remove(player[removes])


def _set_limit(state: State, player: Ints, at_us: Ints, loose: Floats) -> None:
    settings, luck, key = state.settings.protection, state.luck, mixed(player, at_us)
    period = luck.choice("limit's period", key, _PERIOD_SHARES)
    wanted = state.population.natures.budget[player] * settings.limit_budgets * loose
    wanted *= luck.lognormal("limit", key, settings.limit_spread) / _PERIODS_PER_MONTH[period]
    state.limits.put(player, period, _round_limits(state, player, wanted))
    _record_limits(state, player, at_us, "set", at_us)


def _decrease(state: State, player: Ints, at_us: Ints) -> None:
    limits = state.limits
    wanted = limits.amount[player] * state.luck.between("limit", mixed(player, at_us), 0.25, 0.8)
    amount = _round_limits(state, player, wanted)
    lower = amount < limits.amount[player]
    player, at_us, amount = player[lower], at_us[lower], amount[lower]
    limits.put(player, limits.period[player], amount)
    _record_limits(state, player, at_us, "decrease", at_us)
    state.note_sign(player, at_us)


def _request_increase(state: State, player: Ints, at_us: Ints) -> None:
    limits = state.limits
    wanted = limits.amount[player] * state.luck.between("limit", mixed(player, at_us), 1.4, 3.0)
    amount = _round_limits(state, player, wanted)
    higher = amount > limits.amount[player]
    player, at_us, amount = player[higher], at_us[higher], amount[higher]
    over_us = at_us + state.settings.protection.increase_wait_hours * HOUR_US
    zone = state.population.profiles.zone[player]
    effective_us = state.calendar.next_midnight_us(zone, over_us)
    _record_limits(state, player, at_us, "increase_requested", effective_us, amount)
    limits.raise_later(player, effective_us, amount)


def _round_limits(state: State, player: Ints, wanted: Floats) -> Ints:
    unit = 100 * per_market("price_level")[state.population.profiles.market[player]]
    return np.asarray(round_down_to(wanted / unit, _LIMIT_STEPS).astype(np.int64) * unit)


def _record_limits(
    state: State,
    player: Ints,
    at_us: Ints,
    action: str,
    effective_us: Ints,
    amount: Ints | None = None,
) -> None:
    limits = state.limits
    state.records.add(
        "limit",
        player,
        at_us,
        action=action,
        limit_kind="deposit_gross",
        period=Choice(limits.period[player], PERIODS),
        limit_id=Numbered("limit-", player),
        amount=limits.amount[player] if amount is None else amount,
        effective_at=effective_us,
    )
