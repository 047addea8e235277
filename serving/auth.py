"""What a request must carry to be read at all: a key, compared in constant time, and JSON."""

import hmac
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from serving.errors import KeyRefused, NotJson, ScopeMissing
from serving.settings import Settings

AnyConnection = ASGIConnection[Any, Any, Any, Any]

_SCHEME = "bearer "


def require_key(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Let the request through if its bearer token is a key, or if the service has no keys.

    Raises
    ------
    KeyRefused
        Otherwise.
    """
    settings: Settings = connection.app.state.settings
    keys = settings.api_keys | settings.compliance_keys
    if keys and not is_key(connection.headers.get("authorization", ""), keys):
        raise KeyRefused


def is_compliance(connection: AnyConnection) -> bool:
    """Whether the key may see why a player is protected; without any keys everybody may."""
    settings: Settings = connection.app.state.settings
    if not settings.api_keys | settings.compliance_keys:
        return True
    return is_key(connection.headers.get("authorization", ""), settings.compliance_keys)


def require_compliance(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Let the request through if its key is one of compliance.

    Raises
    ------
    ScopeMissing
        Otherwise.
    """
    if not is_compliance(connection):
        raise ScopeMissing


def require_json(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Let the request through if its body is declared to be JSON.

    Raises
    ------
    NotJson
        Otherwise.
    """
    media_type = connection.headers.get("content-type", "")
    if media_type.split(";")[0].strip().lower() != "application/json":
        raise NotJson(media_type)


def is_key(authorization: str, digests: Iterable[str]) -> bool:
    """Whether an ``Authorization`` header carries a key with one of these SHA-256 hex digests.

    Every digest is compared in full, so the time taken says nothing about how close a guess was.
    """
    token = authorization[len(_SCHEME) :] if authorization.lower().startswith(_SCHEME) else ""
    presented = sha256(token.encode("latin-1")).hexdigest()
    matches = [hmac.compare_digest(presented, digest) for digest in digests]
    return any(matches)
