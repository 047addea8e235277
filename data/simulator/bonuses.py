"""What happens to bonuses: claims, conversions, forfeits, expiry."""

import numpy as np

from data.simulator.accounts import NEVER_US
from data.simulator.actions import ACTION_NAMES, MATCH_OFFER_EUR
from data.simulator.arrays import Bools, Ints, round_down_to
from data.simulator.bonus_book import FREE_BET, FREE_SPINS, MATCH, TYPES
from data.simulator.calendar import DAY_US, SECOND_US
from data.simulator.markets import MARKETS, per_market
from data.simulator.players import PREMATCH
from data.simulator.randomness import mixed
from data.simulator.records import Choice, Numbered
from data.simulator.state import State

_OWN_NAMES = ("welcome", "reload")
FIRST_OFFER = len(_OWN_NAMES)
"""Campaigns from here on are offers, by their place in ``ACTION_NAMES``."""

_NAMES = (*_OWN_NAMES, *ACTION_NAMES)
STEPS_EUR = np.array([5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 75.0, 100.0])
_FIRST_ONLY = np.array([market.first_bonus_only for market in MARKETS])
_NOT_UNDER = np.array([market.no_bonus_under for market in MARKETS])
_PRODUCTS = ("casino", "casino", "sports")
"""Product of each type of bonus."""


def claim(state: State, player: Ints, at_us: Ints, deposit: Ints) -> None:
    """Let some of those who have just deposited claim a match of their deposit, or a free bet.

    ``player`` are distinct; ``deposit`` is in minor units and counted in ``accounts.deposits``.
    """
    settings, luck = state.settings.bonuses, state.luck
    market = state.population.profiles.market[player]
    first = state.accounts.deposits[player] == 1
    share = np.where(first, settings.welcome_share, settings.reload_share * ~_FIRST_ONLY[market])
    key = mixed(player, state.accounts.deposits[player])
    invited = state.bonuses.invited(player, at_us)
    share = np.where(invited, 1.0, share)
    claims = luck.happens("claims a bonus", key, share) & ~state.bonuses.taken(player)
    claims &= _may_have(state, player, at_us)
    player, at_us, first = player[claims], at_us[claims] + SECOND_US, first[claims]
    invited = invited[claims]
    unit = 100 * per_market("price_level")[market[claims]]
    bettor = state.population.natures.taste[player, PREMATCH:].sum(axis=1) > 0.5
    kind = np.where(bettor & ~invited, FREE_BET, MATCH)
    granted = np.minimum(deposit[claims] / unit, settings.most_eur)
    most = np.where(kind == FREE_BET, settings.free_bet_most_eur, settings.most_eur)
    granted = np.minimum(granted, np.where(invited, MATCH_OFFER_EUR, most))
    amount = round_down_to(granted, STEPS_EUR).astype(np.int64) * unit
    own = np.where(first, 0, 1)
    campaign = np.where(invited, state.bonuses.invited_by[player], own)
    state.bonuses.invited_until_us[player] = 0
    grant(state, player, at_us, kind, amount, campaign)


def grant(
    state: State, player: Ints, at_us: Ints, kind: Ints, amount: Ints, campaign: Ints
) -> None:
    """Start bonuses of distinct players who have none."""
    settings = state.settings.bonuses
    multiple = np.where(kind == MATCH, settings.wagering_multiple, 0.0)
    number = state.records.numbers("bonus", len(player))
    expires_us = at_us + settings.valid_days * DAY_US
    to_stake = (amount * multiple).astype(np.int64)
    state.bonuses.start(player, number, kind, amount, to_stake, at_us, expires_us)
    state.bonuses.campaign[player] = campaign
    _record(state, player, at_us, "claimed")


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


def expire(state: State, day: int) -> None:
    """End what ran out before the day."""
    player = state.bonuses.expired(state.calendar.day_starts_us(day))
    _record(state, player, state.bonuses.expires_us[player], "expired")
    state.bonuses.end(player)


def has_match(state: State, player: Ints) -> Bools:
    """Who has a running match of a deposit."""
    return np.asarray(state.bonuses.taken(player) & (state.bonuses.kind[player] == MATCH))


def free_spins_of(state: State, player: Ints, at_us: Ints) -> Bools:
    """Who has free spins to play."""
    return np.asarray(
        state.bonuses.running(player, at_us) & (state.bonuses.kind[player] == FREE_SPINS)
    )


def free_bet_of(state: State, player: Ints, at_us: Ints) -> Bools:
    """Who has a free bet to place."""
    return np.asarray(
        state.bonuses.running(player, at_us) & (state.bonuses.kind[player] == FREE_BET)
    )


def _has(state: State, player: Ints, at_us: Ints, kind: int) -> Bools:
    has = state.bonuses.running(player, at_us) & (state.bonuses.kind[player] == kind)
    return np.asarray(has)


def _may_have(state: State, player: Ints, at_us: Ints) -> Bools:
    """Who is old enough for a bonus in the market, and not back from an exclusion of late."""
    profiles, accounts = state.population.profiles, state.accounts
    age_years = (at_us // DAY_US - profiles.birth_day[player]) / 365.25
    quiet_us = state.settings.logging_policy.quiet_days * DAY_US
    settled = accounts.returned_us[player] < at_us - quiet_us
    settled &= accounts.term_ends_us[player] == NEVER_US
    return np.asarray(settled & (age_years >= _NOT_UNDER[profiles.market[player]]))


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
