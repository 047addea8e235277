"""Consents given and withdrawn by players: at registration, in their settings, after a return."""

import numpy as np

from data.simulator.after_play import later, who_acts
from data.simulator.arrays import Bools, Ints
from data.simulator.calendar import SECOND_US
from data.simulator.consents import CELLS, PRODUCTS
from data.simulator.markets import CHANNELS
from data.simulator.randomness import Keys, mixed
from data.simulator.records import Choice
from data.simulator.state import State


def ask_at_registration(state: State) -> None:
    """Record the choices that everyone makes at registration."""
    profiles = state.population.profiles
    everyone = np.arange(len(profiles))
    state.consents.granted[:] = _agreed(state, everyone, mixed(everyone))
    _record_form(state, everyone, profiles.registered_us, "registration")


def ask_again(state: State, player: Ints, at_us: Ints) -> None:
    """Ask players who return; some answer, and what they agree to is consent afresh."""
    key = mixed(player, at_us)
    share = state.settings.protection.answers_at_return
    answers = state.luck.happens("answers at the return", key, share)
    player, key = player[answers], key[answers]
    at_us = later(state, "asked again", player)
    one, cell = np.repeat(player, CELLS), np.tile(np.arange(CELLS), len(player))
    agreed = _agreed(state, player, key).ravel()
    state.consents.put(one, cell, agreed, np.repeat(at_us, CELLS))
    _record_form(state, player, at_us, "return")


def change_settings(state: State, player: Ints, day: int) -> None:
    """After play, some withdraw one product by one channel in their account, or agree to it."""
    chance = np.full(len(player), state.settings.messages.consent_changes)
    player = who_acts(state, "changes a consent", player, day, chance)
    at_us = later(state, "consent", player)
    cell = state.luck.integers("which consent", mixed(player, day), 0, CELLS)
    granted = ~state.consents.granted[player, cell]
    state.consents.put(player, cell, granted, at_us)
    record_consents(state, player, at_us, cell, granted, "account_settings")


def _agreed(state: State, player: Ints, key: Keys) -> Bools:
    """What players agree to when they are asked, shape (n, cells)."""
    luck, settings = state.luck, state.settings.messages
    leaning = settings.consent_spread * luck.normal("leaning to consent", mixed(player))[:, None]
    log_odds = np.log(settings.consent_share / (1 - settings.consent_share)) + leaning
    luck_of_cells = luck.uniform("consents", mixed(key[:, None], np.arange(CELLS)))
    return np.asarray(luck_of_cells < 1 / (1 + np.exp(-log_odds)))


def _record_form(state: State, player: Ints, at_us: Ints, source: str) -> None:
    """Record what players have just answered to every question of a form."""
    one, cell = np.repeat(player, CELLS), np.tile(np.arange(CELLS), len(player))
    asked_us = np.repeat(at_us, CELLS) + (1 + cell) * SECOND_US
    record_consents(state, one, asked_us, cell, state.consents.granted[one, cell], source)


def record_consents(
    state: State, player: Ints, at_us: Ints, cell: Ints, granted: Bools, source: str
) -> None:
    """Record acts of consent, each about one product and channel."""
    state.records.add(
        "consent",
        player,
        at_us,
        product=Choice(cell // len(CHANNELS), PRODUCTS),
        channel=Choice(cell % len(CHANNELS), CHANNELS),
        granted=granted,
        purpose="marketing",
        consent_source=source,
        text_version="2025-11",
    )
