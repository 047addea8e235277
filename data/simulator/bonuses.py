"""What happens to bonuses: claims, conversions, forfeits, expiry."""

import numpy as np

from data.simulator.actions import ACTION_NAMES, KINDS, MATCH_OFFER_EUR, VALUES_EUR
from data.simulator.arrays import Bools, Ints, round_down_to
from data.simulator.bonus_book import FREE_BET, FREE_SPINS, MATCH, TYPES
from data.simulator.bonus_rules import may_have
from data.simulator.calendar import DAY_US, SECOND_US
from data.simulator.markets import per_market
from data.simulator.players import PREMATCH
from data.simulator.randomness import mixed
from data.simulator.records import Choice, Numbered
from data.simulator.state import State

INVITED_DAYS = 7
"""Days after the claim for which an offered match waits for a deposit."""

_OWN_NAMES = ("welcome", "reload")
_WELCOME, _RELOAD = range(2)
_FIRST_OFFER = len(_OWN_NAMES)
"""Campaigns from here on are offers, by their place in ``ACTION_NAMES``."""

_NAMES = (*_OWN_NAMES, *ACTION_NAMES)
STEPS_EUR = np.array([5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 75.0, 100.0])
_PRODUCTS = ("casino", "casino", "sports")
"""Product of each type of bonus."""


def claim(state: State, player: Ints, at_us: Ints, deposit: Ints) -> None:
    """Let some of those who have just deposited claim a match of their deposit, or a free bet.

    ``player`` are distinct; ``deposit`` is in minor units and counted in ``accounts.deposits``.
    """
    first, at_us = state.accounts.deposits[player] == 1, at_us + SECOND_US
    invited = state.bonuses.invited(player, at_us)
    claims = _wanted(state, player, first, invited) & may_have(state, player, at_us, first)
    player, at_us, deposit = player[claims], at_us[claims], deposit[claims]
    first, invited = first[claims], invited[claims]
    bettor = state.population.natures.taste[player, PREMATCH:].sum(axis=1) > 0.5
    kind = np.where(bettor & ~invited, FREE_BET, MATCH)
    own = np.where(first, _WELCOME, _RELOAD)
    campaign = np.where(invited, state.bonuses.invited_by[player], own)
    amount = _amounts(state, player, deposit, kind, invited)
    state.bonuses.uninvite(player)
    _start(state, player, at_us, kind, amount, campaign)


def accept(state: State, player: Ints, at_us: Ints, action: Ints) -> Bools:
    """Give distinct players what they claim of a paid offer; returns who may have it.

    A match waits for the next deposit.
    """
    given = may_have(state, player, at_us)
    player, at_us, action = player[given], at_us[given], action[given]
    kind, campaign = KINDS[action], _FIRST_OFFER + action
    match = kind == MATCH
    until_us = _end_of_day_us(at_us[match], INVITED_DAYS)
    state.bonuses.invite(player[match], at_us[match], until_us, campaign[match])
    amount = (VALUES_EUR[action] * _unit(state, player)).astype(np.int64)
    rest = ~match
    _start(state, player[rest], at_us[rest], kind[rest], amount[rest], campaign[rest])
    return given


def _wanted(state: State, player: Ints, first: Bools, invited: Bools) -> Bools:
    """Who asks for a bonus at a deposit; the invited do for certain."""
    settings, key = state.settings.bonuses, mixed(player, state.accounts.deposits[player])
    share = np.where(first, settings.welcome_share, settings.reload_share)
    return state.luck.happens("claims a bonus", key, np.where(invited, 1.0, share))


def _amounts(state: State, player: Ints, deposit: Ints, kind: Ints, invited: Bools) -> Ints:
    """What a deposit brings, minor units."""
    settings, unit = state.settings.bonuses, _unit(state, player)
    most_matched = np.where(invited, MATCH_OFFER_EUR, settings.most_eur)
    most = np.where(kind == FREE_BET, settings.free_bet_most_eur, most_matched)
    granted = round_down_to(np.minimum(deposit / unit, most), STEPS_EUR)
    return np.asarray(granted.astype(np.int64) * unit)


