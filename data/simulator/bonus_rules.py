"""Who may be offered a bonus and who may have one, whichever policy or habit of the operator asks.

The same rules hold when an offer is sent, when it is claimed and when a deposit is matched.
"""

import numpy as np

from data.simulator.accounts import NEVER_US
from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.calendar import DAY_US
from data.simulator.markets import MARKETS, per_market
from data.simulator.state import State

_FIRST_ONLY = np.array([market.first_bonus_only for market in MARKETS])


def may_be_offered(
    state: State, player: Ints, at_us: Ints, first_deposit: Bools | bool = False
) -> Bools:
    """To whom a bonus may be offered, as far as the operator knows at the moment.

    Nobody under the market's age for bonuses, nor for some time after a return from an exclusion or
    a sign of harm. Where the law allows one at the first play alone, it is that of the first
    deposit.
    """
    market, accounts = state.population.profiles.market[player], state.accounts
    since_us = at_us - state.settings.protection.bonus_wait_days * DAY_US
    old_enough = age_years(state, player, at_us) >= per_market("no_promotion_under")[market]
    settled = accounts.returned_us[player] < since_us
    settled &= accounts.sign_before(player, at_us) < since_us
    return np.asarray(old_enough & settled & (first_deposit | ~_FIRST_ONLY[market]))


def may_have(state: State, player: Ints, at_us: Ints, first_deposit: Bools | bool = False) -> Bools:
    """Who may be given a bonus: known, neither excluded nor closed, and without another one."""
    accounts = state.accounts
    known = (state.population.profiles.checked_us[player] <= at_us) & ~accounts.closed[player]
    free = (accounts.term_ends_us[player] == NEVER_US) & ~state.bonuses.taken(player)
    return np.asarray(known & free & may_be_offered(state, player, at_us, first_deposit))


def age_years(state: State, player: Ints, at_us: Ints) -> Floats:
    """Age of players at a moment."""
    return np.asarray((at_us // DAY_US - state.population.profiles.birth_day[player]) / 365.25)
