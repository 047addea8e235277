"""The service as one ASGI application: routes, what they stand on, what surrounds each request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request
from litestar.di import Provide

from serving.edge import Edge
from serving.health import Parts, load_parts
from serving.metrics import Metrics
from serving.openapi import SCHEMA_PATH, describe
from serving.problems import HANDLERS
from serving.routes import ROUTES
from serving.settings import Settings, read_settings


def create() -> Edge:
    """The application of the settings in the environment, for an ASGI server's factory."""
    return create_app(read_settings())


def create_app(settings: Settings) -> Edge:
    """The application; models are loaded when its lifespan begins."""
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        parts = load_parts(settings)
        app.state.parts = parts
        parts.log_faults()
        metrics.show(parts)
        yield
        parts.close()

    app = Litestar(
        ROUTES,
        dependencies={
            "parts": Provide(_parts, sync_to_thread=False),
            "metrics": Provide(lambda: metrics, sync_to_thread=False),
        },
        exception_handlers=HANDLERS,
        lifespan=[lifespan],
        openapi_config=describe(),
        request_max_body_size=settings.max_body_bytes,
        logging_config=None,
    )
    app.state.settings = settings
    return Edge(app, metrics, SCHEMA_PATH)


def _parts(request: Request[Any, Any, Any]) -> Parts:
    parts: Parts = request.app.state.parts
    return parts
