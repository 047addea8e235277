"""The games: each is a list of payout multiples and their chances, so its RTP is exact."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from data.simulator.arrays import Floats, Ints

_LADDER = (0.5, 1.0, 2.0, 5.0, 10.0, 25.0, 100.0, 500.0)
"""Payout multiples of a slot's prizes."""


@dataclass(frozen=True)
class Game:
    """One game.

    Attributes
    ----------
    multiples, chances
        Payout as a multiple of the stake, and its probability; the rest is a lost stake. Multiples
        have one decimal, so that any stake of ten minor units or more pays out whole ones.
    """

    game_id: str
    game_type: str
    provider: str
    multiples: tuple[float, ...]
    chances: tuple[float, ...]

    @property
    def rtp(self) -> float:
        """Expected payout per unit staked."""
        return float(np.dot(self.multiples, self.chances))

    @property
    def hit_rate(self) -> float:
        """Chance that a round pays anything."""
        return sum(self.chances)


def slot(game_id: str, provider: str, rtp: float, hit_rate: float, prizes: int) -> Game:
    """A slot with chances that fall by a power of the prize.

    Parameters
    ----------
    rtp, hit_rate
        Dimensionless; ``rtp / hit_rate`` is the mean prize and must lie inside the ladder.
    prizes
        How many steps of the prize ladder it pays: more steps, more volatility.
    """
    ladder = np.array(_LADDER[:prizes])
    mean_prize = rtp / hit_rate
    low, high = 0.0, 10.0
    for _ in range(60):
        power = (low + high) / 2
        weights = ladder**-power
        too_generous = np.dot(ladder, weights) / weights.sum() > mean_prize
        low, high = (power, high) if too_generous else (low, power)
    chances = hit_rate * weights / weights.sum()
    return Game(game_id, "slot", provider, _LADDER[:prizes], tuple(chances.tolist()))


GAMES = (
    slot("fjord-gold", "northlight", 0.962, 0.28, 6),
    slot("book-of-tides", "northlight", 0.960, 0.24, 8),
    slot("fruit-parade", "northlight", 0.951, 0.34, 5),
    slot("lucky-lighthouse", "quayside", 0.965, 0.26, 7),
    slot("storm-riders", "quayside", 0.958, 0.21, 8),
    slot("seven-bells", "quayside", 0.943, 0.36, 5),
    slot("amber-road", "copperworks", 0.961, 0.25, 7),
    slot("night-market", "copperworks", 0.955, 0.22, 8),
    Game("blackjack", "table", "copperworks", (1.0, 2.0, 2.5), (0.085, 0.3985, 0.0453)),
    Game("roulette-colours", "table", "copperworks", (2.0,), (18 / 37,)),
    Game("roulette-numbers", "table", "copperworks", (36.0,), (1 / 37,)),
    Game("live-blackjack", "live", "quayside-live", (1.0, 2.0, 2.5), (0.085, 0.3985, 0.0453)),
    Game("live-roulette", "live", "quayside-live", (2.0, 3.0, 36.0), (0.2432, 0.1081, 0.0045)),
    Game("live-wheel", "live", "quayside-live", (2.0, 6.0, 11.0, 21.0), (0.24, 0.045, 0.01, 0.005)),
)
"""The shelf. ``live-roulette`` mixes bets on colours, dozens and numbers."""


@dataclass(frozen=True)
class Shelf:
    """All games as arrays, to play many rounds of different games at once."""

    games: tuple[Game, ...] = GAMES

    @cached_property
    def _thresholds(self) -> Floats:
        """Shape (games, prizes): cumulated chances, 2 where a game has no further prize."""
        table = np.full((len(self.games), len(_LADDER)), 2.0)
        for row, game in zip(table, self.games, strict=True):
            row[: len(game.chances)] = np.cumsum(game.chances)
        return table

    @cached_property
    def _tenths(self) -> Ints:
        """Shape (games, prizes + 1): payout in tenths of the stake; 0 after the last prize."""
        table = np.zeros((len(self.games), len(_LADDER) + 1), dtype=np.int64)
        for row, game in zip(table, self.games, strict=True):
            row[: len(game.multiples)] = np.rint(np.array(game.multiples) * 10)
        return table

    def winnings(self, game: Ints, stakes: Ints, luck: Floats) -> Ints:
        """Payout of each round in minor units, from one uniform number a round."""
        place = np.zeros(len(game), dtype=np.int64)
        for threshold in self._thresholds.T:
            place += luck >= threshold[game]
        return np.asarray(stakes * self._tenths[game, place] // 10)

    @cached_property
    def rtp(self) -> Floats:
        return np.array([game.rtp for game in self.games])

    def of_type(self, game_type: str) -> Ints:
        """Numbers of the games of one type."""
        return np.flatnonzero([game.game_type == game_type for game in self.games])
