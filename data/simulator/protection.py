"""Limits, contacts, time-outs, exclusions and closures after a day with play."""

import numpy as np

from data.simulator import payments
from data.simulator.accounts import NEVER_US
from data.simulator.arrays import Floats, Ints, round_down_to
from data.simulator.calendar import DAY_US, HOUR_US, MINUTE_US
from data.simulator.limits import PERIODS
from data.simulator.markets import MARKETS, per_market
from data.simulator.records import MISSING, Choice, Numbered
from data.simulator.world import World

_LIMIT_STEPS = np.array(
    [20, 50, 100, 150, 200, 300, 400, 500, 750, 1000, 1500, 2000, 3000, 5000, 10000, 20000], float
)
_PERIOD_SHARES = (0.2, 0.3, 0.5)
_PERIODS_PER_MONTH = np.array([10.0, 3.0, 1.0])
"""Periods with deposits in a month: what makes a daily limit smaller than a monthly one."""

_LIMIT_CHANGES = ("decrease", "increase_requested", "removed")
_CHANGE_SHARES = (0.45, 0.42, 0.13)
_TIMEOUT_DAYS = np.array([1, 7, 30])
_EXCLUSION_DAYS = np.array([180, 365, 1825])
_TOPICS = ("other", "payment", "bonus_request", "complaint", "rg_disclosure")
_TOPIC_SHARES = (0.4, 0.27, 0.22, 0.105, 0.005)
_HARM_TOPIC_SHARES = (0.15, 0.22, 0.3, 0.21, 0.12)
_CONTACT_CHANNELS = ("chat", "email", "phone")
_KINDS = ("self_exclusion", "register")
_REGISTERS = tuple(market.register or "" for market in MARKETS)


def set_first_limits(world: World) -> None:
    """Set a deposit limit at registration: all where the law asks it, some elsewhere."""
    settings, rng = world.settings.protection, world.streams.protection
    profiles = world.population.profiles
    required = per_market("limit_required")[profiles.market] > 0
    player = np.flatnonzero(required | (rng.random(len(profiles)) < settings.limit_share))
    loose = np.where(required[player], 4.0, 1.0)
    at_us = profiles.registered_us[player] + rng.integers(30, 300, len(player)) * 1_000_000
    _set_limit(world, player, at_us, loose)


def follow_up(world: World, day: int, player: Ints) -> None:
    """What those who logged in today do about their play afterwards."""
    harm = world.harm[player, day]
    _contact(world, player, harm)
    _change_limits(world, player, harm)
    _take_timeouts(world, player, harm)
    _self_exclude(world, player, harm)
    _close(world, day)


def raise_limits(world: World, day: int) -> None:
    """Let raised limits take effect whose waiting time is over."""
    player, since_us = world.limits.begin_day(world.calendar, day)
    _record_limits(world, player, since_us, "increase_effective", since_us)


def _later(world: World, player: Ints) -> Ints:
    """A moment minutes after each player's latest act, which becomes the latest act."""
    minutes = world.streams.protection.exponential(20.0, len(player)) + 1.0
    world.accounts.free_us[player] += (minutes * MINUTE_US).astype(np.int64)
    return world.accounts.free_us[player].copy()


def _some(world: World, player: Ints, chance: Floats) -> Ints:
    return player[world.streams.protection.random(len(player)) < chance]


def _contact(world: World, player: Ints, harm: Floats) -> None:
    rng = world.streams.protection
    chosen = rng.random(len(player)) < world.settings.protection.contacts + 0.09 * harm
    player, harm = player[chosen], harm[chosen]
    usual = rng.choice(len(_TOPICS), len(player), p=_TOPIC_SHARES)
    harmed = rng.choice(len(_TOPICS), len(player), p=_HARM_TOPIC_SHARES)
    topic = np.where(rng.random(len(player)) < harm, harmed, usual)
    channel = rng.choice(len(_CONTACT_CHANNELS), len(player), p=(0.6, 0.28, 0.12))
    world.records.add(
        "support.contact",
        player,
        _later(world, player),
        topic=Choice(topic, _TOPICS),
        channel=Choice(channel, _CONTACT_CHANNELS),
        ticket_id=Numbered("ticket-", world.records.numbers("ticket", len(player))),
    )


