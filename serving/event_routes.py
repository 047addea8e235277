"""The route for live events."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.params import QueryParameter

from data.mapping import Mapping
from features.errors import FeatureError
from serving import examples
from serving.errors import BodyTooLong, InvalidRequest, NotJson, NotReady, shown
from serving.event_intake import Intake, items_of, lines_of, mapping_of
from serving.event_schemas import EventsAnswer
from serving.health import Parts
from serving.live_writer import LiveWriter
from serving.metrics import Metrics
from serving.openapi import answer, problems
from serving.settings import Settings

JSON, LINES = "application/json", "application/x-ndjson"

MappingInQuery = Annotated[
    str | None,
    QueryParameter(max_length=64, description="Mapping of a vendor's own JSON to events."),
]


@dataclass
class EventsOperation(Operation):
    """The operation whose items are read one by one: any JSON is taken, and answered per item."""

    def __post_init__(self) -> None:
        one, many = examples.documented(one=examples.EVENT, many=[examples.EVENT])
        self.request_body = RequestBody(
            required=True,
            content={
                JSON: OpenAPIMediaType(schema=Schema(), examples={"one": one, "many": many}),
                LINES: OpenAPIMediaType(schema=Schema(description="One event a line.")),
            },
        )


@post(
    "/events",
    status_code=200,
    operation_id="events",
    operation_class=EventsOperation,
    summary="Send events as they happen",
    description=(
        "One event, a list of them, or a stream of lines. What is accepted is on the disk and in "
        "every score from then on; the same `(source, event_id)` counts once, for ever. What isn't "
        "sound is kept aside and answered with field, value and remedy; the rest is taken."
    ),
    responses=answer(EventsAnswer, "What became of each item.", taken=examples.EVENTS)
    | problems(400, 401, 404, 413, 415, 503),
    request_max_body_size=None,
)
async def events(
    request: Request[Any, Any, Any],
    parts: NamedDependency[Parts],
    metrics: NamedDependency[Metrics],
    mapping: MappingInQuery = None,
) -> EventsAnswer:
    _check_parameters(request)
    writer = parts.event_writer()
    settings: Settings = request.app.state.settings
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in (JSON, LINES):
        raise NotJson(kind)
    try:
        intake = Intake(writer, _mapping(mapping, parts, writer))
        if kind == JSON:
            body = await _whole(request.stream(), settings.max_body_bytes)
            await intake.take(items_of(body), tell_all=True)
        else:
            async for lines in lines_of(request.stream()):
                await intake.take(lines, tell_all=False)
    except (FeatureError, sqlite3.Error) as fault:
        raise NotReady(
            f"Players' state can't be written: {str(fault).replace(f'{parts.place}/', '')}.",
            "Fill it with features.load_online; what was sent wasn't answered, send it again.",
        ) from fault
    found = intake.answer()
    metrics.count_events(found)
    return found


def _check_parameters(request: Request[Any, Any, Any]) -> None:
    for name, value in request.query_params.items():
        if name != "mapping":
            raise InvalidRequest(
                "There is no such parameter.",
                "Leave it out or correct its name; the one that there is is mapping.",
                field=shown(name),
                value=shown(value),
            )


def _mapping(name: str | None, parts: Parts, writer: LiveWriter) -> Mapping | None:
    if name is None:
        return None
    return mapping_of(name, parts.place, writer.facts().sources.base_currency)


async def _whole(stream: AsyncIterator[bytes], most: int) -> bytes:
    body = bytearray()
    async for chunk in stream:
        body += chunk
        if len(body) > most:
            raise BodyTooLong(most)
    return bytes(body)
