"""How much players deposit, against sums by hand and Python's own medians."""

from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.simulator.comparison.margin import Rate
from data.simulator.comparison.money import amounts, money_rates, own_medians, top_share
from tests.data.simulator.comparison.small_logs import Row, movements, payments, rows


def test_the_top_tenth_is_rounded_up_to_whole_players() -> None:
    ten = movements([(player, 1.0, player + 1) for player in range(10)])
    eleven = movements([(player, 1.0, player + 1) for player in range(11)])
    assert top_share(ten, 0.1) == pytest.approx(10 / 55)
    assert top_share(eleven, 0.1) == pytest.approx(21 / 66)


def test_players_without_deposits_are_in_no_tenth() -> None:
    assert top_share(movements([(0, 1.0, 30), (5, 1.0, 70)]), 0.5) == pytest.approx(0.7)


@given(rows(least=1))
def test_the_top_share_is_what_sorting_by_hand_gives(given_rows: list[Row]) -> None:
    totals: dict[int, int] = {}
    for player, _, amount in given_rows:
        totals[player] = totals.get(player, 0) + amount
    best = sorted(totals.values(), reverse=True)[: -(-len(totals) // 2)]
    assert top_share(movements(given_rows), 0.5) == pytest.approx(sum(best) / sum(totals.values()))


@given(rows(least=1))
def test_own_medians_are_those_of_the_standard_library(given_rows: list[Row]) -> None:
    found, counts = own_medians(movements(given_rows))
    for player in {player for player, _, _ in given_rows}:
        own = [amount for other, _, amount in given_rows if other == player]
        assert (found[player], counts[player]) == (median(own), len(own))


def test_amounts_are_shown_in_units_and_in_multiples() -> None:
    five = [(0, float(day), amount) for day, amount in enumerate([100, 200, 200, 400, 800])]
    raw, over_log, over_own, own = amounts(payments([*five, (1, 1.0, 2000)]))
    assert sorted(raw.values) == [1.0, 2.0, 2.0, 4.0, 8.0, 20.0]
    assert sorted(over_log.values) == pytest.approx([1 / 3, 2 / 3, 2 / 3, 4 / 3, 8 / 3, 20 / 3])
    assert sorted(over_own.values) == [0.5, 1.0, 1.0, 2.0, 4.0]
    assert own.values.tolist() == [1.0]


@given(rows(least=1), st.integers(2, 50))
def test_multiples_do_not_depend_on_the_price_level(given_rows: list[Row], level: int) -> None:
    dearer = [(player, day, amount * level) for player, day, amount in given_rows]
    _, *multiples = amounts(payments(given_rows))
    _, *others = amounts(payments(dearer))
    for one, other in zip(multiples, others, strict=True):
        assert np.sort(one.values) == pytest.approx(np.sort(other.values))


def test_a_deposit_of_nought_does_not_stop_the_comparison() -> None:
    every = amounts(payments([(0, float(day), 0) for day in range(5)]))
    assert all((one.values > 0).all() for one in every)


def rates(found: tuple[Rate, ...]) -> dict[str, float | None]:
    return {rate.name: rate.value for rate in found}


def test_rates_count_attempts_and_what_goes_out() -> None:
    deposits = [(0, 1.0, 100), (0, 2.0, 200), (1, 2.0, 100)]
    found = rates(money_rates(payments(deposits, [(1, 3.0, 900)], [(0, 9.0, 300)])))
    assert found["attempts declined"] == 1 / 4
    assert found["withdrawals per deposit"] == 1 / 3
    assert found["money withdrawn per deposited"] == 300 / 400
    assert found["money of the top 10 % of players"] == 300 / 400


def test_without_payments_there_are_no_rates() -> None:
    assert set(rates(money_rates(payments([]))).values()) == {None}
