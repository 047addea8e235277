"""What an operator can know of players at a decision: what their responses may be told by."""

import numpy as np

from data.simulator.actions import SPORTS
from data.simulator.arrays import Floats, Ints
from data.simulator.calendar import DAY_US
from data.simulator.consents import PRODUCTS
from data.simulator.markets import per_market
from data.simulator.state import State


def known_facts(state: State, player: Ints, day: int) -> Floats:
    """Facts in the morning of a day, shape (players, facts); each is counted from events alone.

    Days since registration and the last log-in, recent log-ins and the share of sports in them,
    approved deposits and their mean size, age, market, consents of each product, messages and the
    share of them that was opened, and whether a bonus is running.
    """
    accounts, profiles = state.accounts, state.population.profiles
    now_us, market = state.calendar.day_starts_us(day), profiles.market[player]
    recent, deposits = accounts.recent_sessions[player], accounts.deposits[player]
    sent = accounts.messages[player]
    consents = state.consents.granted[player].reshape(len(player), len(PRODUCTS), -1).sum(axis=2)
    facts = (
        (now_us - profiles.registered_us[player]) / DAY_US,
        (now_us - accounts.last_login_us[player]) / DAY_US,
        recent.sum(axis=1),
        recent[:, SPORTS] / recent.sum(axis=1).clip(min=1e-9),
        deposits,
        accounts.deposited[player] / per_market("price_level")[market] / deposits.clip(min=1),
        now_us // DAY_US - profiles.birth_day[player],
        market,
        *consents.T,
        sent,
        accounts.opened[player] / sent.clip(min=1),
        state.bonuses.taken(player),
    )
    return np.stack([np.asarray(fact, dtype=np.float64) for fact in facts], axis=1)
