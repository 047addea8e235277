"""Whom promotion may reach: the one gate that newsletters and every policy's offers pass."""

import numpy as np

from data.simulator import exclusions
from data.simulator.arrays import Bools, Ints
from data.simulator.bonus_rules import age_years
from data.simulator.calendar import DAY_US
from data.simulator.markets import per_market
from data.simulator.state import State


def cleared(state: State, player: Ints, at_us: Ints) -> Bools:
    """To whom of distinct players promotion may be sent at a moment, as far as protection goes.

    To nobody whose identity isn't known for a day: only then is it certain who is the same person
    as somebody excluded. Where the register must be looked up before marketing, it is; who is found
    there is excluded from then on.
    """
    market = state.population.profiles.market[player]
    looked_up = per_market("register_before_marketing")[market] > 0
    exclusions.look_up_register(state, player[looked_up], at_us[looked_up])
    known = state.population.profiles.checked_us[player] + DAY_US <= at_us
    is_open = state.accounts.marketing_open(player, at_us)
    return np.asarray(known & is_open & ~barred(state, player, at_us))


def barred(state: State, player: Ints, at_us: Ints) -> Bools:
    """Whom the market's law bars from promotion: young adults, or who has been inactive."""
    market = state.population.profiles.market[player]
    young = age_years(state, player, at_us) < per_market("no_promotion_under")[market]
    since_us = at_us - state.settings.protection.inactive_days * DAY_US
    inactive = state.accounts.login_before(player, at_us) < since_us
    return np.asarray(young | (inactive & (per_market("no_win_back")[market] > 0)))
