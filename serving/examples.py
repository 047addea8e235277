"""Whole requests and answers, as they stand in the API's description."""

from collections.abc import Sequence

import msgspec
from litestar.openapi.spec import Example

from serving.decision_schemas import DecisionAnswer, OutcomeAnswer
from serving.event_schemas import EventAnswer, EventsAnswer
from serving.schemas import Explanation, NotScored, Reason, Score, Scores, UnknownPlayerScore
from serving.status_schemas import Fault, Health, ModelCard, Models, Readiness

PLAYER, EXCLUDED, STRANGER = "player-000042", "player-000107", "player-999999"
_AS_OF, _LAST_EVENT = "2026-01-31T09:30:00.250000Z", "2026-01-31T09:29:58.125000Z"

_REASON = Reason(
    feature="days_since_last_activity",
    value=12.0,
    usual_value=2.0,
    unit="days",
    contribution=0.8125,
    sentence="Days since last activity: 12, usually 2; this raises the probability of churn.",
)
_CARD = ModelCard(
    model_id="churn",
    model_version="3",
    trained_until="2025-12-31T00:00:00.000000Z",
    lookback_days=30,
    horizon_days=30,
    feature_service="churn_v1",
    feature_version="5f2b6c0d9a1e",
    feature_names=["days_since_last_activity"],
    data_digest="9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de",
)
SCORE = Score(
    player_id=PLAYER,
    model_id="churn",
    model_version="3",
    as_of=_AS_OF,
    last_event_known_at=_LAST_EVENT,
    churn_probability=0.3125,
    margin=-0.4375,
    baseline=-1.25,
    reasons=[_REASON],
)
NOT_SCORED = NotScored(
    player_id=EXCLUDED, as_of=_AS_OF, last_event_known_at=_LAST_EVENT, reason="protection"
)
SCORES = Scores(scores=[SCORE, NOT_SCORED, UnknownPlayerScore(player_id=STRANGER)])
EXPLANATION = Explanation(
    player_id=PLAYER,
    as_of=_AS_OF,
    last_event_known_at=_LAST_EVENT,
    model=_CARD,
    probability=0.3125,
    margin=-0.4375,
    baseline=-1.25,
    contributions=[_REASON],
)
MODELS = Models(
    models=[_CARD],
    faults=[Fault(part="model value", reason="version 2 has no expected answers in its manifest")],
)
EVENT = {
    "event_type": "deposit",
    "event_id": "7d0f7c52-4a41-4bfc-9d0e-0f6a6a1f2c11",
    "source": "wallet",
    "player_id": PLAYER,
    "brand_id": "north",
    "jurisdiction": "GB",
    "occurred_at": "2026-01-31T09:29:58.000000Z",
    "status": "approved",
    "amount": 2500,
    "currency": "GBP",
    "fx_to_base": "1.17",
}
EVENTS = EventsAnswer(
    accepted=1,
    duplicates=0,
    quarantined=1,
    ignored=0,
    items=[
        EventAnswer(position=0, status="accepted"),
        EventAnswer(
            position=1,
            status="quarantined",
            field="amount",
            value="25.00",
            reason="Expected `int`, got `str`",
            remedy="send what was expected; docs/events.md lists every field",
        ),
    ],
)
DECISION_ID = "006594ad4f6c5d0-1f2e3d4c5b6a7988"
WHOM = {"player_id": PLAYER, "request_id": "journey-7:step-2:000042"}
DECISION = DecisionAnswer(
    decision_id=DECISION_ID,
    player_id=PLAYER,
    mode="live",
    decided_at=_AS_OF,
    valid_until="2026-01-31T09:35:00.250000Z",
    kind="none",
    action="no_offer",
    channel=None,
    action_probability=1.0,
    explored=False,
    suppressed="protection",
    distribution=[],
    eligible=[],
    excluded=[],
    reasons=[],
    models={},
    policy_version="4a9b43ca4432",
)
OUTCOME = {
    "outcome_id": "esp-99120",
    "decision_id": DECISION_ID,
    "kind": "sent",
    "occurred_at": "2026-01-31T09:30:02.000000Z",
}
OUTCOME_TAKEN = OutcomeAnswer(outcome_id="esp-99120", status="accepted")
HEALTH = Health()
READINESS = Readiness(
    ready=True,
    models=["churn"],
    missing=["model value"],
)

ONE_PLAYER = {"player_id": PLAYER}
MANY_PLAYERS = {"player_ids": [PLAYER, EXCLUDED, STRANGER]}


def documented(**examples: object) -> Sequence[Example]:
    """Examples for the API's description, named by keyword."""
    return [
        Example(summary=name.replace("_", " "), value=msgspec.to_builtins(value))
        for name, value in examples.items()
    ]
