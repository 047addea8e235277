"""Setting, changing and removing deposit limits."""

import numpy as np

from data.simulator.after_play import later, who_acts
from data.simulator.arrays import Floats, Ints, round_down_to
from data.simulator.calendar import HOUR_US, SECOND_US
from data.simulator.limit_book import PERIODS
from data.simulator.markets import per_market
from data.simulator.records import Choice, Numbered
from data.simulator.world import World

_LIMIT_STEPS = np.array(
    [20, 50, 100, 150, 200, 300, 400, 500, 750, 1000, 1500, 2000, 3000, 5000, 10000, 20000], float
)
_PERIOD_SHARES = (0.2, 0.3, 0.5)
_PERIODS_PER_MONTH = np.array([10.0, 3.0, 1.0])
"""Periods with deposits in a month: what makes a daily limit smaller than a monthly one."""

_LIMIT_CHANGES = ("decrease", "increase_requested", "removed")
_CHANGE_SHARES = (0.45, 0.42, 0.13)


def set_first_limits(world: World) -> None:
    """Set a deposit limit at registration: all where the law asks it, some elsewhere."""
    settings, rng = world.settings.protection, world.streams.protection
    profiles = world.population.profiles
    required = per_market("limit_required")[profiles.market] > 0
    player = np.flatnonzero(required | (rng.random(len(profiles)) < settings.limit_share))
    loose = np.where(required[player], settings.required_factor, 1.0)
    at_us = profiles.registered_us[player] + rng.integers(30, 300, len(player)) * SECOND_US
    _set_limit(world, player, at_us, loose)


def raise_limits(world: World, day: int) -> None:
    """Let raised limits take effect whose waiting time is over."""
    player, since_us = world.limits.begin_day(world.calendar, day)
    _record_limits(world, player, since_us, "increase_effective", since_us)


def change_limits(world: World, player: Ints, harm: Floats) -> None:
    """After play, some set a limit, tighten it, ask for more, or remove it."""
    settings, rng = world.settings, world.streams.protection
    chance = settings.protection.limit_changes + settings.harm.limit_changes * harm
    player = player[who_acts(world, player, chance)]
    at_us = later(world, player)
    present = world.limits.present(player)
    _set_limit(world, player[~present], at_us[~present], np.ones((~present).sum()))
    required = per_market("limit_required")[world.population.profiles.market[player]] > 0
    change = rng.choice(len(_LIMIT_CHANGES), len(player), p=_CHANGE_SHARES)
    decreases, increases = present & (change == 0), present & (change == 1)
    removes = present & (change == 2) & ~required
    _decrease(world, player[decreases], at_us[decreases])
    _request_increase(world, player[increases], at_us[increases])
    _record_limits(world, player[removes], at_us[removes], "removed", at_us[removes])
    world.limits.remove(player[removes])


def _set_limit(world: World, player: Ints, at_us: Ints, loose: Floats) -> None:
    settings, rng = world.settings.protection, world.streams.protection
    period = rng.choice(len(PERIODS), len(player), p=_PERIOD_SHARES)
    wanted = world.population.natures.budget[player] * settings.limit_budgets * loose
    wanted *= rng.lognormal(0.0, settings.limit_spread, len(player)) / _PERIODS_PER_MONTH[period]
    world.limits.put(player, period, _round_limits(world, player, wanted))
    _record_limits(world, player, at_us, "set", at_us)


def _decrease(world: World, player: Ints, at_us: Ints) -> None:
    limits = world.limits
    wanted = limits.amount[player] * world.streams.protection.uniform(0.25, 0.8, len(player))
    limits.put(player, limits.period[player], _round_limits(world, player, wanted))
    _record_limits(world, player, at_us, "decrease", at_us)


def _request_increase(world: World, player: Ints, at_us: Ints) -> None:
    limits = world.limits
    wanted = limits.amount[player] * world.streams.protection.uniform(1.4, 3.0, len(player))
    effective_us = at_us + world.settings.protection.increase_wait_hours * HOUR_US
    amount = _round_limits(world, player, wanted)
    _record_limits(world, player, at_us, "increase_requested", effective_us, amount)
    limits.raise_later(player, effective_us, amount)


def _round_limits(world: World, player: Ints, wanted: Floats) -> Ints:
    unit = 100 * per_market("price_level")[world.population.profiles.market[player]]
    return np.asarray(round_down_to(wanted / unit, _LIMIT_STEPS).astype(np.int64) * unit)


def _record_limits(
    world: World,
    player: Ints,
    at_us: Ints,
    action: str,
    effective_us: Ints,
    amount: Ints | None = None,
) -> None:
    limits = world.limits
    world.records.add(
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
