"""The store of decisions: what was decided, from what, and what became of it."""

from collections.abc import Collection, Sequence

from sqlalchemy import Engine, Select, exists, or_, select

from campaigns.decision import Decision
from campaigns.player_state import Past, PlayerState
from serving.decisions.engine import reading, writing
from serving.decisions.faults import UnknownDecision
from serving.decisions.outcomes import UNDONE, Outcome, Received, add_all
from serving.decisions.recording import record_all
from serving.decisions.stored_decision import Mode, StoredDecision, to_store
from serving.decisions.tables import decisions, outcomes
from serving.decisions.together import Together
from serving.errors import ServingError


class DecisionStore:
    """Records and reads decisions; to be shared by the threads of a process.

    Every method raises ``DecisionStoreUnavailable`` if the database can't be used. What a call
    reports as written is on disk; after a fault it may be written or not, and the same call, with
    the same ids, can be repeated safely.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._record = Together(self._record_all)
        self._add_outcome = Together(self._add_outcomes)

    def record(
        self,
        state: PlayerState,
        decision: Decision,
        *,
        request_id: str | None,
        lock_digest: str,
        mode: Mode,
    ) -> StoredDecision:
        """Record a decision and, if something is to follow from it, its entry in the outbox.

        Returns the stored decision: an earlier one if the request was answered before.

        Raises
        ------
        RequestTaken
            If the request's id was used for another player or in another mode.
        DecisionDiffers
            If the decision's id was used for another decision.
        """
        return self._record(
            to_store(state, decision, request_id=request_id, lock_digest=lock_digest, mode=mode)
        )

    def get(self, decision_id: str) -> StoredDecision:
        """The decision of an id.

        Raises
        ------
        UnknownDecision
            If there is none.
        """
        found = self._read(select(decisions).where(decisions.c.decision_id == decision_id))
        if not found:
            raise UnknownDecision(decision_id)
        return found[0]

    def of_request(self, request_id: str) -> StoredDecision | None:
        """The decision by which a request was answered, if it was."""
        found = self._read(select(decisions).where(decisions.c.request_id == request_id))
        return found[0] if found else None

    def iterate(self, after: str | None, limit: int) -> tuple[StoredDecision, ...]:
        """Decisions in the order of their ids, from the one after an id, or from the first."""
        asked = select(decisions).order_by(decisions.c.decision_id).limit(limit)
        return self._read(asked if after is None else asked.where(decisions.c.decision_id > after))

    def add_outcome(self, outcome: Outcome, *, received_at_us: int) -> bool:
        """Add what became of a decision; False if the same was reported before.

        Raises
        ------
        UnknownDecision
            If there is no such decision.
        OutcomeDiffers
            If the outcome's id was used for another outcome.
        """
        return self._add_outcome((outcome, received_at_us))

    def past(self, player_ids: Collection[str], since_us: int) -> tuple[Past, ...]:
        """What was decided to be done about a person's accounts since a moment, oldest first.

        Left out is what is known not to have reached the person: every outcome says that it was
        suppressed or failed. What nothing is known of counts.
        """
        of_decision = outcomes.c.decision_id == decisions.c.decision_id
        undone = exists().where(of_decision, outcomes.c.kind.in_(UNDONE))
        done = exists().where(of_decision, outcomes.c.kind.not_in(UNDONE))
        asked = (
            select(decisions.c.kind, decisions.c.action, decisions.c.decided_at_us)
            .where(decisions.c.player_id.in_(player_ids), decisions.c.decided_at_us >= since_us)
            .where(decisions.c.kind != "none", decisions.c.mode == "live")
            .where(or_(~undone, done))
            .order_by(decisions.c.decided_at_us, decisions.c.decision_id)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(asked).all()
        return tuple(Past(kind=kind, action=action, at_us=at_us) for kind, action, at_us in rows)

    def _read(self, asked: Select[*tuple[object, ...]]) -> tuple[StoredDecision, ...]:
        with reading(self._engine) as connection:
            return tuple(StoredDecision(**row) for row in connection.execute(asked).mappings())

    def _record_all(
        self, wanted: Sequence[StoredDecision]
    ) -> Sequence[StoredDecision | ServingError]:
        with writing(self._engine) as connection:
            return record_all(connection, wanted)

    def _add_outcomes(self, received: Sequence[Received]) -> Sequence[bool | ServingError]:
        with writing(self._engine) as connection:
            return add_all(connection, received)
