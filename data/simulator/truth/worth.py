"""What play earns and what bonuses cost on average, euros."""

import numpy as np
from scipy.special import ndtr, ndtri

from data.simulator.actions import ACTIONS, VALUES_EUR
from data.simulator.arrays import Floats, Ints, round_down_to
from data.simulator.bonus_book import FREE_BET, FREE_SPINS, MATCH
from data.simulator.bonuses import INVITED_DAYS, STEPS_EUR
from data.simulator.markets import per_market
from data.simulator.players import PREMATCH
from data.simulator.state import State

_QUANTILES = (np.arange(9) + 0.5) / 9


def margin_of_play_day_eur(state: State, player: Ints, harm: Floats) -> Floats:
    """Theoretical margin of days with play at levels of harm, shape (players, days)."""
    worth, taste = state.settings.worth, state.population.natures.taste[player].copy()
    taste[:, 0] *= _stakes_allowed(state, player)
    usual = budget_eur(state, player) * (taste @ np.array(worth.margin_shares))
    return np.asarray(usual[:, None] * (1.0 + worth.harm_growth * harm))


def cost_eur(state: State, player: Ints, action: int, plays: Floats) -> Floats:
    """Expected cost of a claimed bonus: the chance that it is used, and what it then pays out.

    Parameters
    ----------
    plays
        Chance of play on the coming days, shape (players, days).
    """
    kind, worth, value = ACTIONS[action].kind, state.settings.worth, float(VALUES_EUR[action])
    used = used_by(state, player, action, plays)
    if kind == MATCH:
        return used[:, INVITED_DAYS - 1] * worth.match_cost * _matched_eur(state, player, value)
    share = worth.free_spins_cost if kind == FREE_SPINS else worth.free_bet_cost
    return np.asarray(used[:, state.settings.bonuses.valid_days - 1] * value * share)


def used_by(state: State, player: Ints, action: int, plays: Floats) -> Floats:
    """Chance that a claimed bonus is used by each of the coming days; none for what costs nothing.

    It takes a session of its product; to have a deposit matched, one with a deposit.
    """
    sports = state.population.natures.taste[player, PREMATCH:].sum(axis=1)
    share = {
        FREE_SPINS: 1.0 - sports,
        FREE_BET: sports,
        MATCH: np.full(len(player), state.settings.worth.deposits),
    }.get(ACTIONS[action].kind, np.zeros(len(player)))
    sessions = state.settings.sessions
    fits = share * (1.0 - sessions.look_only_share)
    on_day = 1.0 - (1.0 - fits) * np.exp(-sessions.extra_sessions * fits)
    return np.asarray(1.0 - np.cumprod(1.0 - plays * on_day[:, None], axis=1))


def budget_eur(state: State, player: Ints) -> Floats:
    """Money that players bring to a session, euros."""
    level = 100 * per_market("price_level")[state.population.profiles.market[player]]
    return np.asarray(state.population.natures.budget[player] / level)


def _stakes_allowed(state: State, player: Ints) -> Floats:
    """Share of what players would stake at slots that the largest stake of the market leaves."""
    settings = state.settings.casino
    most = per_market("most_slot_stake")[state.population.profiles.market[player]]
    usual, spread = (
        settings.stake_share * state.population.natures.budget[player],
        settings.stake_spread,
    )
    steps = np.log(most / usual) / spread
    below = ndtr(steps - spread)
    return np.asarray(below + most / (usual * np.exp(spread**2 / 2.0)) * ndtr(-steps))


def _matched_eur(state: State, player: Ints, most: float) -> Floats:
    """What a matched deposit turns real, over the deposits that a player may make."""
    settings, budget = state.settings, budget_eur(state, player)
    spread = np.hypot(settings.sessions.budget_spread, settings.payments.amount_spread)
    deposits = budget[:, None] * np.exp(spread * ndtri(_QUANTILES))
    least = settings.payments.least_deposit_eur
    amount = round_down_to(deposits.clip(least, most), STEPS_EUR).mean(axis=1)
    return np.asarray(amount * budget / (budget + settings.worth.match_half_eur))
