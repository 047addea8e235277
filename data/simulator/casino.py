"""Rounds at slots and tables, until enough was played or the money is gone."""

from dataclasses import dataclass

import numpy as np

from data.simulator import bonuses
from data.simulator.accounts import NEVER_US
from data.simulator.arrays import (
    Bools,
    Floats,
    Ints,
    before_first,
    owners,
    places,
    round_down_to,
    row_sums,
    running_sum,
)  # fmt: skip
from data.simulator.calendar import MINUTE_US, SECOND_US, in_us
from data.simulator.markets import per_market
from data.simulator.players import PREMATCH, PRODUCTS
from data.simulator.randomness import Keys, mixed
from data.simulator.records import Choice, Numbered, Value, taken
from data.simulator.sitting import FREE_LEG, Sitting
from data.simulator.state import State

_STEPS = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0])
STAKE_STEPS = np.concatenate([_STEPS * 10.0**power for power in range(1, 6)])
"""Stakes that a game offers, minor units at price level 1: 0.10, 0.20 … 8,000."""


_FREE_SPIN_US = 6 * SECOND_US


@dataclass(frozen=True)
class _Rounds:
    """Rounds of several sittings, laid end to end; shape (rounds,)."""

    row: Ints
    key: Keys
    at_us: Ints
    game: Ints
    stake: Ints
    win: Ints
    from_bonus: Bools


def play_rounds(state: State, sitting: Sitting, rows: Ints, leg: int) -> Bools:
    """Play one stretch of rounds for the given sessions; returns whose money is gone.

    Real money is staked first. Who has too little of it plays from the bonus wallet, until the
    bonus runs out.
    """
    player, key = sitting.player[rows], mixed(sitting.key[rows], leg)
    from_bonus = plays_from_bonus(state, sitting, rows)
    until_us = np.where(from_bonus, state.bonuses.expires_us[player], NEVER_US)
    purse = np.where(from_bonus, state.bonuses.balance[player], state.accounts.balance[player])
    meant = _meant_rounds(state, sitting, rows, key)
    stake = _stakes(state, sitting, rows, leg, key, purse)
    rounds = _drawn(state, sitting, rows, key, meant, stake, from_bonus)
    change, session = rounds.win - rounds.stake, owners(meant)
    before = purse[session] + running_sum(change, meant) - change
    ends = (before < rounds.stake) | (rounds.at_us >= until_us[session])
    played = before_first(ends, meant)
    counts = row_sums(played.astype(np.int64), meant)
    _record_rounds(state, sitting, rounds, np.flatnonzero(played))
    last_us = rounds.at_us[np.cumsum(meant) - meant + counts.clip(1) - 1]
    sitting.clock_us[rows] = last_us
    purse = purse + row_sums(change * played, meant)
    state.accounts.balance[player[~from_bonus]] = purse[~from_bonus]
    state.bonuses.balance[player[from_bonus]] = purse[from_bonus]
    staked = row_sums(rounds.stake * played, meant)
    bonuses.count_stakes(state, player, staked, last_us + SECOND_US)
    return np.asarray(counts < meant)


def _drawn(
    state: State,
    sitting: Sitting,
    rows: Ints,
    key: Keys,
    meant: Ints,
    stake: Ints,
    from_bonus: Bools,
) -> _Rounds:
    """The rounds that sessions mean to play, if their money lasts."""
    session = owners(meant)
    each = mixed(key[session], places(meant))
    game = _games(state, sitting.product[rows], key)[session]
    stakes = stake[session]
    wins = state.shelf.winnings(game, stakes, state.luck.uniform("round", each))
    gaps_us = _gaps_us(state, sitting, rows[session], each)
    at_us = sitting.clock_us[rows][session] + running_sum(gaps_us, meant)
    return _Rounds(rows[session], each, at_us, game, stakes, wins, from_bonus[session])


def bonus_money(state: State, sitting: Sitting, rows: Ints) -> Ints:
    """What the given sessions could stake from a match, which only the casino takes."""
    player = sitting.player[rows]
    usable = bonuses.has_match(state, player, sitting.clock_us[rows])
    usable &= sitting.product[rows] < PREMATCH
    return np.asarray(np.where(usable, state.bonuses.balance[player], 0))


def plays_from_bonus(state: State, sitting: Sitting, rows: Ints) -> Bools:
    """Whose real money is too little for a stake while the bonus wallet has enough."""
    player = sitting.player[rows]
    least = STAKE_STEPS[0] * per_market("price_level")[state.population.profiles.market[player]]
    too_little = state.accounts.balance[player] < least
    return np.asarray(too_little & (bonus_money(state, sitting, rows) >= least))