def _unit(state: State, player: Ints) -> Ints:
    """Minor units where others use one euro."""
    return np.asarray(100 * per_market("price_level")[state.population.profiles.market[player]])


def _start(
    state: State, player: Ints, at_us: Ints, kind: Ints, amount: Ints, campaign: Ints
) -> None:
    settings = state.settings.bonuses
    multiple = np.where(kind == MATCH, settings.wagering_multiple, 0.0)
    number = state.records.numbers("bonus", len(player))
    expires_us = _end_of_day_us(at_us, settings.valid_days)
    to_stake = (amount * multiple).astype(np.int64)
    state.bonuses.start(player, number, kind, amount, to_stake, at_us, expires_us)
    state.bonuses.campaign[player] = campaign
    _record(state, player, at_us, "claimed")


def _end_of_day_us(at_us: Ints, days: int) -> Ints:
    """UTC midnight that ends the day some days later: there the state of the world changes."""
    return np.asarray((at_us // DAY_US + days + 1) * DAY_US)


def count_stakes(state: State, player: Ints, staked: Ints, at_us: Ints) -> None:
    """Count the stakes of a sitting, and turn real the bonuses that they complete."""
    done = state.bonuses.stake(player, staked, at_us)
    at = np.zeros(len(state.population.profiles), dtype=np.int64)
    at[player] = at_us
    most = (state.bonuses.amount[done] * state.settings.bonuses.most_multiple).astype(np.int64)
    turned = np.minimum(state.bonuses.balance[done], most)
    _record(state, done, at[done], "completed", turned)
    state.accounts.balance[done] += turned
    state.bonuses.end(done)


def use_up(state: State, player: Ints, at_us: Ints) -> None:
    """End free spins and free bets that were played; what they won was paid as real money."""
    _record(state, player, at_us, "completed")
    state.bonuses.end(player)


def forfeit(state: State, player: Ints, at_us: Ints) -> None:
    """Take the running bonuses of those who withdraw."""
    running = state.bonuses.running(player, at_us)
    _record(state, player[running], at_us[running], "forfeited")
    state.bonuses.end(player[running])


def take_away(state: State, player: Ints, at_us: Ints) -> None:
    """Leave nothing to play for, once their latest act is over, to those who are stopped."""
    forfeit(state, player, np.maximum(at_us, state.accounts.free_us[player]))
    state.bonuses.uninvite(player)


def expire(state: State, now_us: int) -> None:
    """End what has run out by now."""
    player = state.bonuses.expired(now_us)
    _record(state, player, state.bonuses.expires_us[player], "expired")
    state.bonuses.end(player)


def has_match(state: State, player: Ints, at_us: Ints) -> Bools:
    """Who has a running match of a deposit."""
    return _has(state, player, at_us, MATCH)


def free_spins_of(state: State, player: Ints, at_us: Ints) -> Bools:
    """Who has free spins to play."""
    return _has(state, player, at_us, FREE_SPINS)


def free_bet_of(state: State, player: Ints, at_us: Ints) -> Bools:
    """Who has a free bet to place."""
    return _has(state, player, at_us, FREE_BET)


def _has(state: State, player: Ints, at_us: Ints, kind: int) -> Bools:
    has = state.bonuses.running(player, at_us) & (state.bonuses.kind[player] == kind)
    return np.asarray(has)


def _record(
    state: State, player: Ints, at_us: Ints, step: str, turned_real: Ints | int = 0
) -> None:
    book = state.bonuses
    state.records.add(
        "bonus",
        player,
        at_us,
        state=step,
        user_bonus_id=Numbered("bonus-", book.number[player]),
        bonus_id=Choice(book.campaign[player], _NAMES),
        campaign_id=Choice(book.campaign[player], _NAMES),
        bonus_type=Choice(book.kind[player], TYPES),
        product=Choice(book.kind[player], _PRODUCTS),
        amount=book.amount[player],
        wagering_multiple=np.where(
            book.kind[player] == MATCH, state.settings.bonuses.wagering_multiple, 0.0
        ),
        wagering_remaining=book.to_stake[player].clip(0),
        turned_real=turned_real,
    )
