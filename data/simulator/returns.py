"""Returns from time-outs and exclusions: asked for after the term, never by its passing."""

import numpy as np

from data.simulator import consent_acts
from data.simulator.accounts import NEVER_US
from data.simulator.after_play import later
from data.simulator.arrays import Ints
from data.simulator.calendar import HOUR_US
from data.simulator.exclusions import REGISTERS
from data.simulator.markets import per_market
from data.simulator.randomness import mixed
from data.simulator.records import MISSING, Choice
from data.simulator.state import State

_NOON = 12


def come_back(state: State, day: int) -> None:
    """Let some return whose term is over, and ask them anew whether they agree to marketing.

    The register is looked up first; nobody returns who is on it by now.
    """
    player = _askers(state, day)
    noon_us = state.calendar.day_starts_us(day) + _NOON * HOUR_US
    state.accounts.free_us[player] = np.maximum(state.accounts.free_us[player], noon_us)
    at_us = later(state, "return", player)
    clear = ~state.accounts.on_register(player, at_us)
    player, at_us = player[clear], at_us[clear]
    _lift(state, player, at_us)
    consent_acts.ask_again(state, player, at_us)


def _askers(state: State, day: int) -> Ints:
    """Who would play, may not be written to or not even play, and asks; one account a person."""
    accounts, now_us = state.accounts, state.calendar.day_starts_us(day)
    over = np.flatnonzero((accounts.term_ends_us <= now_us) & ~accounts.closed)
    chance = state.settings.protection.returns * state.engagement.chance[over]
    asks = over[state.luck.happens("asks to return", mixed(over, day), chance)]
    _, first = np.unique(state.population.profiles.person[asks], return_index=True)
    return np.asarray(asks[first])


def _lift(state: State, player: Ints, at_us: Ints) -> None:
    """Reinstate every excluded account of the players' persons.

    It is recorded on those whose identity check is over by then, closed ones among them: a closed
    account stays closed, and is no longer excluded.
    """
    profiles, accounts = state.population.profiles, state.accounts
    asked_by = profiles.of_same_person(player)
    account = np.flatnonzero((asked_by >= 0) & (accounts.term_ends_us < NEVER_US))
    at_us = at_us[asked_by[account]]
    market = profiles.market[account]
    accounts.lift_exclusion(account, at_us, per_market("return_wait_hours")[market] * HOUR_US)
    checked = profiles.checked_us[account] <= at_us
    account, at_us, market = account[checked], at_us[checked], market[checked]
    state.consents.withdraw_all(account, at_us)
    state.records.add(
        "exclusion",
        account,
        at_us,
        exclusion_kind="reinstatement",
        register=Choice(np.where(accounts.excluded_by_register[account], market, -1), REGISTERS),
        effective_from=at_us,
        until=MISSING,
        checked_at=MISSING,
    )
