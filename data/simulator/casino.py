"""Rounds at slots and tables, until enough was played or the money is gone."""

import numpy as np

from data.simulator import bonuses
from data.simulator.arrays import (
    Bools,
    Floats,
    Ints,
    before_first,
    owners,
    round_down_to,
    row_sums,
    running_sum,
)  # fmt: skip
from data.simulator.calendar import MINUTE_US, SECOND_US, in_us
from data.simulator.markets import per_market
from data.simulator.players import PRODUCTS
from data.simulator.records import Choice, Numbered
from data.simulator.sitting import Sitting
from data.simulator.world import World

_STEPS = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0])
STAKE_STEPS = np.concatenate([_STEPS * 10.0**power for power in range(1, 6)])
"""Stakes that a game offers, minor units at price level 1: 0.10, 0.20 … 8,000."""


def play_rounds(world: World, sitting: Sitting, rows: Ints, leg: int) -> Bools:
    """Play one stretch of rounds for the given sessions; returns whose money is gone."""
    rng = world.streams.casino
    player, product = sitting.player[rows], sitting.product[rows]
    stake = _stakes(world, sitting, rows, leg)
    meant = _meant_rounds(world, product)
    session = owners(meant)
    game = _games(world, product)[session]
    stakes = stake[session]
    wins = world.shelf.winnings(game, stakes, rng.random(len(session)))
    start_balance = world.accounts.balance[player]
    balance = start_balance[session] + running_sum(wins - stakes, meant)
    played = before_first(balance - (wins - stakes) < stakes, meant)
    at_us = sitting.clock_us[rows][session] + running_sum(_gaps_us(world, product, meant), meant)
    counts = row_sums(played.astype(np.int64), meant)
    _record_rounds(
        world, sitting, rows[session[played]], at_us[played],
        game[played], stakes[played], wins[played],
    )  # fmt: skip
    last = np.cumsum(meant) - meant + counts - 1
    sitting.clock_us[rows] = at_us[last]
    world.accounts.balance[player] = start_balance + row_sums((wins - stakes) * played, meant)
    bonuses.count_stakes(world, player, row_sums(stakes * played, meant), at_us[last] + SECOND_US)
    return np.asarray(counts < meant)


def _stakes(world: World, sitting: Sitting, rows: Ints, leg: int) -> Ints:
    """Stake per round, minor units: a share of the money brought, larger when chasing."""
    settings, rng = world.settings.casino, world.streams.casino
    player = sitting.player[rows]
    level = per_market("price_level")[world.population.profiles.market[player]]
    chasing = 1.0 + leg * world.settings.harm.chasing_factor * sitting.harm[rows]
    wanted = sitting.budget[rows] * settings.stake_share * chasing
    wanted *= rng.lognormal(0.0, settings.stake_spread, len(rows))
    affordable = np.minimum(wanted, world.accounts.balance[player])
    return np.asarray(round_down_to(affordable / level, STAKE_STEPS).astype(np.int64) * level)


def _meant_rounds(world: World, product: Ints) -> Ints:
    settings = world.settings.casino
    usual = np.where(product == 0, settings.slot_rounds, settings.table_rounds)
    drawn = usual * world.streams.casino.lognormal(0.0, settings.rounds_spread, len(product))
    return np.asarray(drawn.astype(np.int64).clip(1, settings.most_rounds))


def _games(world: World, product: Ints) -> Ints:
    """A game of each product; some games are played far more than others."""
    luck = world.streams.casino.random(len(product)) ** world.settings.casino.popularity
    game = np.zeros(len(product), dtype=np.int64)
    for number, name in enumerate(PRODUCTS[:3]):
        games, here = world.shelf.of_type(name), product == number
        game[here] = games[(luck[here] * len(games)).astype(np.int64)]
    return game


def _gaps_us(world: World, product: Ints, meant: Ints) -> Ints:
    """Time before each round, µs."""
    settings, rng, count = world.settings.casino, world.streams.casino, int(meant.sum())
    usual = np.where(product == 0, settings.slot_seconds, settings.table_seconds)
    seconds: Floats = np.repeat(usual, meant) * rng.lognormal(0.0, settings.seconds_spread, count)
    gaps = in_us(seconds, SECOND_US) + 1
    pauses = np.flatnonzero(rng.random(count) < settings.pause_share)
    gaps[pauses] += (rng.exponential(settings.pause_minutes, len(pauses)) * MINUTE_US).astype(
        np.int64
    )
    return gaps


def _record_rounds(
    world: World,
    sitting: Sitting,
    rows: Ints,
    at_us: Ints,
    game: Ints,
    stakes: Ints,
    wins: Ints,
) -> None:
    games = world.shelf.games
    sitting.record(
        world.records,
        "casino.round",
        rows,
        at_us,
        state="settled",
        round_id=Numbered("round-", world.records.numbers("round", len(rows))),
        game_id=Choice(game, tuple(one.game_id for one in games)),
        game_type=Choice(game, tuple(one.game_type for one in games)),
        provider=Choice(game, tuple(one.provider for one in games)),
        rtp=world.shelf.rtp[game],
        stake_real=stakes,
        win_real=wins,
    )
