"""What a decision may know of a player, gathered as of one moment.

Everything of the online state is read in one transaction: no event lies between the features and
the protection of a state.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from campaigns.jurisdiction import timezone_of
from campaigns.player_state import (
    ConsentAct,
    ModelScore,
    MoneyWindow,
    Past,
    PlayerState,
    Protection,
)
from campaigns.reads import FEATURES_READ, MONEY_WINDOWS_READ
from data.instants import instant_of
from data.player_events import OLDEST_YEARS
from features.catalogue import FEATURE_INDEX
from features.manifest import Floats
from features.money_ledger import Period
from features.online_tiles import OnlineRows, OnlineTiles
from features.player_facts import CHECK, CONSENT, EXCLUSION, Fact
from features.player_record import PlayerRecord
from serving.models import ServedModel
from serving.scoring import status_of

_ROLLING = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30),
            "90d": timedelta(days=90)}  # fmt: skip
_CALENDAR: dict[str, Period] = {"day": "day", "week": "week", "month": "month"}
_CLEARED = ("cleared", "overturned")


@dataclass(frozen=True)
class Asked:
    """What a decision is asked for, beside what the online state tells.

    Attributes
    ----------
    state_age_us
        How long ago the state was brought up to date with what was sent; None if unknown.
    unread
        Players of whom something that may protect them couldn't be read.
    """

    decision_id: str
    seed: str
    player_id: str
    state_age_us: int | None
    unread: frozenset[str] = frozenset()


def build_state(
    tiles: OnlineTiles, models: Mapping[str, ServedModel], asked: Asked
) -> tuple[PlayerState, tuple[str, ...]]:
    """The state without ``past``, and the person's accounts, whose past it is to hold."""
    state = tiles.state()
    with state.moment():
        rows = tiles.features([asked.player_id])
        record = state.record(asked.player_id)
        money = tuple(_money(record, rows))
    objection = _text(record.own_or_refused("profiling", "objected")) == "objected"
    scores, not_scored = _scores(rows, models, objection=objection)
    returned = record.latest(f"{EXCLUSION}reinstatement")
    consents = tuple(_consents(record))
    return (
        PlayerState(
            decision_id=asked.decision_id,
            seed=asked.seed,
            player_id=asked.player_id,
            person_id=record.person_id,
            brand_id=_text(record.own.get("brand")) or "",
            jurisdiction=_text(record.own.get("jurisdiction")) or "",
            at_us=rows.as_of_us,
            known=bool(rows.known[0]),
            is_test=_text(record.own.get("is_test")) == "yes",
            state_age_us=asked.state_age_us,
            age_years=_age(record, rows.as_of_us),
            account_status=_text(record.own.get("status")),
            kyc_status=_text(record.own.get("kyc")),
            protections=tuple(_protections(record)),
            returned_us=returned.occurred_us if returned else None,
            consented_since_return=returned is not None
            and any(one.granted and one.at_us > returned.occurred_us for one in consents),
            consents=consents,
            objection=objection,
            limit_tightened_us=_moment(record.latest("limit_tightened")),
            rg_contact_us=_moment(record.latest("rg_contact")),
            vulnerability_check_us=_moment(record.latest(CHECK)),
            vulnerability_outcome=_check_outcome(record),
            strong_flag_us=_strong_flag(record),
            unread_protection=not asked.unread.isdisjoint(record.accounts),
            money=money,
            features={name: _number(rows.matrix[0, FEATURE_INDEX[name]]) for name in FEATURES_READ},
            scores=scores,
            not_scored=not_scored,
            past=(),
        ),
        record.accounts,
    )


def with_past(state: PlayerState, past: tuple[Past, ...]) -> PlayerState:
    """The state with what was done before; nothing of it lies after the state's own moment."""
    before = tuple(msgspec.structs.replace(one, at_us=min(one.at_us, state.at_us)) for one in past)
    return msgspec.structs.replace(state, past=before)


def _text(fact: Fact | None) -> str | None:
    return None if fact is None else fact.text


def _moment(fact: Fact | None) -> int | None:
    return None if fact is None else fact.occurred_us


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _zone(record: PlayerRecord) -> str:
    return timezone_of(_text(record.own.get("jurisdiction")) or "")


