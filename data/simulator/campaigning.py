"""Carry out what a policy chose: decisions, messages, bonuses, interventions, and reactions.

Whatever was chosen, no offer goes where promotion may not reach or its bonus may not be had.
"""

import numpy as np

from data.simulator import bonuses
from data.simulator.actions import ACTION_NAMES, ACTIONS, BREAK, FIRST_INTERVENTION, PAID, Chosen
from data.simulator.arrays import Floats, Ints
from data.simulator.bonus_rules import may_be_offered
from data.simulator.calendar import DAY_US, HOUR_US, MINUTE_US, SECOND_US, in_us
from data.simulator.harm import AT_RISK, HARMED, RECOVERING, RECREATIONAL
from data.simulator.markets import CHANNELS
from data.simulator.messages import noticing
from data.simulator.promotion import cleared
from data.simulator.randomness import mixed
from data.simulator.reading import read_us
from data.simulator.records import Choice, Numbered
from data.simulator.state import State

_HOUR = 9.0
"""Local hour from which decisions of a day are carried out."""

_READ_HOURS = 3.0
"""Mean hours until an offer is read (exponential)."""

_PRODUCTS = np.array([action.product for action in ACTIONS])
_REASONS = ("consent", "protection")


def decide(state: State, day: int, chosen: Chosen) -> None:
    """Record all decisions, as of when the policy looked, and intervene in the morning."""
    state.records.add(
        "decision.nbo",
        chosen.player,
        np.full(len(chosen.player), state.calendar.day_starts_us(day)),
        decision_id=Numbered("decision-", state.records.numbers("decision", len(chosen.player))),
        action=Choice(chosen.action, ACTION_NAMES),
        action_probability=chosen.probability,
        policy_version=chosen.policy,
        holdout=False,
    )
    _intervene(state, day, chosen.take(chosen.action >= FIRST_INTERVENTION))


def offer(state: State, day: int, chosen: Chosen) -> None:
    """Send the offers that may be sent; some notice, some claim, and play shows it tomorrow."""
    chosen = chosen.take((chosen.action > 0) & (chosen.action < FIRST_INTERVENTION))
    at_us = _moments(state, day, chosen.player) + SECOND_US
    protected = ~cleared(state, chosen.player, at_us)
    protected |= PAID[chosen.action] & ~may_be_offered(state, chosen.player, at_us)
    agreed = state.consents.held(chosen.player, _cells(chosen), at_us)
    allowed = agreed & ~protected
    number = state.records.numbers("message", len(chosen.player))
    _record_message(state, chosen, number, at_us, np.where(allowed, -1, protected))
    _react(state, day, chosen.take(allowed), number[allowed], at_us[allowed])


def _moments(state: State, day: int, player: Ints) -> Ints:
    """When each player's decision is carried out."""
    zone = state.population.profiles.zone[player]
    hour = _HOUR + state.luck.between("hour of decision", mixed(player, day), 0.0, 4.0)
    return np.asarray(state.calendar.midnights_us[zone, day] + in_us(hour, HOUR_US))


def _react(state: State, day: int, sent: Chosen, number: Ints, at_us: Ints) -> None:
    """Some notice what they were sent, and some of them claim it."""
    player, luck, key = sent.player, state.luck, mixed(sent.player, day)
    state.accounts.messages[player] += 1
    state.influence.fatigue[player] += 1.0
    hours = _READ_HOURS * luck.exponential("reads an offer", key)
    opened_us = read_us(state, player, day, at_us, hours) + SECOND_US
    noticed_by = noticing(state, player, sent.channel, state.engagement.chance[player])
    notices = luck.happens("notices an offer", key, noticed_by)
    notices &= state.accounts.marketing_open(player, opened_us)
    noticed, key, opened_us = sent.take(notices), key[notices], opened_us[notices]
    state.accounts.opened[noticed.player] += 1
    _record_opened(state, noticed, number[notices], opened_us)
    state.influence.lift[noticed.player] += state.influence.lift_of(noticed.player, noticed.action)
    claims = luck.happens("claims an offer", key, claiming(state, noticed.player, noticed.action))
    _claim(state, day, noticed.take(claims), opened_us[claims])


def claiming(state: State, player: Ints, action: Ints) -> Floats:
    """Chance to claim a paid offer that was noticed; 0 for what costs nothing."""
    usual = state.settings.influence.claims
    log_odds = np.log(usual / (1 - usual)) + np.log(
        state.population.natures.price_sensitivity[player]
    )
    return np.asarray(PAID[action] / (1.0 + np.exp(-log_odds)))


def _claim(state: State, day: int, chosen: Chosen, opened_us: Ints) -> None:
    """Let players claim what they read of, after all else that they did on the day.

    It takes a log-in, so that nobody claims who is on the register.
    """
    player, accounts = chosen.player, state.accounts
    at_us = np.maximum(opened_us, accounts.free_us[player]) + MINUTE_US
    able = ~accounts.on_register(player, at_us)
    player, at_us, action = player[able], at_us[able], chosen.action[able]
    given = bonuses.accept(state, player, at_us, action)
    player = player[given]
    accounts.free_us[player] = at_us[given]
    state.influence.habit[player] += 1.0
    state.harm.push(player, state.settings.influence, day)


def _intervene(state: State, day: int, chosen: Chosen) -> None:
    """Write to players about their play, and give some a break; it may turn them for the better."""
    player, step = chosen.player, chosen.action - FIRST_INTERVENTION
    at_us = _moments(state, day, player)
    settings, luck = state.settings.interventions, state.luck
    state.records.add(
        "rg.intervention",
        player,
        at_us + SECOND_US,
        method=Choice(chosen.action, ACTION_NAMES),
        automated=True,
        template_version="2025-11",
    )
    state.influence.lift[player] -= np.array(settings.calms)[step]
    heeds = luck.happens("heeds", mixed(player, day), np.array(settings.heeded)[step])
    harm = state.harm.state[player]
    state.harm.enter(player[heeds & (harm == AT_RISK)], RECREATIONAL, day)
    state.harm.enter(player[heeds & (harm == HARMED)], RECOVERING, day)
    paused = chosen.action == BREAK
    state.accounts.take_break(player[paused], at_us[paused] + settings.break_days * DAY_US)


def _cells(chosen: Chosen) -> Ints:
    """Which consent each offer needs."""
    return np.asarray(_PRODUCTS[chosen.action] * len(CHANNELS) + chosen.channel)


def _record_message(
    state: State, chosen: Chosen, number: Ints, at_us: Ints, suppressed: Ints
) -> None:
    """Record messages; ``suppressed`` is a place in ``_REASONS``, or -1 if sent."""
    state.records.add(
        "message",
        chosen.player,
        at_us,
        state=Choice((suppressed < 0).astype(np.int64), ("suppressed", "sent")),
        message_id=Numbered("message-", number),
        channel=Choice(chosen.channel, CHANNELS),
        purpose="marketing",
        campaign_id=Choice(chosen.action, ACTION_NAMES),
        suppress_reason=Choice(suppressed, _REASONS),
    )


def _record_opened(state: State, chosen: Chosen, number: Ints, at_us: Ints) -> None:
    state.records.add(
        "message",
        chosen.player,
        at_us,
        state="opened",
        message_id=Numbered("message-", number),
        channel=Choice(chosen.channel, CHANNELS),
        purpose="marketing",
        campaign_id=Choice(chosen.action, ACTION_NAMES),
    )
