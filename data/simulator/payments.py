"""Deposits, with what can go wrong, and withdrawals."""

import numpy as np

from data.simulator import bonuses
from data.simulator.arrays import Bools, Floats, Ints, round_down_to
from data.simulator.calendar import HOUR_US, MINUTE_US, SECOND_US, in_us
from data.simulator.casino import STAKE_STEPS, bonus_money, plays_from_bonus
from data.simulator.limit_book import PERIODS
from data.simulator.markets import per_market
from data.simulator.players import METHODS
from data.simulator.randomness import Keys, mixed
from data.simulator.records import Choice, Numbered, Value
from data.simulator.sitting import Sitting
from data.simulator.state import State

_STEPS = np.array([5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0])
_AMOUNT_STEPS = np.concatenate([_STEPS * 10.0**power for power in range(5)])
_ATTEMPTS = 2

_APPROVED, _DECLINED, _CANCELLED = range(3)
_STATUSES = ("approved", "declined", "cancelled")
_DECLINE_CODES = ("insufficient_funds", "do_not_honour", "authentication_failed", "limit_exceeded")
_DECLINE_SHARES = (0.3, 0.35, 0.25, 0.1)
_HARM_DECLINE_SHARES = (0.75, 0.12, 0.05, 0.08)
_PSPS = ("cardgate", "pursepay", "bankline", "voucherly", "telbill")
"""One payment provider per method."""


def fund(state: State, sitting: Sitting, rows: Ints, leg: int) -> None:
    """Deposit where the money is too little: in a renewed leg always, else below a share of budget.

    Who fails may try once more.
    """
    settings = state.settings.payments
    if leg == 0:
        free = state.accounts.balance[sitting.player[rows]] + bonus_money(state, sitting, rows)
        rows = rows[free < settings.low_balance_share * sitting.budget[rows]]
    else:
        rows = rows[~plays_from_bonus(state, sitting, rows)]
    for attempt in range(_ATTEMPTS):
        key = mixed(sitting.key[rows], leg, attempt)
        failed, key = _attempt(state, sitting, rows, key)
        rows = failed[state.luck.happens("tries again", key, settings.retry_share)]


def can_stake(state: State, sitting: Sitting, rows: Ints) -> Bools:
    """Whose money is enough for the smallest stake."""
    player = sitting.player[rows]
    level = per_market("price_level")[state.population.profiles.market[player]]
    real = state.accounts.balance[player] >= STAKE_STEPS[0] * level
    return np.asarray(real | plays_from_bonus(state, sitting, rows))


def goes_on(state: State, sitting: Sitting, rows: Ints, leg: int) -> Bools:
    """Who plays on after losing everything: more often under harm (chasing)."""
    settings, player = state.settings, sitting.player[rows]
    share = settings.payments.redeposit_share * state.population.natures.redeposits[player]
    share = share + settings.harm.redeposit_share * sitting.harm[rows]
    key = mixed(sitting.key[rows], leg)
    return state.luck.happens("goes on", key, share.clip(max=0.95))


def _attempt(state: State, sitting: Sitting, rows: Ints, key: Keys) -> tuple[Ints, Keys]:
    """One deposit attempt each; returns the rows where it failed, and their keys."""
    luck, profiles = state.luck, state.population.profiles
    sitting.clock_us[rows] += luck.integers("payment page", key, 15, 120) * SECOND_US
    amount = _amounts(state, sitting, rows, key)
    able, amount = _within_limit(state, sitting, rows, amount)
    rows, key, amount = rows[able], key[able], amount[able]
    outcome = _outcomes(state, sitting, rows, key)
    player, at_us = sitting.player[rows], sitting.clock_us[rows]
    sitting.record(
        state.records,
        "deposit",
        rows,
        at_us,
        status=Choice(outcome, _STATUSES),
        amount=amount,
        payment_id=Numbered("payment-", state.records.numbers("payment", len(rows))),
        method=Choice(profiles.method[player], METHODS),
        psp=Choice(profiles.method[player], _PSPS),
        decline_code=_decline_codes(state, sitting, rows, key, outcome),
    )
    approved = outcome == _APPROVED
    _receive(state, player[approved], at_us[approved], amount[approved])
    return rows[~approved], key[~approved]


def _amounts(state: State, sitting: Sitting, rows: Ints, key: Keys) -> Ints:
    """Round amounts near the budget, minor units."""
    unit = 100 * per_market("price_level")[state.population.profiles.market[sitting.player[rows]]]
    settings = state.settings.payments
    spread = state.luck.lognormal("deposit", key, settings.amount_spread)
    wanted = (sitting.budget[rows] * spread / unit).clip(settings.least_deposit_eur)
    return np.asarray(round_down_to(wanted, _AMOUNT_STEPS).astype(np.int64) * unit)


