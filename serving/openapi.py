"""The API's description: OpenAPI 3.1, with the messages as msgspec itself describes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import MediaType, Request
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIMediaType,
    Operation,
    Reference,
    RequestBody,
    SecurityScheme,
)

from serving import examples, schemas
from serving.docs_ui import LocalSwagger
from serving.errors import PROBLEM_MEDIA_TYPE, Problem

SCHEMA_PATH = "/schema"
API_VERSION = "1.0.0"
KEY = "key"

_PROBLEMS = {
    400: "The request doesn't follow the schema.",
    401: "No valid key.",
    403: "The key lacks a scope.",
    404: "No such player, model or path.",
    409: "The id was used for something else.",
    413: "The body is longer than the service reads.",
    415: "The body isn't JSON.",
    503: "What the answer needs isn't there; /readyz says what.",
}
_REFERENCE = "#/components/schemas/"


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """Problem documents that an operation may answer with."""
    return {
        status: ResponseSpec(
            Problem,
            generate_examples=False,
            description=_PROBLEMS[status],
            media_type=PROBLEM_MEDIA_TYPE,
        )
        for status in statuses
    }


def answer(
    message: Any, description: str, media_type: str = MediaType.JSON, **shown: object
) -> dict[int, ResponseSpec]:
    """The successful answer of an operation, with examples named by keyword."""
    return {
        200: ResponseSpec(
            message,
            generate_examples=False,
            description=description,
            media_type=media_type,
            examples=list(examples.documented(**shown)),
        )
    }


def json_body(message: type[msgspec.Struct], **shown: object) -> type[Operation]:
    """An operation whose body is decoded by ``serving.body``, with examples named by keyword."""

    @dataclass
    class WithBody(Operation):
        def __post_init__(self) -> None:
            found = examples.documented(**shown)
            self.request_body = RequestBody(
                required=True,
                content={
                    "application/json": OpenAPIMediaType(
                        schema=Reference(ref=_REFERENCE + message.__name__),
                        examples=dict(zip(shown, found, strict=True)),
                    )
                },
            )

    return WithBody


class ExactMessages(JsonRenderPlugin):
    """The description with the messages' exact JSON Schemas in place of approximate ones."""

    def __init__(self) -> None:
        super().__init__(path="/openapi.json")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The description as JSON."""
        parts = {**openapi_schema["components"], "schemas": message_schemas()}
        return self.render_json(request, {**openapi_schema, "components": parts})


def message_schemas() -> Mapping[str, Any]:
    """Name of each message → its JSON Schema."""
    _, found = msgspec.json.schema_components(schemas.ALL, ref_template=_REFERENCE + "{name}")
    found["ScoreRequest"]["oneOf"] = [
        {"required": [name]} for name in schemas.ScoreRequest.__struct_fields__
    ]
    found["OutcomeRequest"]["dependentRequired"] = {
        "amount_minor": ["currency"],
        "currency": ["amount_minor"],
    }
    return found


def describe() -> OpenAPIConfig:
    """Settings of the framework's own description of the routes."""
    return OpenAPIConfig(
        title="Player Intelligence",
        version=API_VERSION,
        description=(
            "Calibrated scores of players and the exact reasons for them, "
            "computed from everything known at the moment of the request."
        ),
        path=SCHEMA_PATH,
        render_plugins=[LocalSwagger(), ExactMessages()],
        components=Components(
            security_schemes={
                KEY: SecurityScheme(type="http", scheme="bearer", description="A static API key.")
            }
        ),
    )
