"""Around every request, whatever answers it: security headers, and the count of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import Message, Receive, Scope, Send

from serving.health import Parts
from serving.metrics import Metrics

_ALWAYS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
]
_NOTHING_RUNS = b"default-src 'none'; frame-ancestors 'none'"
_OWN_FILES_RUN = (
    b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    b"frame-ancestors 'none'"
)
UNMATCHED = "unmatched"
"""Route label of a request that no route matches: a path would be a label without end."""


class Edge:
    """ASGI application around the routes."""

    def __init__(self, app: Litestar, metrics: Metrics, docs_path: str) -> None:
        self.app = app
        self._metrics = metrics
        self._docs_path = docs_path

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Load and let go, for a server that mounts this application inside another."""
        async with self.app.lifespan():
            yield

    def is_ready(self) -> bool:
        """Whether a model can answer, once the lifespan has begun."""
        parts: Parts = self.app.state.parts
        return parts.readiness().ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        started, status = perf_counter(), 500
        headers = self._headers(scope["path"])

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            route = scope.get("path_template") or UNMATCHED
            self._metrics.count_request(route, scope["method"], status, perf_counter() - started)

    def _headers(self, path: str) -> list[tuple[bytes, bytes]]:
        policy = _OWN_FILES_RUN if path.startswith(self._docs_path) else _NOTHING_RUNS
        return [*_ALWAYS, (b"content-security-policy", policy)]
