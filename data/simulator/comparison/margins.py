"""Every margin of one log's payments."""

from data.simulator.comparison.margin import Margins
from data.simulator.comparison.money import amounts, money_rates
from data.simulator.comparison.payments import Payments
from data.simulator.comparison.rhythm import clocks, rhythms
from data.simulator.comparison.staying import churn_margins, retention_curves
from data.simulator.comparison.window import WARM_UP_DAYS


def margins_of(payments: Payments) -> Margins:
    """Margins of a log's payments; those of what happens on a day leave out the warm-up."""
    window = payments.days_from(WARM_UP_DAYS, payments.days)
    churn_rates, churn_curve = churn_margins(payments)
    return Margins(
        distributions=rhythms(window.deposits) + amounts(window),
        cycles=clocks(window.deposits),
        rates=money_rates(window) + churn_rates,
        curves=(*retention_curves(payments), churn_curve),
    )
