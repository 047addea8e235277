"""Every fault as a problem document, and faults of the service itself in the log, without data."""

import logging
from http import HTTPStatus
from traceback import extract_tb
from typing import Any
from uuid import uuid4

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from serving.errors import PROBLEM_MEDIA_TYPE, InvalidRequest, Problem, RequestFault, shown

_LOG = logging.getLogger(__name__)

_TYPE = "urn:player-intelligence:problem:"

_REMEDIES = {
    404: "GET /schema lists every path.",
    405: "Use one of the methods named in the Allow header.",
    413: "Send fewer players in a request.",
}

_HEADERS = {"key-refused": {"WWW-Authenticate": "Bearer"}, "busy": {"Retry-After": "1"}}

AnyRequest = Request[Any, Any, Any]


def _request_fault(_: AnyRequest, fault: RequestFault) -> Response[Problem]:
    headers = _HEADERS.get(fault.kind)
    problem = Problem(
        type=_TYPE + fault.kind,
        title=fault.title,
        status=fault.status,
        detail=fault.detail,
        instance=uuid4().urn,
        field=fault.field,
        value=fault.value,
        remedy=fault.remedy,
    )
    return _document(problem, headers)


def _wrong_parameter(request: AnyRequest, fault: ValidationException) -> Response[Problem]:
    """A path or query parameter that doesn't fit, as the framework found it."""
    first = fault.extra[0] if isinstance(fault.extra, list) and fault.extra else {}
    name = str(first.get("key", ""))
    value = request.query_params.get(name, request.path_params.get(name))
    return _request_fault(
        request,
        InvalidRequest(
            f"{first.get('message', fault.detail)}.",
            "Send what was expected; GET /schema shows every parameter.",
            field=name or None,
            value=None if value is None else shown(value),
        ),
    )


def _http_fault(_: AnyRequest, fault: HTTPException) -> Response[Problem]:
    """A fault that the framework found before any of our code ran."""
    status = HTTPStatus(fault.status_code)
    problem = Problem(
        type="about:blank",
        title=status.phrase,
        status=status.value,
        detail=status.description or status.phrase,
        instance=uuid4().urn,
        remedy=_REMEDIES.get(status.value),
    )
    return _document(problem, fault.headers)


def _own_fault(_: AnyRequest, fault: Exception) -> Response[Problem]:
    """A fault of ours. Its message may hold a player's data, so only its place is logged."""
    instance = uuid4().urn
    places = " < ".join(
        f"{at.filename}:{at.lineno}" for at in reversed(extract_tb(fault.__traceback__))
    )
    _LOG.error("%s %s at %s", instance, type(fault).__name__, places)
    problem = Problem(
        type=_TYPE + "internal",
        title="The service failed",
        status=500,
        detail="The request was understood, but the service failed to answer it.",
        instance=instance,
        remedy="Try again; if it stays, report the instance, which the service's log names.",
    )
    return _document(problem)


def _document(problem: Problem, headers: dict[str, str] | None = None) -> Response[Problem]:
    return Response(
        problem, status_code=problem.status, media_type=PROBLEM_MEDIA_TYPE, headers=headers
    )


HANDLERS: ExceptionHandlersMap = {
    RequestFault: _request_fault,
    ValidationException: _wrong_parameter,
    HTTPException: _http_fault,
    Exception: _own_fault,
}
"""Kind of exception → what answers it, for the framework."""
