"""Single bets before and in play, settled minutes to days later."""

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
from data.simulator.calendar import HOUR_US, MINUTE_US, SECOND_US, in_us
from data.simulator.casino import STAKE_STEPS
from data.simulator.markets import per_market
from data.simulator.players import PREMATCH
from data.simulator.records import Choice, Numbered, Value
from data.simulator.sitting import Sitting
from data.simulator.world import World

_GAP_SPREAD = 0.6
_KICK_OFF_SHAPE = 1.2
_STATES = ("settled", "voided")


def place_bets(world: World, sitting: Sitting, rows: Ints) -> Bools:
    """Place the bets of the given sessions; returns whose money ran out before the last."""
    settings, rng = world.settings.sports, world.streams.sports
    player = sitting.player[rows]
    meant = 1 + rng.poisson(settings.bets, len(rows))
    session = owners(meant)
    stakes = _stakes(world, sitting, rows[session])
    balance = world.accounts.balance[player][session]
    placed = before_first(running_sum(stakes, meant) > balance, meant)
    live = (sitting.product[rows] > PREMATCH)[session]
    minutes = np.where(live, settings.live_minutes, settings.prematch_minutes)
    minutes *= rng.lognormal(0.0, _GAP_SPREAD, len(session))
    gaps_us = in_us(minutes, MINUTE_US)
    at_us = sitting.clock_us[rows][session] + running_sum(gaps_us, meant)
    counts = row_sums(placed.astype(np.int64), meant)
    _record_bets(world, sitting, rows[session[placed]], at_us[placed], stakes[placed], live[placed])
    last = np.cumsum(meant) - meant + counts - 1
    sitting.clock_us[rows] = at_us[last]
    staked = row_sums(stakes * placed, meant)
    world.accounts.balance[player] -= staked
    bonuses.count_stakes(world, player, staked, at_us[last] + SECOND_US)
    return np.asarray(counts < meant)


def _stakes(world: World, sitting: Sitting, rows: Ints) -> Ints:
    """Stake of each bet, minor units; the first of a session is affordable in any case."""
    settings, rng = world.settings.sports, world.streams.sports
    player = sitting.player[rows]
    level = per_market("price_level")[world.population.profiles.market[player]]
    wanted = sitting.budget[rows] * settings.stake_share
    wanted *= rng.lognormal(0.0, settings.stake_spread, len(rows))
    affordable = np.minimum(wanted, world.accounts.balance[player])
    return np.asarray(round_down_to(affordable / level, STAKE_STEPS).astype(np.int64) * level)


def _record_bets(
    world: World, sitting: Sitting, rows: Ints, at_us: Ints, stakes: Ints, live: Bools
) -> None:
    """Record bets as placed and, later, as settled or voided, and announce what they pay."""
    settings, rng, count = world.settings.sports, world.streams.sports, len(rows)
    chance = rng.beta(2.2, 2.6, count).clip(0.04, 0.92)
    odds = _odds(chance, np.where(live, settings.live_margin, settings.margin))
    void = rng.random(count) < settings.void_share
    payout = np.where(rng.random(count) < chance, np.rint(stakes * odds), 0).astype(np.int64)
    payout[void] = 0
    settled_us = at_us + _minutes_open_us(world, live)
    bet = Numbered("bet-", world.records.numbers("bet", count))
    same: dict[str, Value] = {"bet_id": bet, "live": live, "odds": odds, "bet_type": "single"}
    sitting.record(
        world.records,
        "sports.bet",
        rows,
        at_us,
        state="placed",
        stake_real=stakes,
        payout=0,
        **same,
    )
    world.records.add(
        "sports.bet",
        sitting.player[rows],
        settled_us,
        state=Choice(void.astype(np.int64), _STATES),
        stake_real=np.where(void, stakes, 0),
        payout=payout,
        **same,
    )
    credit = np.where(void, stakes, payout)
    paid = credit > 0
    world.accounts.credit_later(sitting.player[rows][paid], settled_us[paid], credit[paid])


def _odds(chance: Floats, margin: Floats) -> Floats:
    """Decimal odds with the bookmaker's margin, in hundredths, at least 1.01."""
    return np.asarray((np.floor(100.0 / (chance * (1.0 + margin))) / 100.0).clip(1.01))


def _minutes_open_us(world: World, live: Bools) -> Ints:
    """Time from placing to settlement, µs: in play within the match, else after kick-off."""
    settings, rng, count = world.settings.sports, world.streams.sports, len(live)
    in_play = rng.integers(5 * MINUTE_US, 100 * MINUTE_US, count)
    kick_off = (
        rng.gamma(_KICK_OFF_SHAPE, settings.kick_off_hours / _KICK_OFF_SHAPE, count) * HOUR_US
    ).astype(np.int64)
    match = in_us(rng.normal(settings.match_minutes, 8.0, count).clip(80.0), MINUTE_US)
    return np.asarray(np.where(live, in_play, kick_off + match))
