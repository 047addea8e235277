"""Every gate that closes all offers: a rule, and what in a state makes it speak.

A gate lets through what it knows to be right, so what is missing or unheard of closes it.
"""

from collections.abc import Callable
from typing import NamedTuple

from campaigns.jurisdiction import in_force
from campaigns.moments import written
from campaigns.player_state import PlayerState
from campaigns.reads import missing
from campaigns.rule import Rule

STALE_AFTER_US = 60_000_000
ADULT_YEARS = 18

ACCOUNT_KINDS = ("blocked", "restricted", "closed")
"""Kinds of protection that are a status of the account; every other excludes the person."""

ADVERSE = "adverse"
"""Outcome of an affordability check."""


class Gate(NamedTuple):
    """A rule and its question: what closes it, in words, or None."""

    rule: Rule
    closed_by: Callable[[PlayerState], str | None]


def _unknown(state: PlayerState) -> str | None:
    return None if state.known else f"no event of {state.player_id}"


def _stale(state: PlayerState) -> str | None:
    age = state.state_age_us
    if age is None:
        return "age of the state unknown"
    return (
        None
        if 0 <= age <= STALE_AFTER_US
        else f"{age / 1e6:g} s old, limit {STALE_AFTER_US / 1e6:g} s"
    )


def _unread(state: PlayerState) -> str | None:
    return ", ".join(missing(state)) or None


def _unread_protection(state: PlayerState) -> str | None:
    return "an event in quarantine; send it again, sound" if state.unread_protection else None


def _unjudged(state: PlayerState) -> str | None:
    place = in_force(state)
    rules = [rule.id for rule in (*place.markers, *place.checks) if rule.unjudged(state)]
    return ", ".join(rules) or None


def _excluded(state: PlayerState) -> str | None:
    return _protections(state, lambda kind: kind not in ACCOUNT_KINDS)


def _not_open(state: PlayerState) -> str | None:
    if state.account_status not in (None, "active"):
        return f"status {state.account_status}"
    return _protections(state, lambda kind: kind in ACCOUNT_KINDS)


def _protections(state: PlayerState, concerned: Callable[[str], bool]) -> str | None:
    found = [
        f"{one.kind} since {written(one.since_us)}"
        for one in state.protections
        if concerned(one.kind)
    ]
    return ", ".join(found) or None


def _unidentified(state: PlayerState) -> str | None:
    accepted = (None, "verified", "pending", "unverified")
    return None if state.kyc_status in accepted else f"identity check {state.kyc_status}"


def _vulnerable(state: PlayerState) -> str | None:
    adverse = state.vulnerability_outcome == ADVERSE
    return "an adverse outcome, and no check passed since" if adverse else None


def _under_age(state: PlayerState) -> str | None:
    if state.age_years is None:
        return "age unknown"
    return None if state.age_years >= ADULT_YEARS else f"age {state.age_years}"


def _unconsented_return(state: PlayerState) -> str | None:
    if state.returned_us is None or state.consented_since_return:
        return None
    return f"returned {written(state.returned_us)}, no consent since"


def _objection(state: PlayerState) -> str | None:
    if state.objection or state.not_scored == "objection":
        return "the player objected to profiling"
    return None


def _not_scored(state: PlayerState) -> str | None:
    return "no score was taken" if state.not_scored == "protection" else None


def _gate(
    name: str, source: str, text: str, closed_by: Callable[[PlayerState], str | None]
) -> Gate:
    return Gate(Rule(id=f"gate.{name}", source=source, text=text), closed_by)


GATES: tuple[Gate, ...] = (
    _gate("unknown_player", "House rule D6",
          "Nothing is known of the player", _unknown),
    _gate("stale_state", "House rules E2, E9",
          "The protection state may have been overtaken", _stale),
    _gate("unread_state", "House rule E9",
          "The state lacks what the rules read", _unread),
    _gate("unread_protection", "House rules E1, E9",
          "What was sent to protect the player could not be read", _unread_protection),
    _gate("unjudged_money", "House rules E4, E9",
          "No window is in a currency that the rule names", _unjudged),
    _gate("excluded", "House rule E1; the exclusion law of each jurisdiction",
          "An exclusion holds until a reinstatement, whatever its end date", _excluded),
    _gate("account_not_open", "House rules D1, E1",
          "The account is not open", _not_open),
    _gate("identity_failed", "Directive (EU) 2015/849 Art. 13",
          "The identity was not established", _unidentified),
    _gate("vulnerable", "UKGC LCCP, Social Responsibility Code 3.4.4",
          "A check found the player financially vulnerable", _vulnerable),
    _gate("under_age", "House rule E7; the gambling law of each jurisdiction",
          "Only adults are invited to gamble", _under_age),
    _gate("return_without_consent", "House rule E1; GDPR Art. 7",
          "Who returns from an exclusion has to agree to marketing again", _unconsented_return),
    _gate("objection", "GDPR Art. 21(2)-(3)",
          "No marketing by profile after an objection", _objection),
    _gate("not_scored", "House rules C5, D1",
          "The player is not scored, to protect them", _not_scored),
)  # fmt: skip
"""The same in every jurisdiction; more stand in the jurisdictions' files."""