def _change_limits(world: World, player: Ints, harm: Floats) -> None:
    rng, chance = world.streams.protection, world.settings.protection.limit_changes + 0.05 * harm
    player = _some(world, player, chance)
    at_us = _later(world, player)
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
    wanted *= rng.lognormal(0.0, 0.8, len(player)) / _PERIODS_PER_MONTH[period]
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


def _take_timeouts(world: World, player: Ints, harm: Floats) -> None:
    rng = world.streams.protection
    player = _some(world, player, world.settings.protection.timeouts + 0.015 * harm)
    days = rng.choice(_TIMEOUT_DAYS, len(player), p=(0.4, 0.35, 0.25))
    account, chosen, at_us = _same_persons(world, player)
    until_us = at_us + days[chosen] * DAY_US
    _exclude(world, account, at_us, until_us, Choice.all_same("timeout", len(account)))
    world.accounts.block(account, until_us)


def _self_exclude(world: World, player: Ints, harm: Floats) -> None:
    settings, rng = world.settings.protection, world.streams.protection
    player = _some(world, player, settings.self_exclusions + 0.012 * harm)
    days = rng.choice(_EXCLUSION_DAYS, len(player), p=(0.5, 0.3, 0.2))
    kind = (rng.random(len(player)) < settings.register_share).astype(np.int64)
    account, chosen, at_us = _same_persons(world, player)
    market = world.population.profiles.market[account]
    kind = np.where(np.array(_REGISTERS)[market] == "", 0, kind[chosen])
    until_us = at_us + days[chosen] * DAY_US
    _exclude(world, account, at_us, until_us, Choice(kind, _KINDS))
    world.accounts.block(account, np.full(len(account), NEVER_US))
    _pay_out(world, account)


def _same_persons(world: World, player: Ints) -> tuple[Ints, Ints, Ints]:
    """Every account of the players' persons, whose choice it follows, and when it takes effect.

    All open accounts of a person follow at one moment; one that is opened later follows once its
    identity check shows whose it is. Accounts barred for good are left out.
    """
    profiles, accounts = world.population.profiles, world.accounts
    chosen_by = np.full(len(profiles), -1)
    chosen_by[profiles.person[player]] = np.arange(len(player))
    chosen_by = chosen_by[profiles.person]
    account = np.flatnonzero((chosen_by >= 0) & (accounts.blocked_until_us < NEVER_US))
    chosen = chosen_by[account]
    is_open = profiles.checked_us[account] <= accounts.free_us[player][chosen]
    own_us = _later(world, account)
    common_us = np.zeros(len(player), dtype=np.int64)
    np.maximum.at(common_us, chosen[is_open], own_us[is_open])
    at_us = np.where(is_open, common_us[chosen], own_us)
    accounts.free_us[account] = at_us
    return account, chosen, at_us


def _exclude(world: World, player: Ints, at_us: Ints, until_us: Ints, kind: Choice) -> None:
    """Record exclusions; those by a register are seen when it is looked up."""
    register = np.array([name == "register" for name in kind.names])[kind.codes]
    market = world.population.profiles.market[player]
    world.records.add(
        "exclusion",
        player,
        at_us,
        exclusion_kind=kind,
        register=Choice(np.where(register, market, -1), _REGISTERS),
        effective_from=at_us,
        until=until_us,
        checked_at=np.where(register, at_us, MISSING),
    )
    world.accounts.end_marketing(player, at_us)


def _pay_out(world: World, player: Ints) -> None:
    """Return what is left on the accounts of those who may not play again."""
    player = player[world.accounts.balance[player] > 0]
    amount, nobody = world.accounts.balance[player].copy(), np.zeros(len(player))
    payments.request_withdrawal(world, player, _later(world, player), amount, nobody)


def _close(world: World, day: int) -> None:
    """Close the accounts of those who ask for it today."""
    asks = (world.engagement.closes_on == day) & (world.accounts.blocked_until_us < NEVER_US)
    player = np.flatnonzero(asks)
    world.accounts.free_us[player] = np.maximum(
        world.accounts.free_us[player], world.calendar.day_starts_us(day) + 12 * HOUR_US
    )
    at_us = _later(world, player)
    world.records.add(
        "player.status_changed", player, at_us,
        status="closed", initiator="player", reason_code="own_request",
    )  # fmt: skip
    world.accounts.block(player, np.full(len(player), NEVER_US))
    world.accounts.end_marketing(player, at_us)
    _pay_out(world, player)
