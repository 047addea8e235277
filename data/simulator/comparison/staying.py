"""Who comes back: retention after a first deposit, churn after cutoffs, and what recency tells."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from data.simulator.comparison.margin import Curve, Rate, share
from data.simulator.comparison.payments import DAY_US, Bools, Floats, Ints, Movements, Payments
from data.simulator.comparison.window import WARM_UP_DAYS

WEEKS = (1, 2, 4, 8, 12, 26)
SEEN_DAYS = 14
"""Whoever deposits in so many days after the warm-up is a customer at its end."""
NEW_AFTER_DAYS = 56
"""Whoever first deposits after so many days, with the warm-up, is new: few customers pause so
long."""
HORIZON_DAYS = 28
FIRST_CUTOFF_DAY = 56

_WEEK_US = 7 * DAY_US
_NEVER_US = np.iinfo(np.int64).max


def retention_curves(payments: Payments) -> tuple[Curve, ...]:
    """Share of customers, and of new players, who deposit in weeks after a first deposit.

    A customer's weeks count from the first deposit after the warm-up.
    """
    start_us, seen_us, new_us = (
        int(payments.midnights_us[day])
        for day in (WARM_UP_DAYS, WARM_UP_DAYS + SEEN_DAYS, NEW_AFTER_DAYS)
    )
    later = payments.deposits.between(start_us, payments.end_us)
    ever = first_deposits(payments.deposits, payments.players)
    since = first_deposits(later, payments.players)
    customers = np.where(since < seen_us, since, _NEVER_US)
    newcomers = np.where(ever >= new_us, ever, _NEVER_US)
    return (
        _retention("customers who deposit", later, customers, payments.end_us),
        _retention("new players who deposit", later, newcomers, payments.end_us),
    )


def first_deposits(deposits: Movements, players: int) -> Ints:
    """Moment of each player's first deposit, shape (players,); the end of time for who has none."""
    first_us = np.full(players, _NEVER_US)
    np.minimum.at(first_us, deposits.player, deposits.at_us)
    return first_us


def _retention(name: str, deposits: Movements, first_us: Ints, end_us: int) -> Curve:
    rates = {week: retention(deposits, first_us, end_us, week) for week in WEEKS}
    return Curve(name, "week", rates)


def retention(deposits: Movements, first_us: Ints, end_us: int, week: int) -> float | None:
    """Share of a cohort who deposit again in a week after the first deposit.

    Week 1 is the seven days that follow the first deposit. Players whose week ends after
    ``end_us`` are left out.

    Parameters
    ----------
    first_us
        Shape (players,): first deposit of each player of the cohort; the end of time for others.
    """
    cohort = first_us <= end_us - week * _WEEK_US
    in_cohort = deposits.where(cohort[deposits.player])
    elapsed_us = in_cohort.at_us - first_us[in_cohort.player]
    in_week = (elapsed_us > 0) & (elapsed_us // _WEEK_US == week - 1)
    returned = len(np.unique(in_cohort.player[in_week]))
    return share(returned, int(cohort.sum()))


@dataclass(frozen=True)
class Risk:
    """Players who were active before a cutoff.

    Attributes
    ----------
    recency_us
        Shape (eligible players,): time from the last deposit to the cutoff.
    churned
        Shape (eligible players,): whether no deposit follows in the horizon.
    """

    recency_us: Ints
    churned: Bools


def risk_at(payments: Payments, cutoff: int) -> Risk:
    """Who deposited in the 28 days before a cutoff, and didn't in the 28 from it.

    Parameters
    ----------
    cutoff
        Number of the day at whose first moment it lies.
    """
    deposits, midnights_us = payments.deposits, payments.midnights_us
    before_us, cutoff_us, after_us = (
        int(midnights_us[day]) for day in (cutoff - HORIZON_DAYS, cutoff, cutoff + HORIZON_DAYS)
    )
    before = deposits.between(before_us, cutoff_us)
    last_us = np.full(payments.players, -1)
    np.maximum.at(last_us, before.player, before.at_us)
    returned = np.zeros(payments.players, dtype=bool)
    returned[deposits.between(cutoff_us, after_us).player] = True
    eligible = last_us >= 0
    return Risk(cutoff_us - last_us[eligible], ~returned[eligible])


def churn_by_cutoff(payments: Payments) -> dict[int, Risk]:
    """Day of every cutoff, four weeks apart → who was at risk then."""
    last = payments.days - HORIZON_DAYS
    return {
        cutoff: risk_at(payments, cutoff)
        for cutoff in range(FIRST_CUTOFF_DAY, last + 1, HORIZON_DAYS)
    }


def churn_margins(payments: Payments) -> tuple[tuple[Rate, ...], Curve]:
    """Churn over all cutoffs together, how well recency ranks it, and churn at each cutoff.

    A player is in as many rows as cutoffs find them active, as in training.
    """
    risks = churn_by_cutoff(payments)
    churned = np.concatenate([risk.churned for risk in risks.values()])
    recency = np.concatenate([risk.recency_us for risk in risks.values()])
    new = first_deposits(payments.deposits, payments.players)
    known = new < _NEVER_US
    late = known & (new >= payments.midnights_us[NEW_AFTER_DAYS])
    rates = (
        Rate("players who are new", share(int(late.sum()), int(known.sum()))),
        Rate("28-day churn, all cutoffs", _mean(churned)),
        Rate("AUC of recency for it", auc(recency.astype(np.float64), churned)),
    )
    by_cutoff = {day: _mean(risk.churned) for day, risk in risks.items()}
    return rates, Curve("28-day churn at a cutoff", "day", by_cutoff)


def _mean(yes: Bools) -> float | None:
    return share(int(yes.sum()), len(yes))


def auc(score: Floats, positive: Bools) -> float | None:
    """Chance that a positive's score exceeds a negative's, ties half (Mann–Whitney).

    Parameters
    ----------
    score, positive
        Shape (rows,).

    Returns
    -------
    None unless there are both positives and negatives.

    Examples
    --------
    >>> auc(np.array([1.0, 2.0, 2.0]), np.array([False, False, True]))
    0.75
    """
    positives = int(positive.sum())
    pairs = positives * (len(positive) - positives)
    if not pairs:
        return None
    ranks = float(rankdata(score)[positive].sum())
    return (ranks - positives * (positives + 1) / 2) / pairs
