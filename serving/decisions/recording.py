"""Writes decisions and what is to be told of them, in one transaction."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import asdict
from sqlalchemy import ColumnElement, Connection, or_, select

from serving.decisions.faults import DecisionDiffers, RequestTaken
from serving.decisions.inserting import insert_new_returning
from serving.decisions.outbox import NewEntry, put
from serving.decisions.stored_decision import StoredDecision
from serving.decisions.tables import DECISION, decisions
from serving.errors import ServingError

_IDENTITY = (decisions.c.decision_id, decisions.c.digest, decisions.c.mode)


def record_all(
    connection: Connection, wanted: Sequence[StoredDecision]
) -> list[StoredDecision | ServingError]:
    """Record decisions; for each the stored one, which may be an earlier one of the same request.

    A fault is the answer where the ids are taken by something else.
    """
    inserted = _insert(connection, wanted)
    new = [each for each in wanted if _identity(each) in inserted]
    put(connection, [_entry(each) for each in new if _is_to_be_told(each)])
    if len(new) == len(wanted):
        return list(wanted)
    earlier = _Earlier(connection, [each for each in wanted if _identity(each) not in inserted])
    return [each if _identity(each) in inserted else earlier.answer(each) for each in wanted]


def _identity(stored: StoredDecision) -> tuple[str, str, str]:
    return stored.decision_id, stored.digest, stored.mode


def _insert(connection: Connection, wanted: Sequence[StoredDecision]) -> set[tuple[str, str, str]]:
    """Insert those whose ids are free, and return what identifies them."""
    insert = insert_new_returning(connection.dialect.name, *_IDENTITY)
    # In order, so that two processes with the same requests can't wait for each other.
    ordered = sorted(wanted, key=lambda each: (each.request_id or "", each.decision_id))
    return set(map(tuple, connection.execute(insert, [asdict(each) for each in ordered])))


def _is_to_be_told(stored: StoredDecision) -> bool:
    return stored.mode == "live" and stored.kind != "none"


def _entry(stored: StoredDecision) -> NewEntry:
    """What is told of a decision: the act without its reasons, which may speak of protection."""
    decision = stored.read_decision()
    told = {
        "decision_id": decision.decision_id,
        "player_id": decision.player_id,
        "at_us": decision.at_us,
        "kind": decision.kind,
        "action": decision.action,
        "action_probability": decision.action_probability,
        "channel": decision.channel,
        "policy_version": decision.policy_version,
        "valid_until_us": decision.valid_until_us,
    }
    return NewEntry(
        player_id=stored.player_id,
        kind=DECISION,
        key=f"decision:{stored.decision_id}",
        payload=msgspec.json.encode(told),
        created_at_us=stored.decided_at_us,
    )


class _Earlier:
    """The decisions that stand where others were to be recorded."""

    def __init__(self, connection: Connection, repeated: Sequence[StoredDecision]) -> None:
        asked = select(decisions).where(_has_an_id_of(repeated))
        found = [StoredDecision(**row) for row in connection.execute(asked).mappings()]
        self._of_request = {each.request_id: each for each in found}
        self._of_id = {each.decision_id: each for each in found}

    def answer(self, wanted: StoredDecision) -> StoredDecision | ServingError:
        request_id = wanted.request_id
        if request_id is not None and request_id in self._of_request:
            earlier = self._of_request[request_id]
            same = (earlier.player_id, earlier.mode) == (wanted.player_id, wanted.mode)
            return earlier if same else RequestTaken(request_id)
        earlier = self._of_id[wanted.decision_id]
        return (
            earlier
            if _identity(earlier) == _identity(wanted)
            else DecisionDiffers(wanted.decision_id)
        )


def _has_an_id_of(repeated: Sequence[StoredDecision]) -> ColumnElement[bool]:
    requests = [each.request_id for each in repeated if each.request_id is not None]
    return or_(
        decisions.c.decision_id.in_([each.decision_id for each in repeated]),
        decisions.c.request_id.in_(requests),
    )
