"""Games: the payout table is the game, so returns must follow from it and nothing else."""

import numpy as np
import pytest

from data.simulator.games import GAMES, Game, Shelf, slot

ROUNDS = 400_000


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.game_id)
def test_every_game_has_a_return_that_a_licence_would_accept(game: Game) -> None:
    assert 0.93 < game.rtp < 0.999
    assert 0 < game.hit_rate < 1


def test_a_slot_keeps_the_return_and_hit_rate_it_was_made_with() -> None:
    made = slot("any", "any", rtp=0.955, hit_rate=0.23, prizes=7)
    assert made.rtp == pytest.approx(0.955)
    assert made.hit_rate == pytest.approx(0.23)


def test_rounds_pay_each_game_s_prizes_as_often_as_its_table_says() -> None:
    shelf = Shelf()
    luck = (np.arange(ROUNDS) + 0.5) / ROUNDS
    for number, game in enumerate(GAMES):
        wins = shelf.winnings(np.full(ROUNDS, number), np.full(ROUNDS, 20), luck)
        assert wins.mean() / 20 == pytest.approx(game.rtp, abs=0.003)
        assert (wins > 0).mean() == pytest.approx(game.hit_rate, abs=0.001)


def test_more_prizes_make_a_slot_more_volatile_at_the_same_return() -> None:
    def spread(game: Game) -> float:
        return float(np.dot(np.square(game.multiples), game.chances))

    calm = slot("calm", "any", rtp=0.96, hit_rate=0.25, prizes=6)
    wild = slot("wild", "any", rtp=0.96, hit_rate=0.25, prizes=8)
    assert spread(wild) > 2 * spread(calm)