def play_free_spins(state: State, sitting: Sitting, rows: Ints) -> None:
    """Play the free spins of those who have some; what they win is real money at once."""
    player = sitting.player[rows]
    rows = rows[bonuses.free_spins_of(state, player, sitting.clock_us[rows])]
    player, key = sitting.player[rows], mixed(sitting.key[rows], FREE_LEG)
    count = np.full(len(rows), state.settings.bonuses.free_spins)
    session = owners(count)
    each = mixed(key[session], places(count))
    stakes = (state.bonuses.amount[player] // state.settings.bonuses.free_spins)[session]
    game = np.repeat(state.shelf.of_type("slot")[:1], len(session))
    wins = state.shelf.winnings(game, stakes, state.luck.uniform("round", each))
    at_us = sitting.clock_us[rows][session] + (places(count) + 1) * _FREE_SPIN_US
    everyone = np.ones(len(session), dtype=bool)
    spins = _Rounds(rows[session], each, at_us, game, stakes, wins, everyone)
    _record_rounds(state, sitting, spins, np.arange(len(session)), wins_are_real=True)
    sitting.clock_us[rows] += (state.settings.bonuses.free_spins + 1) * _FREE_SPIN_US
    state.accounts.balance[player] += row_sums(wins, count)
    bonuses.use_up(state, player, sitting.clock_us[rows])


def _stakes(state: State, sitting: Sitting, rows: Ints, leg: int, key: Keys, purse: Ints) -> Ints:
    """Stake per round, minor units: a share of the money brought, larger when chasing."""
    settings = state.settings.casino
    market = state.population.profiles.market[sitting.player[rows]]
    level = per_market("price_level")[market]
    chasing = 1.0 + leg * state.settings.harm.chasing_factor * sitting.harm[rows]
    wanted = sitting.budget[rows] * settings.stake_share * chasing
    wanted *= state.luck.lognormal("stake", key, settings.stake_spread)
    allowed = np.where(sitting.product[rows] == 0, per_market("most_slot_stake")[market], purse)
    affordable = np.minimum(wanted, np.minimum(purse, allowed))
    return np.asarray(round_down_to(affordable / level, STAKE_STEPS).astype(np.int64) * level)


def _meant_rounds(state: State, sitting: Sitting, rows: Ints, key: Keys) -> Ints:
    settings = state.settings.casino
    usual = np.where(sitting.product[rows] == 0, settings.slot_rounds, settings.table_rounds)
    drawn = usual * state.luck.lognormal("rounds", key, settings.rounds_spread)
    drawn *= 1.0 + state.settings.harm.longer_play * sitting.harm[rows]
    return np.asarray(drawn.astype(np.int64).clip(1, settings.most_rounds))


def _games(state: State, product: Ints, key: Keys) -> Ints:
    """A game of each product; some games are played far more than others."""
    luck = state.luck.uniform("game", key) ** state.settings.casino.popularity
    game = np.zeros(len(product), dtype=np.int64)
    for number, name in enumerate(PRODUCTS[:3]):
        games, here = state.shelf.of_type(name), product == number
        game[here] = games[(luck[here] * len(games)).astype(np.int64)]
    return game


def _gaps_us(state: State, sitting: Sitting, row: Ints, each: Keys) -> Ints:
    """Time before each round, µs."""
    settings, luck = state.settings.casino, state.luck
    slot = sitting.product[row] == 0
    usual = np.where(slot, settings.slot_seconds, settings.table_seconds)
    least = per_market("least_slot_seconds")[state.population.profiles.market[sitting.player[row]]]
    seconds: Floats = usual * luck.lognormal("seconds", each, settings.seconds_spread)
    seconds = np.maximum(seconds, least * slot)
    gaps = in_us(seconds, SECOND_US) + 1
    pauses = np.flatnonzero(luck.happens("pause", each, settings.pause_share))
    minutes = settings.pause_minutes * luck.exponential("pause's length", each[pauses])
    gaps[pauses] += in_us(minutes, MINUTE_US)
    return gaps


def _record_rounds(
    state: State, sitting: Sitting, rounds: _Rounds, chosen: Ints, *, wins_are_real: bool = False
) -> None:
    games, game = state.shelf.games, rounds.game[chosen]
    stake, win, bonus = rounds.stake[chosen], rounds.win[chosen], rounds.from_bonus[chosen]
    to_bonus = bonus & (not wins_are_real)
    row, at_us = rounds.row[chosen], rounds.at_us[chosen]
    values: dict[str, Value] = {
        "round_id": Numbered("round-", state.records.numbers("round", len(chosen))),
        "game_id": Choice(game, tuple(one.game_id for one in games)),
        "game_type": Choice(game, tuple(one.game_type for one in games)),
        "provider": Choice(game, tuple(one.provider for one in games)),
        "rtp": state.shelf.rtp[game],
        "stake_real": np.where(bonus, 0, stake),
        "stake_bonus": np.where(bonus, stake, 0),
        "win_real": np.where(to_bonus, 0, win),
        "win_bonus": np.where(to_bonus, win, 0),
    }
    sitting.record(state.records, "casino.round", row, at_us, state="settled", **values)
    share = state.settings.delivery.corrected_share
    faulty = state.luck.happens("faulty round", rounds.key[chosen], share)
    faults = np.flatnonzero(faulty & (win == 0) & ~bonus)
    _take_back(state, sitting, row[faults], at_us[faults], taken(values, faults))


def _take_back(
    state: State, sitting: Sitting, row: Ints, at_us: Ints, values: dict[str, Value]
) -> None:
    """Correct rounds that a fault of the game made void: the stake comes back within hours."""
    minutes = state.luck.between("fault found after", mixed(sitting.key[row], at_us), 5.0, 240.0)
    back_us = at_us + in_us(minutes, MINUTE_US)
    player, stake = sitting.player[row], np.asarray(values["stake_real"])
    state.records.add("casino.round", player, back_us, state="rolled_back", **values)
    state.accounts.credit_later(player, back_us, stake)
