"""Single bets before and in play, settled when their match is over."""

from dataclasses import dataclass

import numpy as np

from data.simulator import bonuses
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
from data.simulator.casino import STAKE_STEPS
from data.simulator.markets import per_market
from data.simulator.players import PREMATCH
from data.simulator.randomness import Keys, mixed
from data.simulator.records import Choice, Numbered, Value
from data.simulator.sitting import FREE_LEG, Sitting
from data.simulator.state import State

_GAP_SPREAD = 0.6
_STATES = ("settled", "voided")
_SETTLING_US = 12 * MINUTE_US
"""The longest time from the end of a match until its bets are settled."""


@dataclass(frozen=True)
class _Bets:
    """Bets of several sittings, laid end to end; shape (bets,)."""

    row: Ints
    key: Keys
    at_us: Ints
    stake: Ints
    live: Bools

    def take(self, chosen: Bools) -> "_Bets":
        return _Bets(
            self.row[chosen],
            self.key[chosen],
            self.at_us[chosen],
            self.stake[chosen],
            self.live[chosen],
        )


@dataclass(frozen=True)
class _Ending:
    """How bets end; shape (bets,). ``payout`` has the stake in it, but for a free bet's."""

    live: Bools
    settled_us: Ints
    odds: Floats
    void: Bools
    payout: Ints


def place_bets(state: State, sitting: Sitting, rows: Ints, leg: int) -> Bools:
    """Place the bets of the given sessions; returns whose money ran out before the last."""
    settings, luck, player = state.settings.sports, state.luck, sitting.player[rows]
    key = mixed(sitting.key[rows], leg)
    meant = 1 + luck.poisson("bets", key, settings.bets)
    session = owners(meant)
    each = mixed(key[session], places(meant))
    stakes = _stakes(state, sitting, rows[session], each)
    balance = state.accounts.balance[player][session]
    placed = before_first(running_sum(stakes, meant) > balance, meant)
    live = (sitting.product[rows] > PREMATCH)[session]
    minutes = np.where(live, settings.live_minutes, settings.prematch_minutes)
    gaps_us = in_us(minutes * luck.lognormal("before a bet", each, _GAP_SPREAD), MINUTE_US)
    at_us = sitting.clock_us[rows][session] + running_sum(gaps_us, meant)
    counts = row_sums(placed.astype(np.int64), meant)
    _record_bets(state, sitting, _Bets(rows[session], each, at_us, stakes, live).take(placed))
    last = np.cumsum(meant) - meant + counts - 1
    sitting.clock_us[rows] = at_us[last]
    staked = row_sums(stakes * placed, meant)
    state.accounts.balance[player] -= staked
    bonuses.count_stakes(state, player, staked, at_us[last] + SECOND_US)
    return np.asarray(counts < meant)


def place_free_bets(state: State, sitting: Sitting, rows: Ints) -> None:
    """Place the free bets of those who have one; its stake is never returned."""
    rows = rows[bonuses.free_bet_of(state, sitting.player[rows], sitting.clock_us[rows])]
    player = sitting.player[rows]
    sitting.clock_us[rows] += MINUTE_US
    at_us = sitting.clock_us[rows].copy()
    key = mixed(sitting.key[rows], FREE_LEG)
    live = sitting.product[rows] > PREMATCH
    bets = _Bets(rows, key, at_us, state.bonuses.amount[player].copy(), live)
    _record_bets(state, sitting, bets, free=True)
    bonuses.use_up(state, player, at_us + SECOND_US)
    sitting.clock_us[rows] += 2 * SECOND_US


def _stakes(state: State, sitting: Sitting, rows: Ints, each: Keys) -> Ints:
    """Stake of each bet, minor units; the first of a session is affordable in any case."""
    settings, player = state.settings.sports, sitting.player[rows]
    level = per_market("price_level")[state.population.profiles.market[player]]
    wanted = sitting.budget[rows] * settings.stake_share
    wanted *= state.luck.lognormal("stake of a bet", each, settings.stake_spread)
    affordable = np.minimum(wanted, state.accounts.balance[player])
    return np.asarray(round_down_to(affordable / level, STAKE_STEPS).astype(np.int64) * level)


def _record_bets(state: State, sitting: Sitting, bets: _Bets, *, free: bool = False) -> None:
    """Record bets as placed and, later, as settled or voided, and announce what they pay."""
    player, nothing = sitting.player[bets.row], np.zeros(len(bets.row), dtype=np.int64)
    end = _ending(state, bets, free=free)
    same: dict[str, Value] = {
        "bet_id": Numbered("bet-", state.records.numbers("bet", len(player))),
        "live": end.live,
        "odds": end.odds,
        "bet_type": "single",
    }
    placed = _staked(bets.stake, free=free) | {"payout": nothing, "payout_from_free_bet": nothing}
    sitting.record(
        state.records, "sports.bet", bets.row, bets.at_us, state="placed", **placed, **same
    )
    settled = _staked(np.where(end.void, bets.stake, 0), free=free)
    settled |= {"payout": end.payout, "payout_from_free_bet": end.payout if free else nothing}
    told = Choice(end.void.astype(np.int64), _STATES)
    state.records.add("sports.bet", player, end.settled_us, state=told, **settled, **same)
    credit = end.payout if free else np.where(end.void, bets.stake, end.payout)
    paid = credit > 0
    state.accounts.credit_later(player[paid], end.settled_us[paid], credit[paid])


def _staked(stake: Ints, *, free: bool) -> dict[str, Value]:
    nothing = np.zeros(len(stake), dtype=np.int64)
    return {"stake_real": nothing if free else stake, "stake_bonus": stake if free else nothing}


def _ending(state: State, bets: _Bets, *, free: bool) -> _Ending:
    settings, luck = state.settings.sports, state.luck
    live, settled_us = _settlement(state, bets)
    chance = luck.beta("chance to win", bets.key, 2.2, 2.6).clip(0.04, 0.92)
    odds = _odds(chance, np.where(live, settings.live_margin, settings.margin))
    void = luck.happens("void", bets.key, settings.void_share)
    returned = np.rint(bets.stake * odds).astype(np.int64) - (bets.stake if free else 0)
    won = luck.happens("bet won", bets.key, chance) & ~void
    return _Ending(live, settled_us, odds, void, np.where(won, returned, 0))


def _odds(chance: Floats, margin: Floats) -> Floats:
    """Decimal odds with the bookmaker's margin, in hundredths, at least 1.01."""
    return np.asarray((np.floor(100.0 / (chance * (1.0 + margin))) / 100.0).clip(1.01))


def _settlement(state: State, bets: _Bets) -> tuple[Bools, Ints]:
    """Which bets are in play, and when each is settled, µs.

    Without a match in play the bet is on a coming one. A market in play may end before the match.
    """
    luck, fixtures = state.luck, state.fixtures
    ahead = state.settings.sports.matches_ahead * luck.exponential("match", bets.key)
    match, found = fixtures.running(bets.at_us, luck.uniform("match in play", bets.key))
    live = bets.live & found
    match = np.where(live, match, fixtures.coming(bets.at_us, ahead))
    ends_us = fixtures.ends_us(match)
    part = luck.between("market in play ends", bets.key, 0.1, 1.0)
    live_us = bets.at_us + in_us(part * (ends_us - bets.at_us), 1)
    after_us = luck.integers("settling", bets.key, SECOND_US, _SETTLING_US)
    return live, np.where(live, live_us, ends_us) + after_us
