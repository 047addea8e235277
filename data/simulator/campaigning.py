"""Carry out what a policy chose: decisions, messages, bonuses, interventions, and reactions."""

import numpy as np

from data.simulator import bonuses
from data.simulator.actions import (
    ACTION_NAMES,
    ACTIONS,
    FIRST_INTERVENTION,
    PAID,
    VALUES_EUR,
    Chosen,
)  # fmt: skip
from data.simulator.arrays import Floats, Ints
from data.simulator.bonus_book import MATCH
from data.simulator.calendar import DAY_US, HOUR_US, MINUTE_US, SECOND_US, in_us
from data.simulator.harm import AT_RISK, HARMED, RECOVERING, RECREATIONAL
from data.simulator.markets import CHANNELS, per_market
from data.simulator.messages import noticing
from data.simulator.randomness import Keys, mixed
from data.simulator.records import Choice, Numbered
from data.simulator.state import State

_HOUR = 9.0
"""Local hour from which decisions of a day are carried out."""

INVITED_DAYS = 7
"""Days for which an offered match waits for a deposit."""

_KINDS = np.array([action.kind for action in ACTIONS])
_PRODUCTS = np.array([action.product for action in ACTIONS])
_REASONS = ("consent", "protection")


def carry_out(state: State, day: int, chosen: Chosen) -> None:
    """Record all decisions, and do what they say; what it does to play shows from tomorrow on."""
    player, key = chosen.player, mixed(chosen.player, day)
    zone = state.population.profiles.zone[player]
    hour = _HOUR + state.luck.between("hour of decision", key, 0.0, 4.0)
    at_us = state.calendar.midnights_us[zone, day] + in_us(hour, HOUR_US)
    state.records.add(
        "decision.nbo",
        player,
        at_us,
        decision_id=Numbered("decision-", state.records.numbers("decision", len(player))),
        action=Choice(chosen.action, ACTION_NAMES),
        action_probability=chosen.probability,
        policy_version=chosen.policy,
        holdout=False,
    )
    offers = (chosen.action > 0) & (chosen.action < FIRST_INTERVENTION)
    _offer(state, day, chosen.take(offers), key[offers], at_us[offers])
    intervenes = chosen.action >= FIRST_INTERVENTION
    _intervene(state, day, chosen.take(intervenes), at_us[intervenes])


def _offer(state: State, day: int, chosen: Chosen, key: Keys, at_us: Ints) -> None:
    """Send offers, unless the player may not be written to by then; some notice, some claim."""
    player, luck = chosen.player, state.luck
    protected = ~state.accounts.marketing_open(player, at_us)
    agreed = state.consents.held(player, _cells(chosen), at_us + SECOND_US)
    allowed = agreed & ~protected
    number = state.records.numbers("message", len(player))
    _record_message(state, chosen, number, at_us + SECOND_US, np.where(allowed, -1, protected))
    chosen, key, at_us, number = chosen.take(allowed), key[allowed], at_us[allowed], number[allowed]
    state.accounts.messages[chosen.player] += 1
    state.influence.fatigue[chosen.player] += 1.0
    plays = state.engagement.chance[chosen.player]
    noticed_by = noticing(state, chosen.player, chosen.channel, plays)
    notices = luck.happens("notices an offer", key, noticed_by)
    read_us = at_us + in_us(luck.exponential("reads an offer", key) * 3.0, HOUR_US) + MINUTE_US
    noticed, key, read_us = chosen.take(notices), key[notices], read_us[notices]
    state.accounts.opened[noticed.player] += 1
    _record_opened(state, noticed, number[notices], read_us)
    state.influence.lift[noticed.player] += state.influence.lift_of(noticed.player, noticed.action)
    claims = luck.happens("claims an offer", key, claiming(state, noticed.player, noticed.action))
    claims &= state.accounts.marketing_open(noticed.player, read_us)
    _grant(state, day, noticed.take(claims), read_us[claims] + MINUTE_US)


def claiming(state: State, player: Ints, action: Ints) -> Floats:
    """Chance to claim a paid offer that was noticed; 0 for what costs nothing."""
    usual = state.settings.influence.claims
    log_odds = np.log(usual / (1 - usual)) + np.log(
        state.population.natures.price_sensitivity[player]
    )
    return np.asarray(PAID[action] / (1.0 + np.exp(-log_odds)))


def _grant(state: State, day: int, chosen: Chosen, at_us: Ints) -> None:
    """Give what was claimed to those without a bonus; a match waits for the next deposit."""
    free = ~state.bonuses.taken(chosen.player)
    chosen, at_us = chosen.take(free), at_us[free]
    player, kind = chosen.player, _KINDS[chosen.action]
    match = kind == MATCH
    unit = 100 * per_market("price_level")[state.population.profiles.market[player]]
    amount = (VALUES_EUR[chosen.action] * unit).astype(np.int64)
    campaign = bonuses.FIRST_OFFER + chosen.action
    until_us = at_us + INVITED_DAYS * DAY_US
    state.bonuses.invite(player[match], at_us[match], until_us[match], campaign[match])
    at_once = ~match
    bonuses.grant(
        state, player[at_once], at_us[at_once], kind[at_once], amount[at_once], campaign[at_once]
    )
    state.influence.habit[player] += 1.0
    state.harm.push(player, state.settings.influence, day)


def _intervene(state: State, day: int, chosen: Chosen, at_us: Ints) -> None:
    """Write to players about their play, and give some a break; it may turn them for the better."""
    player, step = chosen.player, chosen.action - FIRST_INTERVENTION
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
    break_from = player[step == 1]
    until_us = at_us[step == 1] + settings.break_days * DAY_US
    state.accounts.block(break_from, until_us)


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
