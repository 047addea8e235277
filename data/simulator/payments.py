"""Deposits, with what can go wrong, and withdrawals."""

import numpy as np

from data.simulator import bonuses
from data.simulator.arrays import Bools, Floats, Ints, round_down_to
from data.simulator.calendar import HOUR_US, MINUTE_US, SECOND_US, in_us
from data.simulator.casino import STAKE_STEPS
from data.simulator.limit_book import PERIODS
from data.simulator.markets import per_market
from data.simulator.players import METHODS
from data.simulator.records import Choice, Numbered, Value
from data.simulator.sitting import Sitting
from data.simulator.world import World

_STEPS = np.array([10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 75.0])
_AMOUNT_STEPS = np.concatenate([_STEPS * 10.0**power for power in range(5)])
_ATTEMPTS = 2

_APPROVED, _DECLINED, _CANCELLED = range(3)
_STATUSES = ("approved", "declined", "cancelled")
_DECLINE_CODES = ("insufficient_funds", "do_not_honour", "authentication_failed", "limit_exceeded")
_DECLINE_SHARES = (0.3, 0.35, 0.25, 0.1)
_HARM_DECLINE_SHARES = (0.75, 0.12, 0.05, 0.08)
_PSPS = ("cardgate", "pursepay", "bankline", "voucherly", "telbill")
"""One payment provider per method."""


def fund(world: World, sitting: Sitting, rows: Ints, leg: int) -> None:
    """Deposit where the balance is too low: always in a renewed leg, else below a share of budget.

    Who fails may try once more.
    """
    settings, rng = world.settings.payments, world.streams.payments
    if leg == 0:
        balance = world.accounts.balance[sitting.player[rows]]
        rows = rows[balance < settings.low_balance_share * sitting.budget[rows]]
    for _ in range(_ATTEMPTS):
        failed = _attempt(world, sitting, rows)
        rows = failed[rng.random(len(failed)) < settings.retry_share]


def can_stake(world: World, sitting: Sitting, rows: Ints) -> Bools:
    """Whose balance is enough for the smallest stake."""
    player = sitting.player[rows]
    level = per_market("price_level")[world.population.profiles.market[player]]
    return np.asarray(world.accounts.balance[player] >= STAKE_STEPS[0] * level)


def goes_on(world: World, sitting: Sitting, rows: Ints) -> Bools:
    """Who deposits again after losing everything: more often under harm (chasing)."""
    extra = world.settings.harm.redeposit_share * sitting.harm[rows]
    share = world.settings.payments.redeposit_share + extra
    return np.asarray(world.streams.payments.random(len(rows)) < share)


def _attempt(world: World, sitting: Sitting, rows: Ints) -> Ints:
    """One deposit attempt each; returns the rows where it failed."""
    rng, profiles = world.streams.payments, world.population.profiles
    sitting.clock_us[rows] += rng.integers(15, 120, len(rows)) * SECOND_US
    amount = _amounts(world, sitting, rows)
    rows, amount = _within_limit(world, sitting, rows, amount)
    outcome = _outcomes(world, sitting, rows)
    player, at_us = sitting.player[rows], sitting.clock_us[rows]
    sitting.record(
        world.records,
        "deposit",
        rows,
        at_us,
        status=Choice(outcome, _STATUSES),
        amount=amount,
        payment_id=Numbered("payment-", world.records.numbers("payment", len(rows))),
        method=Choice(profiles.method[player], METHODS),
        psp=Choice(profiles.method[player], _PSPS),
        decline_code=_decline_codes(world, sitting, rows, outcome),
    )
    approved = outcome == _APPROVED
    _receive(world, player[approved], at_us[approved], amount[approved])
    return np.asarray(rows[~approved])


def _amounts(world: World, sitting: Sitting, rows: Ints) -> Ints:
    """Round amounts near the budget, minor units."""
    unit = 100 * per_market("price_level")[world.population.profiles.market[sitting.player[rows]]]
    settings = world.settings.payments
    spread = world.streams.payments.lognormal(0.0, settings.amount_spread, len(rows))
    wanted = (sitting.budget[rows] * spread / unit).clip(settings.least_deposit_eur)
    return np.asarray(round_down_to(wanted, _AMOUNT_STEPS).astype(np.int64) * unit)


