"""Exchange: whole columns of amounts must convert to the minor unit as one amount does."""

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.currency import to_base
from data.simulator.exchange import BASE_CURRENCY, as_decimals, draw_rates, in_base
from data.simulator.markets import MARKETS
from data.simulator.randomness import Luck
from data.simulator.settings.operator import ExchangeSettings

MARKET = st.integers(0, len(MARKETS) - 1)


@given(st.integers(0, 10**10), MARKET, st.integers(1, 5 * 10**8))
def test_amounts_convert_as_the_exact_single_conversion(
    amount: int, market: int, rate_units: int
) -> None:
    found = in_base(np.array([amount]), np.array([market]), np.array([rate_units]))
    rate = Decimal(rate_units).scaleb(-8)
    assert found.tolist() == [to_base(amount, MARKETS[market].currency, rate, BASE_CURRENCY)]


def test_halves_go_to_the_even_minor_unit() -> None:
    euro, half = np.zeros(2, dtype=np.int64), np.full(2, 50_000_000)
    assert in_base(np.array([1, 3]), euro, half).tolist() == [0, 2]


def test_rates_begin_at_the_market_s_and_drift_but_the_base_stays_one() -> None:
    rates = draw_rates(ExchangeSettings(), 100, Luck(1))
    for number, market in enumerate(MARKETS):
        found = rates.of(np.full(100, number), np.arange(100)) / 1e8
        assert abs(found[0] * market.units_per_eur - 1) < 0.02
        assert (len(set(found.tolist())) == 1) == (market.currency == BASE_CURRENCY)


def test_rates_are_stored_exactly() -> None:
    assert as_decimals(np.array([116_000_000, 8_930_100])).to_pylist() == [
        Decimal("1.16000000"),
        Decimal("0.08930100"),
    ]