def _age(record: PlayerRecord, at_us: int) -> int | None:
    """By the jurisdiction's calendar; of what the accounts of a person tell, the youngest.

    An age that nobody has is unknown: a placeholder is no birth date.
    """
    told = [facts["birth_date"].text for facts in record.facts.values() if "birth_date" in facts]
    if not told:
        return None
    born = date.fromisoformat(max(told))
    today = instant_of(at_us).astimezone(ZoneInfo(_zone(record))).date()
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return age if 0 <= age <= OLDEST_YEARS else None


def _check_outcome(record: PlayerRecord) -> str | None:
    """An adverse one stands until a later check was passed; a pending one answers nothing."""
    adverse, passed = record.latest(f"{CHECK}/adverse"), record.latest(f"{CHECK}/passed")
    if adverse and (passed is None or passed.occurred_us <= adverse.occurred_us):
        return "adverse"
    return _text(record.latest(CHECK))


def _strong_flag(record: PlayerRecord) -> int | None:
    """When a strong flag was raised, unless a review since then cleared it."""
    flag, review = record.latest("strong_flag"), record.latest("rg_review")
    if flag is None:
        return None
    if review and review.text in _CLEARED and review.occurred_us > flag.occurred_us:
        return None
    return flag.occurred_us


def _protections(record: PlayerRecord) -> Iterator[Protection]:
    """What is in force, by the steps or by ``record.protected``: either one closes."""
    told = record.in_force()
    for step in told:
        until = _text(record.facts[step.player_id].get(EXCLUSION + step.cause)) or ""
        yield Protection(
            kind=step.cause,
            since_us=step.occurred_us,
            until_us=int(until) if until.isdigit() else None,
        )
    if record.protected and not told:
        yield Protection(kind="operator", since_us=0)


def _consents(record: PlayerRecord) -> Iterator[ConsentAct]:
    """The account's own acts; a later withdrawal on another account of the person goes before."""
    names = {name for facts in record.facts.values() for name in facts if name.startswith(CONSENT)}
    for name in sorted(names):
        if (act := record.own_or_refused(name, "withdrawn")) is None:
            continue
        _, product, channel = name.split("/", 2)
        yield ConsentAct(
            product=None if product == "*" else product,
            channel=channel,
            granted=act.text == "granted",
            at_us=act.occurred_us,
        )


def _money(record: PlayerRecord, rows: OnlineRows) -> Iterator[MoneyWindow]:
    now, zone = instant_of(rows.as_of_us), _zone(record)
    for name, scope in MONEY_WINDOWS_READ:
        if scope == "account" and len(record.currencies) > 1:
            continue  # minor units of several currencies have no sum
        ledger = record.ledger(scope)
        if name in _ROLLING:
            moved = ledger.rolling(now, _ROLLING[name])
        else:
            moved = ledger.calendar(now, _CALENDAR[name], zone)
        own = record.currencies[0] if record.currencies else rows.base_currency
        yield MoneyWindow(
            name=name,
            scope=scope,
            currency=rows.base_currency if scope == "person" else own,
            **msgspec.structs.asdict(moved),
        )


def _scores(
    rows: OnlineRows, models: Mapping[str, ServedModel], *, objection: bool
) -> tuple[tuple[ModelScore, ...], str | None]:
    if objection:
        return (), "objection"
    if not models:
        return (), "unavailable"
    found, reason = [], None
    for model in models.values():
        (status,) = status_of(rows, model).tolist()
        if status == "scored":
            found.append(_score(model, rows.matrix[:, model.columns]))
        else:
            reason = "unavailable" if status == "unknown" else status
    return tuple(found), None if found else reason


def _score(model: ServedModel, values: Floats) -> ModelScore:
    margin = float(model.booster.margins(np.ascontiguousarray(values))[0])
    return ModelScore(
        model_id=model.model_id,
        model_version=model.version,
        feature_version=model.manifest.feature_version,
        booster_digest=model.digest,
        features=tuple(_number(value) for value in values[0]),
        margin=margin,
        probability=float(model.manifest.calibration.probability(np.array([margin]))[0]),
    )
