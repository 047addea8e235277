"""Time-outs, self-exclusions and closed accounts: what stops play."""

import numpy as np

from data.simulator import payments
from data.simulator.accounts import NEVER_US
from data.simulator.after_play import later, who_acts
from data.simulator.arrays import Floats, Ints
from data.simulator.calendar import DAY_US, HOUR_US
from data.simulator.markets import MARKETS
from data.simulator.records import MISSING, Choice
from data.simulator.world import World

_TIMEOUT_DAYS = np.array([1, 7, 30])
_TIMEOUT_SHARES = (0.4, 0.35, 0.25)
_EXCLUSION_DAYS = np.array([180, 365, 1825])
_EXCLUSION_SHARES = (0.5, 0.3, 0.2)
_KINDS = ("self_exclusion", "register")
_REGISTERS = tuple(market.register or "" for market in MARKETS)
_CLOSING_HOUR = 12


def take_timeouts(world: World, player: Ints, harm: Floats) -> None:
    """After play, some take a time-out: no log-in until it is over, and no marketing ever since."""
    settings, rng = world.settings, world.streams.protection
    chance = settings.protection.timeouts + settings.harm.timeouts * harm
    player = player[who_acts(world, player, chance)]
    days = rng.choice(_TIMEOUT_DAYS, len(player), p=_TIMEOUT_SHARES)
    account, chosen, at_us = _accounts_of_persons(world, player)
    until_us = at_us + days[chosen] * DAY_US
    _exclude(world, account, at_us, until_us, Choice.all_same("timeout", len(account)))
    world.accounts.block(account, until_us)


def self_exclude(world: World, player: Ints, harm: Floats) -> None:
    """After play, some exclude themselves: nobody comes back, and what is left is paid out."""
    settings, rng = world.settings, world.streams.protection
    chance = settings.protection.self_exclusions + settings.harm.self_exclusions * harm
    player = player[who_acts(world, player, chance)]
    days = rng.choice(_EXCLUSION_DAYS, len(player), p=_EXCLUSION_SHARES)
    kind = (rng.random(len(player)) < settings.protection.register_share).astype(np.int64)
    account, chosen, at_us = _accounts_of_persons(world, player)
    market = world.population.profiles.market[account]
    kind = np.where(np.array(_REGISTERS)[market] == "", 0, kind[chosen])
    until_us = at_us + days[chosen] * DAY_US
    _exclude(world, account, at_us, until_us, Choice(kind, _KINDS))
    world.accounts.block(account, np.full(len(account), NEVER_US))
    _pay_out(world, account)


def _accounts_of_persons(world: World, player: Ints) -> tuple[Ints, Ints, Ints]:
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
    own_us = later(world, account)
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
    payments.request_withdrawal(world, player, later(world, player), amount, nobody)


def close_accounts(world: World, day: int) -> None:
    """Close the accounts of those who ask for it today."""
    asks = (world.engagement.closes_on == day) & (world.accounts.blocked_until_us < NEVER_US)
    player = np.flatnonzero(asks)
    world.accounts.free_us[player] = np.maximum(
        world.accounts.free_us[player], world.calendar.day_starts_us(day) + _CLOSING_HOUR * HOUR_US
    )
    at_us = later(world, player)
    world.records.add(
        "player.status_changed", player, at_us,
        status="closed", initiator="player", reason_code="own_request",
    )  # fmt: skip
    world.accounts.block(player, np.full(len(player), NEVER_US))
    world.accounts.end_marketing(player, at_us)
    _pay_out(world, player)
