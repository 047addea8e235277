"""Time-outs, self-exclusions and closed accounts: what stops play."""

import numpy as np

from data.simulator import bonuses, payments
from data.simulator.accounts import NEVER_US
from data.simulator.after_play import later, who_acts
from data.simulator.arrays import Bools, Ints
from data.simulator.calendar import DAY_US, HOUR_US
from data.simulator.markets import MARKETS, per_market
from data.simulator.randomness import mixed
from data.simulator.records import MISSING, Choice
from data.simulator.state import State

TIMEOUT_DAYS = np.array([1, 7, 30])
TIMEOUT_SHARES = (0.4, 0.35, 0.25)
REGISTERS = tuple(market.register or "" for market in MARKETS)
_HAS_REGISTER = np.array([market.register is not None for market in MARKETS])
_CLOSING_HOUR = 12


def take_timeouts(state: State, player: Ints, day: int) -> None:
    """After play, some take a time-out: no log-in until it is over, and no marketing ever since."""
    market = state.population.profiles.market[player]
    chance = state.settings.protection.timeouts * per_market("timeout_rate")[market]
    chance = chance + state.settings.harm.timeouts * state.harm.level[player]
    player = who_acts(state, "takes a time-out", player, day, chance)
    length = state.luck.choice("time-out", mixed(player, day), TIMEOUT_SHARES)
    account, at_us, until_us = _accounts_of_persons(state, player, TIMEOUT_DAYS[length])
    _exclude(state, account, at_us, at_us, until_us, "timeout")
    state.accounts.block(account, until_us)


def self_exclude(state: State, player: Ints, day: int) -> None:
    """After play, some exclude themselves, with the operator or on the national register."""
    market = state.population.profiles.market[player]
    chance = state.settings.protection.self_exclusions * per_market("exclusion_rate")[market]
    chance = chance + state.settings.harm.self_exclusions * state.harm.level[player]
    player = who_acts(state, "self-excludes", player, day, chance)
    key, market = mixed(player, day), state.population.profiles.market[player]
    by_register = _HAS_REGISTER[market] & state.luck.happens(
        "goes on the register", key, state.settings.protection.register_share
    )
    days = _term_days(state, player, day)
    _go_on_register(state, player[by_register], days[by_register])
    account, at_us, until_us = _accounts_of_persons(state, player[~by_register], days[~by_register])
    _exclude(state, account, at_us, at_us, until_us, "self_exclusion")
    _stop(state, account[at_us < until_us])


def look_up_register(state: State, player: Ints, at_us: Ints) -> Bools:
    """Look up the register, at log-in or before marketing; who is found is dated when seen.

    Nobody found logs in, and what is found counts for every account of the person.
    """
    accounts, person = state.accounts, state.population.profiles.person
    found = accounts.on_register(player, at_us)
    seen_us = np.full(len(person), NEVER_US)
    np.minimum.at(seen_us, person[player[found]], at_us[found])
    hit = np.flatnonzero(accounts.on_register_us <= seen_us[person])
    hit = hit[seen_us[person[hit]] < NEVER_US]
    from_us, until_us = accounts.on_register_us[hit], accounts.on_register_until_us[hit]
    hit_us = seen_us[person[hit]]
    _exclude(state, hit, hit_us, from_us, until_us, "register")
    accounts.free_us[hit] = np.maximum(accounts.free_us[hit], hit_us)
    accounts.on_register_us[hit] = NEVER_US
    _stop(state, hit)
    return np.asarray(found)


def close_accounts(state: State, day: int) -> None:
    """Close the accounts of those who ask for it today."""
    asks = state.engagement.closing(day) & (state.accounts.blocked_until_us < NEVER_US)
    player = np.flatnonzero(asks)
    state.accounts.free_us[player] = np.maximum(
        state.accounts.free_us[player], state.calendar.day_starts_us(day) + _CLOSING_HOUR * HOUR_US
    )
    at_us = later(state, "closing", player)
    state.records.add(
        "player.status_changed", player, at_us,
        status="closed", initiator="player", reason_code="own_request",
    )  # fmt: skip
    state.accounts.end_marketing(player, at_us)
    state.accounts.closed[player] = True
    bonuses.take_away(state, player, at_us)
    _stop(state, player)


def _term_days(state: State, player: Ints, day: int) -> Ints:
    days = np.zeros(len(player), dtype=np.int64)
    for number, market in enumerate(MARKETS):
        here = state.population.profiles.market[player] == number
        term = state.luck.choice("term", mixed(player[here], day), market.exclusion_shares)
        days[here] = np.array(market.exclusion_days)[term]
    return days


def _go_on_register(state: State, player: Ints, days: Ints) -> None:
    """The register knows at once, for all accounts of the person; the operator doesn't yet."""
    account, at_us, until_us = _accounts_of_persons(state, player, days)
    holds = at_us < until_us
    state.accounts.on_register_us[account[holds]] = at_us[holds]
    state.accounts.on_register_until_us[account[holds]] = until_us[holds]


def _accounts_of_persons(state: State, player: Ints, days: Ints) -> tuple[Ints, Ints, Ints]:
    """Every account of the players' persons, and from when until when their choice holds for it.

    All open accounts of a person follow at one moment; one that is opened later follows once its
    identity check shows whose it is. Accounts barred for good are left out.
    """
    profiles, accounts = state.population.profiles, state.accounts
    chosen_by = profiles.of_same_person(player)
    account = np.flatnonzero((chosen_by >= 0) & (accounts.blocked_until_us < NEVER_US))
    chosen = chosen_by[account]
    is_open = profiles.checked_us[account] <= accounts.free_us[player][chosen]
    own_us = later(state, "exclusion", account)
    common_us = np.zeros(len(player), dtype=np.int64)
    np.maximum.at(common_us, chosen[is_open], own_us[is_open])
    at_us = np.where(is_open, common_us[chosen], own_us)
    until_us = (common_us + days * DAY_US)[chosen]
    accounts.free_us[account] = at_us
    return account, at_us, until_us


def _exclude(
    state: State, player: Ints, at_us: Ints, from_us: Ints, until_us: Ints, kind: str
) -> None:
    """Exclude players, which ends their bonuses; those on a register are seen when it is looked up.

    Where that is the law before marketing, too, nothing is sent from when they went on it.
    A term that is over when the account opens bars no play and is no event, but it ends marketing
    to the person still.
    """
    register = kind == "register"
    market = state.population.profiles.market[player]
    looked_up = per_market("register_before_marketing")[market] > 0
    unsent_us = np.where(looked_up, from_us, at_us)
    state.accounts.exclude(player, unsent_us, until_us, by_register=register)
    holds = at_us < until_us
    player, at_us, from_us, until_us = player[holds], at_us[holds], from_us[holds], until_us[holds]
    market = state.population.profiles.market[player]
    bonuses.take_away(state, player, at_us)
    state.records.add(
        "exclusion",
        player,
        at_us,
        exclusion_kind=kind,
        register=Choice(market if register else np.full(len(player), -1), REGISTERS),
        effective_from=from_us,
        until=until_us,
        checked_at=at_us if register else MISSING,
    )


def _stop(state: State, player: Ints) -> None:
    """Nobody logs in any more, and what is left is paid out."""
    state.accounts.block(player, np.full(len(player), NEVER_US))
    player = player[state.accounts.balance[player] > 0]
    amount, nobody = state.accounts.balance[player].copy(), np.zeros(len(player))
    at_us = later(state, "paying out", player)
    payments.request_withdrawal(state, player, mixed(player), at_us, amount, nobody)
