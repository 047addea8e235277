"""States to decide about: one that is open to offers, changes of it, and arbitrary ones."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import strategies as st

from campaigns.interventions import FEATURES_READ, MONEY_WINDOWS_READ
from campaigns.jurisdiction import JURISDICTIONS
from campaigns.player_state import (
    ConsentAct,
    ModelScore,
    MoneyWindow,
    Past,
    PlayerState,
    Protection,
)

HOUR = 3_600_000_000
DAY = 24 * HOUR


def moment(year: int, month: int, day: int) -> int:
    """µs of a midnight in UTC."""
    return int(datetime(year, month, day, tzinfo=UTC).timestamp()) * 1_000_000


NOW = moment(2026, 11, 23) + 12 * HOUR
LONG_AGO = moment(2020, 1, 1)

CURRENCY = {"GB": "GBP", "SE": "SEK", "DK": "DKK", "CA-ON": "CAD"}
CHANNELS = ("onsite", "email", "push", "sms")


def money(currency: str = "EUR", **moved: int) -> tuple[MoneyWindow, ...]:
    """Every window that rules read, each with the same movements."""
    sums = dict.fromkeys(("deposits", "withdrawals", "stakes", "winnings"), 0) | moved
    return tuple(
        MoneyWindow(name=name, scope=scope, currency=currency, **sums)
        for name, scope in MONEY_WINDOWS_READ
    )


def scored(probability: float, model_id: str = "churn") -> tuple[ModelScore, ...]:
    return (
        ModelScore(
            model_id=model_id, model_version="1", feature_version="f", booster_digest="d",
            features=(1.0, None), margin=0.0, probability=probability,
        ),
    )  # fmt: skip


def agreed(at_us: int = LONG_AGO) -> tuple[ConsentAct, ...]:
    """Consent to casino and sports by every channel."""
    return tuple(
        ConsentAct(product=product, channel=channel, granted=True, at_us=at_us)
        for product in ("casino", "sports")
        for channel in CHANNELS
    )


FEATURES: dict[str, float | None] = {
    **dict.fromkeys(FEATURES_READ, 0.0),
    "days_since_last_activity": 2.0,
    "stake_sum_lifetime": 50_000.0,
}

OPEN = PlayerState(
    decision_id="d1", seed="00" * 16, player_id="p1", person_id=None, brand_id="b",
    jurisdiction="MT", at_us=NOW, known=True, is_test=False, state_age_us=1_000_000, age_years=40,
    account_status="active", kyc_status="verified", protections=(), returned_us=None,
    consented_since_return=False, consents=agreed(), objection=False, limit_tightened_us=None,
    rg_contact_us=None, vulnerability_check_us=None, vulnerability_outcome=None,
    strong_flag_us=None, unread_protection=False, money=money(), features=FEATURES,
    scores=scored(0.9), not_scored=None, past=(),
)  # fmt: skip
"""A player in Malta to whom everything of the catalogue may be offered."""


def changed(state: PlayerState = OPEN, **changes: Any) -> PlayerState:
    return msgspec.structs.replace(state, **changes)


def in_place(code: str, **changes: Any) -> PlayerState:
    """The open player under another licence, in its currency."""
    return changed(**{"jurisdiction": code, "money": money(CURRENCY.get(code, "EUR"))} | changes)


def with_features(**values: float | None) -> PlayerState:
    return changed(features=FEATURES | values)


def done(action: str, ago_us: int, kind: Any = "intervention") -> Past:
    return Past(kind=kind, action=action, at_us=NOW - ago_us)


MARKED = with_features(deposit_declined_count_24h=3.0)
"""One hard marker is present."""

CHASING = with_features(
    deposit_declined_count_24h=3.0,
    after_loss_deposit_count_24h=3.0,
    in_session_deposit_count_24h=4.0,
)
"""So many are present that they are a strong indicator."""

EXCLUDED = (Protection(kind="register", since_us=LONG_AGO, until_us=NOW - DAY),)

_moments = st.one_of(
    st.integers(NOW - 100 * DAY, NOW + DAY),
    st.integers(moment(1971, 1, 1), moment(2090, 1, 1)),
)
_amounts = st.one_of(st.integers(0, 10**6), st.integers(0, 2**53))
_currencies = st.sampled_from(["EUR", "GBP", "SEK", "DKK", "CAD", "JPY", "ZZZ"])
_numbers = st.one_of(st.none(), st.floats(), st.integers(0, 9).map(float))
_kinds = ["timeout", "self_exclusion", "register", "operator", "blocked", "restricted", "closed"]

_fields: dict[str, st.SearchStrategy[Any]] = {
    "decision_id": st.text(max_size=8),
    "seed": st.binary(min_size=16, max_size=16).map(bytes.hex),
    "person_id": st.none() | st.just("person"),
    "jurisdiction": st.sampled_from([*JURISDICTIONS, "FR", ""]),
    "at_us": _moments,
    "known": st.booleans(),
    "state_age_us": st.none() | st.integers(-(10**9), 10**9),
    "age_years": st.none() | st.integers(0, 110),
    "account_status": st.none() | st.sampled_from(["active", *_kinds[4:], "odd"]),
    "kyc_status": st.none() | st.sampled_from(["verified", "pending", "failed", "odd"]),
    "protections": st.lists(
        st.builds(
            Protection, kind=st.sampled_from([*_kinds, "odd"]), since_us=_moments,
            until_us=st.none() | _moments,
        ), min_size=1, max_size=2,
    ).map(tuple),
    "returned_us": st.none() | _moments,
    "consented_since_return": st.booleans(),
    "consents": st.lists(
        st.builds(
            ConsentAct, product=st.none() | st.sampled_from(["casino", "sports", "bingo"]),
            channel=st.sampled_from((*CHANNELS, "any")), granted=st.booleans(), at_us=_moments,
        ), max_size=6,
    ).map(tuple),
    "objection": st.booleans(),
    "limit_tightened_us": st.none() | _moments,
    "rg_contact_us": st.none() | _moments,
    "vulnerability_check_us": st.none() | _moments,
    "vulnerability_outcome": st.none() | st.sampled_from(["passed", "adverse", "pending", "odd"]),
    "strong_flag_us": st.none() | _moments,
    "unread_protection": st.booleans(),
    "money": st.one_of(
        st.builds(money, _currencies, deposits=_amounts, withdrawals=_amounts, stakes=_amounts,
                  winnings=_amounts),
        st.just(()),
    ),
    "features": st.dictionaries(st.sampled_from(FEATURES_READ), _numbers).map(
        lambda some: FEATURES | some
    ) | st.just({}),
    "scores": st.one_of(st.just(()), st.floats(0, 1).map(scored)),
    "not_scored": st.none() | st.sampled_from(
        ["protection", "inactive", "objection", "unavailable", "odd"]
    ),
    "past": st.lists(
        st.builds(
            Past, kind=st.sampled_from(["intervention", "offer"]),
            action=st.sampled_from(["rg_message", "break_and_review", "free_spins_5", "no_offer"]),
            at_us=_moments,
        ), max_size=4,
    ).map(tuple),
}  # fmt: skip

HARMLESS = ("decision_id", "seed", "jurisdiction", "at_us", "consents", "scores", "past",
            "limit_tightened_us", "vulnerability_check_us", "person_id")  # fmt: skip
"""Fields any value of which leaves most players open to offers."""


@st.composite
def states(draw: st.DrawFn, fields: tuple[str, ...] = tuple(_fields)) -> PlayerState:
    """The open player with some fields changed to anything, from one of them to all."""
    some = draw(st.lists(st.sampled_from(fields), unique=True))
    return changed(**{name: draw(_fields[name]) for name in some})
