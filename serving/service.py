"""The same application inside BentoML: ``bentoml serve serving.service:PlayerIntelligence``.

Importing this module reads no setting and opens nothing; that happens when the service starts.
BentoML answers ``/healthz``, ``/livez`` and ``/readyz`` itself, the last from ``__is_ready__``.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import bentoml
from litestar.types import Receive, Scope, Send
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from serving.settings import check_settings

if TYPE_CHECKING:
    from serving.edge import Edge


class Mounted:
    """Stands where the application will be once the service has started."""

    def __init__(self) -> None:
        self._edge: Edge | None = None

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Make the application from the settings and run its own lifespan, as BentoML won't."""
        from serving.app import create  # the process that only starts workers must not load it

        edge = create()
        async with edge.lifespan():
            self._edge = edge
            yield
        self._edge = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._edge is None:
            raise RuntimeError("a request came before the service had started")
        await self._edge(scope, receive, send)

    def is_ready(self) -> bool:
        """Whether a model can answer."""
        return self._edge is not None and self._edge.is_ready()


mounted = Mounted()


@bentoml.service(
    name="player_intelligence",
    workers=1,
    traffic={"timeout": 30},
    metrics={"enabled": False},
    logging={"access": {"enabled": False}},
)
@bentoml.asgi_app(
    Starlette(routes=[Mount("/", app=cast("ASGIApp", mounted))], lifespan=mounted.lifespan),
    path="/",
)
class PlayerIntelligence:
    """Calibrated scores of players with their reasons."""

    refuse_unsafe_settings = bentoml.on_deployment(check_settings)
    """Runs once before the workers: BentoML would start one that fails again for ever."""

    async def __is_ready__(self) -> bool:
        return mounted.is_ready()