def _within_limit(world: World, sitting: Sitting, rows: Ints, amount: Ints) -> tuple[Ints, Ints]:
    """Cut amounts to what the player's limit leaves; without a least deposit left, no attempt."""
    player = sitting.player[rows]
    left = world.limits.left(player)
    reached = amount > left
    _record_reached(world, sitting, rows[reached])
    unit = 100 * per_market("price_level")[world.population.profiles.market[player]]
    least = int(world.settings.payments.least_deposit_eur) * unit
    amount = np.minimum(amount, left // unit * unit)
    return rows[amount >= least], amount[amount >= least]


def _record_reached(world: World, sitting: Sitting, rows: Ints) -> None:
    limits, player = world.limits, sitting.player[rows]
    sitting.record(
        world.records,
        "limit",
        rows,
        sitting.clock_us[rows] - SECOND_US,
        action="reached",
        limit_kind="deposit_gross",
        period=Choice(limits.period[player], PERIODS),
        limit_id=Numbered("limit-", player),
        amount=limits.amount[player],
    )


def _outcomes(world: World, sitting: Sitting, rows: Ints) -> Ints:
    settings, luck = world.settings.payments, world.streams.payments.random(len(rows))
    declined = settings.declined_share + world.settings.harm.declined_share * sitting.harm[rows]
    outcome = np.where(luck < declined, _DECLINED, _APPROVED)
    outcome[luck > 1 - settings.abandoned_share] = _CANCELLED
    return np.asarray(outcome)


def _decline_codes(world: World, sitting: Sitting, rows: Ints, outcome: Ints) -> Choice:
    rng, count = world.streams.payments, len(rows)
    usual = rng.choice(len(_DECLINE_CODES), count, p=_DECLINE_SHARES)
    harmed = rng.choice(len(_DECLINE_CODES), count, p=_HARM_DECLINE_SHARES)
    code = np.where(rng.random(count) < sitting.harm[rows], harmed, usual)
    return Choice(np.where(outcome == _DECLINED, code, -1), _DECLINE_CODES)


def _receive(world: World, player: Ints, at_us: Ints, amount: Ints) -> None:
    world.accounts.balance[player] += amount
    world.accounts.deposits[player] += 1
    world.limits.use(player, amount)
    bonuses.claim(world, player, at_us, amount)


def cash_out(world: World, sitting: Sitting) -> None:
    """After a session, some of those with a high balance ask for money."""
    settings, rng = world.settings.payments, world.streams.payments
    balance, budget = world.accounts.balance[sitting.player], sitting.budget
    rich = balance > settings.cash_out_multiple * budget
    rows = np.flatnonzero(rich & (rng.random(len(budget)) < settings.cash_out_share))
    unit = 100 * per_market("price_level")[world.population.profiles.market[sitting.player[rows]]]
    part = balance[rows] - budget[rows] * rng.uniform(0.0, 1.5, len(rows))
    amount = (part // unit * unit).astype(np.int64)
    rows, amount = rows[amount > 0], amount[amount > 0]
    sitting.clock_us[rows] += rng.integers(20, 200, len(rows)) * SECOND_US
    market = world.population.profiles.market[sitting.player[rows]]
    taken_back = settings.cancelled_share + world.settings.harm.cancelled_share * sitting.harm[rows]
    taken_back *= per_market("cancels_withdrawals")[market]
    request_withdrawal(world, sitting.player[rows], sitting.clock_us[rows], amount, taken_back)


def request_withdrawal(
    world: World, player: Ints, at_us: Ints, amount: Ints, taken_back: Floats
) -> None:
    """Ask money out: it leaves the balance at once, and is paid later or taken back.

    Parameters
    ----------
    taken_back
        Chance that the player cancels before it is paid.
    """
    settings, rng, count = world.settings.payments, world.streams.payments, len(player)
    same: dict[str, Value] = {
        "amount": amount,
        "payment_id": Numbered("payment-", world.records.numbers("payment", count)),
        "method": Choice(world.population.profiles.method[player], METHODS),
    }
    world.records.add("withdrawal", player, at_us, status="requested", **same)
    world.accounts.balance[player] -= amount
    bonuses.forfeit(world, player, at_us)
    hours = settings.paid_hours * rng.lognormal(0.0, settings.paid_spread, count)
    paid_us = at_us + in_us(hours, HOUR_US) + MINUTE_US
    cancels = rng.random(count) < taken_back
    waited = np.where(cancels, 0.05 + 0.9 * rng.random(count), 1.0)
    done_us = at_us + ((paid_us - at_us) * waited).astype(np.int64)
    status = Choice(cancels.astype(np.int64), ("paid", "cancelled_by_player"))
    world.records.add("withdrawal", player, done_us, status=status, **same)
    world.accounts.credit_later(player[cancels], done_us[cancels], amount[cancels])
