"""What the operator knows each morning, a row per registered account: what a policy decides by."""

import numpy as np
import pyarrow as pa

from data.simulator.actions import ACTION_NAMES, ACTIONS, FIRST_INTERVENTION
from data.simulator.arrays import Bools, Ints
from data.simulator.calendar import DAY_US
from data.simulator.consents import PRODUCTS
from data.simulator.logging_policy import eligible, present
from data.simulator.markets import BRANDS, CHANNELS, MARKETS
from data.simulator.player_ids import player_ids
from data.simulator.state import State

_JURISDICTIONS = tuple(market.jurisdiction for market in MARKETS)
_CHECK = ("pending", "failed", "verified")


def operators_view(state: State, day: int) -> pa.Table:
    """What is known in the morning of a day, before anything is chosen; nothing of it is hidden.

    It is what the operator's own policy goes by: the books of the platform, which have what events
    tell before the late of them arrive, and count a message's opening and claim from its sending.

    Returns
    -------
    pa.Table
        ``player``, ``player_id``
            Number and id of the same account.
        ``jurisdiction``, ``brand``, ``identity``
            Licence, brand, and ``pending``, ``failed`` or ``verified``.
        ``age_years``, ``days_since_registration``, ``days_since_login``
            Days since the identity check before the first log-in.
        ``recent_sessions.PRODUCT``
            Sessions so far, each counting e times less every 28 days.
        ``deposits``, ``deposited``
            Approved deposits, and their sum in minor units of the account's currency.
        ``messages``, ``opened``
            Marketing messages sent, and those that were opened.
        ``has_bonus``, ``barred``, ``marketing_open``
            A bonus is on the books; no log-in (closed, excluded, on a time-out or a break); no
            protection forbids marketing.
        ``consent.PRODUCT.CHANNEL``, ``channel.PRODUCT``
            Consents, and the first channel consented to; null without one.
        ``may.ACTION``
            Offers: the operator's own policy may draw it. Interventions: the account can play.
    """
    profiles, now_us = state.population.profiles, state.calendar.day_starts_us(day)
    player = np.flatnonzero(profiles.registered_us < now_us)
    checked = profiles.checked_us[player] < now_us
    identity = np.where(checked, 1 + profiles.verified[player], 0)
    accounts = state.accounts
    barred = checked & (accounts.blocked_until_us[player] > now_us)
    columns = {
        "player": player,
        "player_id": player_ids(player),
        "jurisdiction": _named(profiles.market[player], _JURISDICTIONS),
        "brand": _named(profiles.brand[player], BRANDS),
        "identity": _named(identity, _CHECK),
        "age_years": (now_us // DAY_US - profiles.birth_day[player]) / 365.25,
        "days_since_registration": (now_us - profiles.registered_us[player]) / DAY_US,
        # Western clocks' evenings reach into the next day by UTC.
        "days_since_login": ((now_us - accounts.last_login_us[player]) / DAY_US).clip(min=0.0),
        "deposits": accounts.deposits[player],
        "deposited": accounts.deposited[player],
        "messages": accounts.messages[player],
        "opened": accounts.opened[player],
        "has_bonus": state.bonuses.taken(player),
        "barred": barred,
        "marketing_open": accounts.marketing_open(player, np.full(len(player), now_us)),
    }
    columns |= {
        f"recent_sessions.{product}": accounts.recent_sessions[player, number]
        for number, product in enumerate(PRODUCTS)
    }
    columns |= _consents(state, player)
    columns |= _may(state, player, day, checked & ~barred)
    return pa.table(columns)


def _named(code: Ints, names: tuple[str, ...]) -> pa.Array:
    return pa.array(names).take(pa.array(code))


def _consents(state: State, player: Ints) -> dict[str, pa.Array]:
    granted = state.consents.granted[player].reshape(len(player), len(PRODUCTS), len(CHANNELS))
    columns = {
        f"consent.{product}.{channel}": pa.array(granted[:, at, by])
        for at, product in enumerate(PRODUCTS)
        for by, channel in enumerate(CHANNELS)
    }
    for at, product in enumerate(PRODUCTS):
        first = pa.array(granted[:, at].argmax(axis=1), mask=~granted[:, at].any(axis=1))
        columns[f"channel.{product}"] = pa.array(CHANNELS).take(first)
    return columns


def _may(state: State, player: Ints, day: int, plays: Bools) -> dict[str, pa.Array]:
    """Which actions may be chosen, by the rules that the operator's own policy obeys."""
    may = eligible(state, player, day) & np.isin(player, present(state, day))[:, None]
    may[:, 0] = True
    may[:, FIRST_INTERVENTION:] = plays[:, None]
    return {f"may.{ACTION_NAMES[at]}": pa.array(may[:, at]) for at in range(1, len(ACTIONS))}
