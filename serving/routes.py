"""The routes: what may be asked, and which part answers."""

from functools import partial
from typing import Annotated

from litestar import MediaType, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter, RawBody
from litestar.response import Redirect
from msgspec import UNSET
from prometheus_client import CONTENT_TYPE_LATEST

from serving import examples, scoring
from serving.auth import require_json, require_key
from serving.body import read_body
from serving.decision_routes import DECISION_ROUTES
from serving.errors import NotReady, UnknownPlayer
from serving.event_routes import events
from serving.health import Parts
from serving.metrics import Metrics
from serving.openapi import KEY, SCHEMA_PATH, answer, json_body, problems
from serving.schemas import (
    MOST_REASONS,
    Explanation,
    NotScored,
    Score,
    ScoreRequest,
    Scores,
    UnknownPlayerScore,
)
from serving.status_schemas import Health, Models, Readiness

CHURN = "churn"

_PROMETHEUS = CONTENT_TYPE_LATEST.removesuffix("; charset=utf-8")
"""Media type of the counters; the framework adds the charset."""

MostReasons = Annotated[
    int,
    QueryParameter(ge=0, le=MOST_REASONS, description="Most reasons given for each player."),
]
PlayerInPath = Annotated[
    str, PathParameter(min_length=1, max_length=128, description="Opaque id of an account.")
]
ModelInQuery = Annotated[str, QueryParameter(max_length=128, description="Model id.")]

PartsHere = NamedDependency[Parts]
MetricsHere = NamedDependency[Metrics]


@post(
    "/score",
    status_code=200,
    operation_id="score",
    operation_class=json_body(ScoreRequest, one=examples.ONE_PLAYER, many=examples.MANY_PLAYERS),
    summary="Score one player or many",
    description="Calibrated probabilities as of now, each with its strongest reasons.",
    guards=[require_json],
    responses=answer(
        Score | NotScored | Scores,
        "A score for `player_id`, or why there is none; a list for `player_ids`.",
        one=examples.SCORE,
        protected=examples.NOT_SCORED,
        many=examples.SCORES,
    )
    | problems(400, 401, 404, 413, 415, 503),
)
async def score(
    body: RawBody, parts: PartsHere, metrics: MetricsHere, reasons: MostReasons = 5
) -> Score | NotScored | Scores:
    request = read_body(body, ScoreRequest, examples.ONE_PLAYER)
    player_ids = request.asked()
    model = parts.model(CHURN)
    work = partial(scoring.scores, model=model, player_ids=player_ids, most_reasons=reasons)
    found = await parts.lanes.run(work, len(player_ids))
    metrics.count_scores(model.model_id, found)
    return _single(found) if request.player_ids is UNSET else found


def _single(found: Scores) -> Score | NotScored:
    (only,) = found.scores
    if isinstance(only, UnknownPlayerScore):
        raise UnknownPlayer(only.player_id, "player_id")
    return only


@get(
    "/players/{player_id:str}/explanation",
    operation_id="explain",
    summary="Explain one player's score",
    description="The exact contribution of every feature, with values and the model's card.",
    responses=answer(
        Explanation | NotScored,
        "Everything behind the score, or why there is none.",
        churn=examples.EXPLANATION,
        protected=examples.NOT_SCORED,
    )
    | problems(400, 401, 404, 503),
)
async def explain(
    player_id: PlayerInPath, parts: PartsHere, model: ModelInQuery = CHURN
) -> Explanation | NotScored:
    served = parts.model(model)
    found = await parts.lanes.run(
        partial(scoring.explanation, model=served, player_id=player_id), players=1
    )
    if isinstance(found, UnknownPlayerScore):
        raise UnknownPlayer(player_id, "player_id")
    return found


@get(
    "/models",
    operation_id="models",
    summary="The models that are served",
    responses=answer(Models, "Cards of the served models.", served=examples.MODELS) | problems(401),
)
async def models(parts: PartsHere) -> Models:
    return parts.described()


@get(
    "/healthz",
    operation_id="health",
    summary="Whether the process is up",
    responses=answer(Health, "It is.", up=examples.HEALTH),
)
async def health() -> Health:
    return Health()


@get(
    "/readyz",
    operation_id="readiness",
    summary="Whether a model can answer",
    responses=answer(Readiness, "It can.", ready=examples.READINESS) | problems(503),
)
async def readiness(parts: PartsHere) -> Readiness:
    found = parts.readiness()
    if found.ready:
        return found
    raise NotReady(
        f"No model can answer. Missing: {', '.join(found.missing) or 'a champion'}.",
        "The service's log and GET /v1/models say why; mend that and start the service again.",
    )


@get(
    "/metrics",
    media_type=MediaType.TEXT,
    operation_id="metrics",
    summary="Counters for Prometheus",
    responses=answer(str, "The text format.", media_type=MediaType.TEXT),
)
async def show_metrics(metrics: MetricsHere) -> Response[bytes]:
    return Response(metrics.text(), media_type=_PROMETHEUS)


@get("/", include_in_schema=False)
async def root() -> Redirect:
    return Redirect(SCHEMA_PATH)


ROUTES = (
    Router(
        "/v1",
        route_handlers=[score, explain, models, events, *DECISION_ROUTES],
        guards=[require_key],
        security=[{KEY: []}],
    ),
    health,
    readiness,
    show_metrics,
    root,
)
