"""Registration, the identity check, and accounts found to belong to one person."""

import numpy as np

from data.simulator.accounts import NEVER_US
from data.simulator.calendar import MINUTE_US, SECOND_US
from data.simulator.markets import MARKETS, ZONES
from data.simulator.players import SEXES
from data.simulator.randomness import mixed
from data.simulator.records import Choice
from data.simulator.state import State

_CHANNELS = ("migration", "organic", "affiliate", "paid_search", "referral")
_NEW_SHARES = (0.0, 0.36, 0.32, 0.22, 0.1)
_AFFILIATES = tuple(f"affiliate-{number:02d}" for number in range(1, 13))
_CHECK = ("failed", "verified")
_FAILED_REASON = "identity_not_confirmed"


def register(state: State) -> None:
    """Record every registration and identity check; a failed one closes the account."""
    _record_registrations(state)
    _record_checks(state)
    _link_second_accounts(state)


def _record_registrations(state: State) -> None:
    profiles, luck = state.population.profiles, state.luck
    everyone = np.arange(len(profiles))
    key = mixed(everyone)
    channel = luck.choice("came by", key, _NEW_SHARES)
    channel[profiles.migrated] = 0
    tells_sex = luck.happens("tells sex", key, state.settings.population.sex_known_share)
    affiliate = luck.integers("affiliate", key, 0, len(_AFFILIATES))
    state.records.add(
        "player.registered",
        everyone,
        profiles.registered_us,
        channel=Choice(channel, _CHANNELS),
        affiliate_ref=Choice(np.where(channel == 2, affiliate, -1), _AFFILIATES),
        birth_date=profiles.birth_day,
        country=Choice(profiles.market, tuple(market.country for market in MARKETS)),
        language=Choice(profiles.market, tuple(market.language for market in MARKETS)),
        timezone=Choice(profiles.zone, ZONES),
        account_currency=Choice(profiles.market, tuple(market.currency for market in MARKETS)),
        sex=Choice(np.where(tells_sex, profiles.sex, -1), SEXES),
    )


def _record_checks(state: State) -> None:
    profiles = state.population.profiles
    everyone = np.arange(len(profiles))
    pending_us = profiles.registered_us + 5 * SECOND_US
    state.records.add("player.kyc_changed", everyone, pending_us, status="pending")
    status = Choice(profiles.verified.astype(np.int64), _CHECK)
    state.records.add(
        "player.kyc_changed", everyone, profiles.checked_us, status=status, initiator="operator"
    )
    failed = np.flatnonzero(~profiles.verified)
    closed_us = profiles.checked_us[failed] + MINUTE_US
    state.records.add(
        "player.status_changed", failed, closed_us,
        status="closed", initiator="operator", reason_code=_FAILED_REASON,
    )  # fmt: skip
    state.accounts.block(failed, np.full(len(failed), NEVER_US))
    state.accounts.end_marketing(failed, closed_us)
    state.accounts.closed[failed] = True


def _link_second_accounts(state: State) -> None:
    """Once both accounts are checked, the later one is linked to the person."""
    profiles = state.population.profiles
    second = np.flatnonzero(profiles.person != np.arange(len(profiles)))
    first = profiles.person[second]
    both_us = np.maximum(profiles.checked_us[second], profiles.checked_us[first])
    state.records.add("person.linked", second, both_us + MINUTE_US, evidence="identity_document")
