"""What became of a decision, as the caller reports it: each outcome counts once."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Literal

import msgspec
from sqlalchemy import Connection, select

from serving.decisions.faults import OutcomeDiffers, UnknownDecision
from serving.decisions.inserting import insert_new_returning
from serving.decisions.tables import decisions, outcomes
from serving.errors import RequestFault

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


Received = tuple[Outcome, int]
"""An outcome and the moment at which it was received."""


def add_all(connection: Connection, received: Sequence[Received]) -> list[bool | RequestFault]:
    """Add outcomes; for each whether it is new, or the fault for which it is refused."""
    known = _known(connection, [outcome.decision_id for outcome, _ in received])
    digests = [_digest(outcome) for outcome, _ in received]
    rows = {
        outcome.outcome_id: msgspec.structs.asdict(outcome)
        | {"received_at_us": at_us, "digest": digest}
        for (outcome, at_us), digest in zip(reversed(received), reversed(digests), strict=True)
        if outcome.decision_id in known
    }
    new = _insert(connection, list(rows.values()))
    stored = _stored(connection, list(rows))
    answers: list[bool | RequestFault] = []
    for (outcome, _), digest in zip(received, digests, strict=True):
        if outcome.decision_id not in known:
            answers.append(UnknownDecision(outcome.decision_id))
        elif stored[outcome.outcome_id] != digest:
            answers.append(OutcomeDiffers(outcome.outcome_id))
        else:
            answers.append(outcome.outcome_id in new)
            new.discard(outcome.outcome_id)
    return answers


def _known(connection: Connection, decision_ids: Sequence[str]) -> set[str]:
    asked = select(decisions.c.decision_id).where(decisions.c.decision_id.in_(decision_ids))
    return set(connection.scalars(asked))


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