def _within_limit(state: State, sitting: Sitting, rows: Ints, amount: Ints) -> tuple[Bools, Ints]:
    """Cut amounts to what the player's limit leaves; without a least deposit left, no attempt."""
    player = sitting.player[rows]
    left = state.limits.left(player)
    _record_reached(state, sitting, rows[amount > left])
    unit = 100 * per_market("price_level")[state.population.profiles.market[player]]
    least = int(state.settings.payments.least_deposit_eur) * unit
    amount = np.minimum(amount, left // unit * unit)
    return np.asarray(amount >= least), amount


def _record_reached(state: State, sitting: Sitting, rows: Ints) -> None:
    limits, player = state.limits, sitting.player[rows]
    sitting.record(
        state.records,
        "limit",
        rows,
        sitting.clock_us[rows] - SECOND_US,
        action="reached",
        limit_kind="deposit_gross",
        period=Choice(limits.period[player], PERIODS),
        limit_id=Numbered("limit-", player),
        amount=limits.amount[player],
    )


def _outcomes(state: State, sitting: Sitting, rows: Ints, key: Keys) -> Ints:
    settings, luck = state.settings.payments, state.luck.uniform("deposit's outcome", key)
    habit = state.population.natures.declines[sitting.player[rows]]
    declined = settings.declined_share * habit
    declined = declined + state.settings.harm.declined_share * sitting.harm[rows]
    outcome = np.where(luck < declined, _DECLINED, _APPROVED)
    outcome[luck > 1 - settings.abandoned_share] = _CANCELLED
    return np.asarray(outcome)


def _decline_codes(state: State, sitting: Sitting, rows: Ints, key: Keys, outcome: Ints) -> Choice:
    usual = state.luck.choice("why declined", key, _DECLINE_SHARES)
    harmed = state.luck.choice("why declined", key, _HARM_DECLINE_SHARES)
    code = np.where(state.luck.happens("harmed decline", key, sitting.harm[rows]), harmed, usual)
    return Choice(np.where(outcome == _DECLINED, code, -1), _DECLINE_CODES)


def _receive(state: State, player: Ints, at_us: Ints, amount: Ints) -> None:
    state.accounts.balance[player] += amount
    state.accounts.deposits[player] += 1
    state.accounts.deposited[player] += amount
    state.limits.use(player, amount)
    bonuses.claim(state, player, at_us, amount)


def cash_out(state: State, sitting: Sitting) -> None:
    """After a session, some of those with a high balance ask for money."""
    settings, luck = state.settings.payments, state.luck
    balance, budget = state.accounts.balance[sitting.player], sitting.budget
    thinks = luck.happens("cashes out", sitting.key, settings.cash_out_share)
    rows = np.flatnonzero((balance > settings.cash_out_multiple * budget) & thinks)
    market = state.population.profiles.market[sitting.player[rows]]
    unit = 100 * per_market("price_level")[market]
    kept = luck.between("money kept", sitting.key[rows], 0.0, 1.5)
    amount = ((balance[rows] - budget[rows] * kept) // unit * unit).astype(np.int64)
    rows, amount, market = rows[amount > 0], amount[amount > 0], market[amount > 0]
    key, player = sitting.key[rows], sitting.player[rows]
    sitting.clock_us[rows] += luck.integers("before cashing out", key, 20, 200) * SECOND_US
    taken_back = settings.cancelled_share * state.population.natures.takebacks[player]
    taken_back = taken_back + state.settings.harm.cancelled_share * sitting.harm[rows]
    taken_back = taken_back * per_market("cancels_withdrawals")[market]
    request_withdrawal(state, player, key, sitting.clock_us[rows], amount, taken_back)


def request_withdrawal(
    state: State, player: Ints, key: Keys, at_us: Ints, amount: Ints, taken_back: Floats
) -> None:
    """Ask money out: it leaves the balance at once, and is paid later or taken back.

    Parameters
    ----------
    taken_back
        Chance that the player cancels before it is paid.
    """
    settings, luck, count = state.settings.payments, state.luck, len(player)
    same: dict[str, Value] = {
        "amount": amount,
        "payment_id": Numbered("payment-", state.records.numbers("payment", count)),
        "method": Choice(state.population.profiles.method[player], METHODS),
    }
    state.records.add("withdrawal", player, at_us, status="requested", **same)
    state.accounts.balance[player] -= amount
    bonuses.forfeit(state, player, at_us)
    hours = settings.paid_hours * luck.lognormal("paid after", key, settings.paid_spread)
    paid_us = at_us + in_us(hours, HOUR_US) + MINUTE_US
    cancels = luck.happens("takes back", key, taken_back)
    waited = np.where(cancels, luck.between("takes back after", key, 0.05, 0.95), 1.0)
    done_us = at_us + ((paid_us - at_us) * waited).astype(np.int64)
    status = Choice(cancels.astype(np.int64), ("paid", "cancelled_by_player"))
    state.records.add("withdrawal", player, done_us, status=status, **same)
    state.accounts.credit_later(player[cancels], done_us[cancels], amount[cancels])
