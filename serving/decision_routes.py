"""The routes for decisions and for what became of them."""

import time
from functools import partial
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter, RawBody
from msgspec import UNSET

from campaigns.caps import CAPS
from campaigns.player_state import PlayerState
from campaigns.policy import BEST, EXPLORED, NO_SCORE
from campaigns.protections import is_closed
from data.instants import microseconds
from features.online_tiles import OnlineTiles
from serving import examples
from serving.auth import is_compliance, require_compliance, require_json
from serving.body import read_body
from serving.decision_schemas import (
    DecisionAnswer,
    DecisionReason,
    DecisionRequest,
    OutcomeAnswer,
    OutcomeRequest,
)
from serving.decisions.faults import DecisionOvertaken, RequestTaken
from serving.decisions.outcomes import Outcome
from serving.decisions.stored_decision import StoredDecision
from serving.health import Parts
from serving.metrics import Metrics
from serving.openapi import answer, json_body, problems
from serving.scoring import moment
from serving.state_builder import build_state

_TOLD_TO_ALL = frozenset(rule.id for rule in (BEST, EXPLORED, NO_SCORE, *CAPS))
"""Rules whose reasons say nothing of protection."""

DecisionInPath = Annotated[
    str, PathParameter(pattern=r"^[A-Za-z0-9._:-]{1,128}$", description="Id of a decision.")
]


@post(
    "/decisions",
    status_code=200,
    operation_id="decide",
    operation_class=json_body(DecisionRequest, one=examples.WHOM),
    summary="Decide what to do about a player",
    description=(
        "One safe next action: an intervention, an offer, or nothing. Protections come first and "
        "fail closed. The decision is stored with everything it was taken from."
    ),
    guards=[require_json],
    responses=answer(DecisionAnswer, "The decision.", suppressed=examples.DECISION)
    | problems(400, 401, 409, 413, 415, 503),
)
async def decide(
    request: Request[Any, Any, Any],
    body: RawBody,
    parts: NamedDependency[Parts],
    metrics: NamedDependency[Metrics],
) -> DecisionAnswer:
    asked = read_body(body, DecisionRequest, examples.WHOM)
    request_id = None if asked.request_id is UNSET else asked.request_id
    stored = await _decided(asked, request_id, parts)
    metrics.count_decision(stored.kind, stored.mode)
    return _told(stored, in_full=is_compliance(request))


async def _decided(asked: DecisionRequest, request_id: str | None, parts: Parts) -> StoredDecision:
    decider = parts.decider
    if request_id is not None:
        earlier = await decider.in_thread(partial(decider.store.of_request, request_id))
        if earlier is not None:
            if (earlier.player_id, earlier.mode) != (asked.player_id, asked.mode):
                raise RequestTaken(request_id)
            await _refuse_overtaken(earlier, request_id, parts)
            return earlier
    state, accounts = await _gathered(asked.player_id, parts)
    return await decider.in_thread(partial(decider.take, state, accounts, request_id, asked.mode))


async def _gathered(player_id: str, parts: Parts) -> tuple[PlayerState, tuple[str, ...]]:
    """The player's state as of now."""
    age_us, unread = parts.state_age_us(), parts.unread_protection()

    def gather(tiles: OnlineTiles) -> tuple[PlayerState, tuple[str, ...]]:
        about = parts.decider.ask(player_id, time.time_ns() // 1000, age_us, unread)
        return build_state(tiles, parts.champions.models, about)

    return await parts.lanes.run(gather, players=1)


async def _refuse_overtaken(earlier: StoredDecision, request_id: str, parts: Parts) -> None:
    """An offer isn't told again to somebody who is protected by now, or once it has expired.

    Raises
    ------
    DecisionOvertaken
        If it holds no longer.
    """
    if earlier.kind != "offer":
        return
    state, _ = await _gathered(earlier.player_id, parts)
    if is_closed(state) or state.at_us > earlier.read_decision().valid_until_us:
        raise DecisionOvertaken(request_id)


@get(
    "/decisions/{decision_id:str}",
    operation_id="decision",
    summary="A decision as it was taken",
    description="With every reason; for keys of compliance.",
    guards=[require_compliance],
    responses=answer(DecisionAnswer, "The decision.", suppressed=examples.DECISION)
    | problems(400, 401, 403, 404, 503),
)
async def decision(decision_id: DecisionInPath, parts: NamedDependency[Parts]) -> DecisionAnswer:
    stored = await parts.decider.in_thread(partial(parts.decider.store.get, decision_id))
    return _told(stored, in_full=True)


@post(
    "/outcomes",
    status_code=200,
    operation_id="outcome",
    operation_class=json_body(OutcomeRequest, one=examples.OUTCOME),
    summary="Report what became of a decision",
    guards=[require_json],
    responses=answer(OutcomeAnswer, "Whether it is new.", taken=examples.OUTCOME_TAKEN)
    | problems(400, 401, 404, 409, 413, 415, 503),
)
async def outcome(body: RawBody, parts: NamedDependency[Parts]) -> OutcomeAnswer:
    sent = read_body(body, OutcomeRequest, examples.OUTCOME)
    reported = Outcome(
        outcome_id=sent.outcome_id,
        decision_id=sent.decision_id,
        kind=sent.kind,
        occurred_at_us=microseconds(sent.occurred_at),
        amount_minor=None if sent.amount_minor is UNSET else int(sent.amount_minor),
        currency=None if sent.currency is UNSET else sent.currency,
    )
    add = partial(parts.decider.store.add_outcome, reported, received_at_us=time.time_ns() // 1000)
    is_new = await parts.decider.in_thread(add)
    return OutcomeAnswer(outcome_id=sent.outcome_id, status="accepted" if is_new else "duplicate")


def _told(stored: StoredDecision, *, in_full: bool) -> DecisionAnswer:
    """The answer; who isn't of compliance learns that a protection speaks, and nothing of it."""
    taken, state = stored.read_decision(), stored.read_state()
    protects = taken.protected or taken.kind == "intervention"
    hidden = protects and not in_full
    return DecisionAnswer(
        decision_id=taken.decision_id,
        player_id=taken.player_id,
        mode=stored.mode,
        decided_at=moment(taken.at_us),
        valid_until=moment(taken.valid_until_us),
        kind="none" if hidden else taken.kind,
        action="no_offer" if hidden else taken.action,
        channel=None if hidden else taken.channel,
        action_probability=taken.action_probability,
        explored=taken.explored,
        suppressed="protection" if protects else None,
        distribution=[] if hidden else list(taken.distribution),
        eligible=[] if hidden else list(taken.eligible),
        excluded=list(taken.excluded) if in_full else [],
        reasons=[
            DecisionReason(rule_id=one.rule_id, source=one.source, text=one.text)
            for one in taken.reasons
            if in_full or (not hidden and one.rule_id in _TOLD_TO_ALL)
        ],
        models={} if hidden else {one.model_id: one.model_version for one in state.scores},
        policy_version=taken.policy_version,
    )


DECISION_ROUTES = (decide, decision, outcome)
