"""What can go wrong, and how it is told: problem documents after RFC 9457."""

from typing import ClassVar

import msgspec

from data.errors import DataError

PROBLEM_MEDIA_TYPE = "application/problem+json"


class Problem(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A fault of one request, for a program to branch on and a person to act on.

    Attributes
    ----------
    type
        Identifies the kind of fault; the same kind always has the same type.
    instance
        Names this occurrence; the service's log has it beside faults of the service itself.
    field, value
        Where in the request the fault lies, and what stood there, cut to a readable length.
    remedy
        What to do about it.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    field: str | None = None
    value: str | None = None
    remedy: str | None = None


class ServingError(DataError):
    """Root of the faults of this package."""


class RefusedToStart(ServingError):
    """The settings don't allow a safe start; the message says which and what to do."""


class RequestFault(ServingError):
    """A request that can't be answered as asked.

    Subclasses fix status, kind and title; an instance says what was expected, what came and what
    to do.
    """

    status: ClassVar[int]
    kind: ClassVar[str]
    title: ClassVar[str]

    def __init__(
        self, detail: str, remedy: str, *, field: str | None = None, value: str | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.remedy = remedy
        self.field = field
        self.value = value


class UnknownPlayer(RequestFault):
    """No event of this player was ever seen."""

    status, kind, title = 404, "unknown-player", "Unknown player"

    def __init__(self, player_id: str, field: str) -> None:
        super().__init__(
            "No event of this player has been seen.",
            "Check the id; a new player is known as soon as the first event is applied.",
            field=field,
            value=shown(player_id),
        )


class UnknownModel(RequestFault):
    """The registry has no champion of this name."""

    status, kind, title = 404, "unknown-model", "Unknown model"

    def __init__(self, model_id: str, served: list[str]) -> None:
        super().__init__(
            f"No model of this name is served; served are: {', '.join(served) or 'none'}.",
            "Ask for one of them; GET /v1/models describes them.",
            field="model",
            value=shown(model_id),
        )


class UnknownMapping(RequestFault):
    """A mapping that isn't there or can't be used for this log."""

    status, kind, title = 404, "unknown-mapping", "Unknown mapping"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"The mapping can't be used: {reason}.",
            "Put NAME.yaml into the folder mappings of the service's place; "
            "python -m data.ingest --dry-run tries one out.",
            field="mapping",
            value=shown(name),
        )


class BodyTooLong(RequestFault):
    """More bytes than the service reads at once."""

    status, kind, title = 413, "body-too-long", "The body is too long"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"The body has over {most} bytes.",
            "Send fewer events in a request, or a stream of lines (application/x-ndjson).",
        )


class NotReady(RequestFault):
    """What the answer needs is missing; ``/readyz`` lists all of it."""

    status, kind, title = 503, "not-ready", "Not ready"


class Busy(RequestFault):
    """More events wait than the service takes; none of the request was taken."""

    status, kind, title = 503, "busy", "Too many events wait"

    def __init__(self, waiting: int) -> None:
        super().__init__(
            f"{waiting} events wait to be written; none of this request was taken.",
            "Send it again in a second, under the same ids.",
        )


class KeyRefused(RequestFault):
    """No key, or one that isn't known."""

    status, kind, title = 401, "key-refused", "A key is needed"

    def __init__(self) -> None:
        super().__init__(
            "The request carries no valid API key.",
            "Send the header 'Authorization: Bearer <key>' with a key of this service.",
        )


class ScopeMissing(RequestFault):
    """A key that may not see this."""

    status, kind, title = 403, "scope-missing", "The key lacks a scope"

    def __init__(self) -> None:
        super().__init__(
            "Why a player is protected is for keys of compliance alone.",
            "Use a key whose digest stands in PLAYER_COMPLIANCE_KEYS.",
        )


class InvalidRequest(RequestFault):
    """The request doesn't follow the schema."""

    status, kind, title = 400, "invalid-request", "The request doesn't follow the schema"


class NotJson(RequestFault):
    """A body of another media type."""

    status, kind, title = 415, "not-json", "The body must be JSON"

    def __init__(self, media_type: str) -> None:
        super().__init__(
            "The body was sent as another media type than application/json.",
            "Send the header 'Content-Type: application/json'.",
            field="Content-Type",
            value=shown(media_type),
        )


def shown(value: object, longest: int = 80) -> str:
    """A value of a request as text, cut to a readable length."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= longest else text[: longest - 1] + "…"
