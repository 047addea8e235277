"""What became of a decision, as the caller reports it: each outcome counts once."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from data.currency import MINOR_UNIT_DIGITS
from data.instants import instant_of
from serving.arrival import SKEW_US
from serving.decisions.faults import OutcomeDiffers, OutcomeImpossible, UnknownDecision
from serving.decisions.inserting import insert_new_returning
from serving.decisions.tables import decisions, outcomes
from serving.errors import InvalidRequest, RequestFault, shown

OutcomeKind = Literal[
    "sent",
    "suppressed",
    "delivered",
    "opened",
    "clicked",
    "claimed",
    "converted",
    "executed",
    "failed",
    "complained",
]

UNDONE: tuple[OutcomeKind, ...] = ("suppressed", "failed")
"""Outcomes after which nothing has reached the player."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that happened after a decision.

    Attributes
    ----------
    outcome_id
        The caller's own id, by which a repetition is known.
    amount_minor, currency
        What was paid or credited, if anything: both or none.
    """

    outcome_id: str
    decision_id: str
    kind: OutcomeKind
    occurred_at_us: int
    amount_minor: int | None = None
    currency: str | None = None

    def __post_init__(self) -> None:
        if (self.amount_minor is None) != (self.currency is None):
            raise ValueError("amount_minor and currency belong together: give both or none")


_OF_OFFERS: tuple[OutcomeKind, ...] = ("claimed", "converted")
"""Outcomes that nothing but an offer can have."""


Received = tuple[Outcome, int]
"""An outcome and the moment at which it was received."""


class _Decided(NamedTuple):
    """What an outcome is held against."""

    at_us: int
    kind: str
    mode: str


def add_all(connection: Connection, received: Sequence[Received]) -> list[bool | RequestFault]:
    """Add outcomes; for each whether it is new, or the fault for which it is refused."""
    known = _known(connection, [outcome.decision_id for outcome, _ in received])
    faults = [_fault(outcome, at_us, known.get(outcome.decision_id)) for outcome, at_us in received]
    digests = [_digest(outcome) for outcome, _ in received]
    checked = list(zip(received, digests, faults, strict=True))
    rows = {
        outcome.outcome_id: msgspec.structs.asdict(outcome)
        | {"received_at_us": at_us, "digest": digest}
        for (outcome, at_us), digest, fault in reversed(checked)
        if fault is None
    }
    new = _insert(connection, list(rows.values()))
    stored = _stored(connection, list(rows))
    answers: list[bool | RequestFault] = []
    for (outcome, _), digest, fault in checked:
        if fault is not None:
            answers.append(fault)
        elif stored[outcome.outcome_id] != digest:
            answers.append(OutcomeDiffers(outcome.outcome_id))
        else:
            answers.append(outcome.outcome_id in new)
            new.discard(outcome.outcome_id)
    return answers


def _known(connection: Connection, decision_ids: Sequence[str]) -> dict[str, _Decided]:
    of = decisions.c
    asked = select(of.decision_id, of.decided_at_us, of.kind, of.mode)
    found = connection.execute(asked.where(of.decision_id.in_(decision_ids)))
    return {row.decision_id: _Decided(*row[1:]) for row in found}


def _fault(outcome: Outcome, at_us: int, decision: _Decided | None) -> RequestFault | None:
    if decision is None:
        return UnknownDecision(outcome.decision_id)
    if outcome.currency is not None and outcome.currency not in MINOR_UNIT_DIGITS:
        return InvalidRequest(
            "This is no currency of ISO 4217.",
            "Send the code that the amount is in, such as EUR.",
            field="currency",
            value=shown(outcome.currency),
        )
    wrong = _untimely(outcome.occurred_at_us, at_us, decision.at_us)
    return wrong or _impossible(outcome, decision)


def _untimely(occurred_at_us: int, at_us: int, decided_at_us: int) -> OutcomeImpossible | None:
    """Refuse a moment before the decision, or after now by whichever clock is ahead."""
    early = occurred_at_us < decided_at_us - SKEW_US
    if not early and occurred_at_us <= max(at_us, decided_at_us) + SKEW_US:
        return None
    return OutcomeImpossible(
        "This is before the decision was taken." if early else "This is in the future.",
        "Correct the sender's clock or timezone; moments are RFC 3339 with an offset.",
        field="occurred_at",
        value=_moment(occurred_at_us),
    )


def _impossible(outcome: Outcome, decision: _Decided) -> OutcomeImpossible | None:
    if decision.mode == "dry_run":
        return OutcomeImpossible(
            "The decision was a dry run, of which nothing follows.",
            "Decide with mode live, and report what becomes of that.",
            field="decision_id",
            value=shown(outcome.decision_id),
        )
    if outcome.kind in _OF_OFFERS and decision.kind != "offer":
        # Not what else it was: that could tell of a protection.
        return OutcomeImpossible(
            f"The decision was no offer, and nothing else can be {outcome.kind}.",
            "Send the decision_id of an answer whose kind is offer.",
            field="kind",
            value=outcome.kind,
        )
    return None


def _moment(us: int) -> str | None:
    """A moment as text; None if UTC has no date for it."""
    try:
        return instant_of(us).isoformat()
    except OverflowError:
        return None


def _insert(connection: Connection, rows: list[dict[str, object]]) -> set[str]:
    if not rows:
        return set()
    insert = insert_new_returning(connection.dialect.name, outcomes.c.outcome_id)
    # In order, so that two processes with the same outcomes can't wait for each other.
    ordered = sorted(rows, key=lambda row: str(row["outcome_id"]))
    return set(connection.scalars(insert, ordered))


def _stored(connection: Connection, outcome_ids: Sequence[str]) -> dict[str, str]:
    asked = select(outcomes.c.outcome_id, outcomes.c.digest).where(
        outcomes.c.outcome_id.in_(outcome_ids)
    )
    return {row.outcome_id: row.digest for row in connection.execute(asked)}


def _digest(outcome: Outcome) -> str:
    return blake2b(msgspec.json.encode(outcome), digest_size=32).hexdigest()
