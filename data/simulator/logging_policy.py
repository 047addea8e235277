"""The operator's own policy: it draws at random, and writes down with which probability.

It knows what an operator knows (consents, exclusions, limits, contacts, log-ins) and obeys the
licences: nobody is denied an intervention by chance, and no paid incentive is drawn at random for
young adults or after a sign of harm. Nothing is drawn for some time after a return from an
exclusion.
"""

import numpy as np

from data.simulator.actions import ACTIONS, OFFERS, Chosen
from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.bonus_rules import age_years, may_have
from data.simulator.calendar import DAY_US
from data.simulator.consents import PRODUCTS
from data.simulator.markets import CHANNELS
from data.simulator.promotion import barred
from data.simulator.randomness import mixed
from data.simulator.state import State

POLICY = "random-2025-11"


def decide(state: State, day: int) -> Chosen:
    """Choose for all whose turn it is today."""
    player = _whose_turn(state, day)
    probability = probabilities(state, player, day)
    key = mixed(player, day)
    drawn = state.luck.uniform("action", key)[:, None] >= np.cumsum(probability, axis=1)[:, :-1]
    action = drawn.sum(axis=1)
    chance = probability[np.arange(len(player)), action]
    return Chosen(player, action, chance, channel_of(state, player, action), POLICY)


def probabilities(state: State, player: Ints, day: int) -> Floats:
    """Probability of every action, shape (players, actions); 0 for interventions."""
    allowed = eligible(state, player, day)
    count = allowed[:, 1:].sum(axis=1)
    none = np.where(count > 0, state.settings.logging_policy.no_offer, 1.0)
    shared = np.where(allowed[:, 1:], ((1.0 - none) / count.clip(min=1))[:, None], 0.0)
    return np.concatenate([none[:, None], shared], axis=1)


def eligible(state: State, player: Ints, day: int) -> Bools:
    """Which actions each player may be drawn for, shape (players, actions)."""
    reachable = _reachable(state, player)
    paid = _may_be_paid(state, player, day)
    now_us = np.full(len(player), _now_us(state, day))
    since_us = now_us - state.settings.logging_policy.quiet_days * DAY_US
    settled = (state.accounts.returned_us[player] < since_us) & ~barred(state, player, now_us)
    allowed = np.zeros((len(player), len(ACTIONS)), dtype=bool)
    allowed[:, 0] = True
    for place, offer in enumerate(OFFERS, start=1):
        allowed[:, place] = reachable[:, offer.product] & settled & (paid | (not offer.paid))
    return allowed


def present(state: State, day: int) -> Ints:
    """Accounts about which something may be decided: open, and there of late."""
    settings, accounts, now_us = state.settings.logging_policy, state.accounts, _now_us(state, day)
    known = state.population.profiles.checked_us < now_us - DAY_US
    open_to_it = (accounts.marketing_ends_us > now_us) & (accounts.blocked_until_us < now_us)
    open_to_it &= accounts.returned_us < now_us
    of_late = accounts.last_login_us > now_us - settings.inactive_days * DAY_US
    return np.flatnonzero(known & open_to_it & of_late)


def _whose_turn(state: State, day: int) -> Ints:
    """Those present whose weekday it is."""
    every_days, player = state.settings.logging_policy.every_days, present(state, day)
    return np.asarray(player[player % every_days == day % every_days])


def _now_us(state: State, day: int) -> int:
    return state.calendar.day_starts_us(day)


def _reachable(state: State, player: Ints) -> Bools:
    """Whom a channel consented to reaches, by product, shape (players, products)."""
    granted = state.consents.granted[player].reshape(len(player), len(PRODUCTS), len(CHANNELS))
    return np.asarray(granted.any(axis=2))


def _may_be_paid(state: State, player: Ints, day: int) -> Bools:
    """Who may be drawn for a paid incentive."""
    settings, now_us = state.settings.logging_policy, np.full(len(player), _now_us(state, day))
    old_enough = age_years(state, player, now_us) >= settings.least_random_age
    quiet = state.accounts.last_sign_us[player] < now_us - settings.quiet_days * DAY_US
    return np.asarray(old_enough & quiet & may_have(state, player, now_us))


def channel_of(state: State, player: Ints, action: Ints) -> Ints:
    """The first channel consented to for the action's product."""
    product = np.array([one.product for one in ACTIONS])[action]
    granted = state.consents.granted[player].reshape(len(player), len(PRODUCTS), len(CHANNELS))
    return np.asarray(granted[np.arange(len(player)), product].argmax(axis=1))
