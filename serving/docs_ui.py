"""The API's documentation page, from files of this machine only.

Swagger UI is taken from the installed BentoML, which carries a copy: nothing is fetched from a
content network, and its online validator is off.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from litestar import Request, Response, Router, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.plugins import OpenAPIRenderPlugin

from serving.errors import ServingError

_FOLDER = Path("_internal", "server", "static_content")
_MEDIA_TYPES = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
}
_START = b"""
window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: document.querySelector("link[rel=describedby]").href,
    dom_id: "#docs",
    validatorUrl: null,
    persistAuthorization: false,
  });
});
"""
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="describedby" href="{root}/openapi.json">
<link rel="stylesheet" href="{root}/assets/swagger-ui.css">
</head>
<body>
<main id="docs"></main>
<script src="{root}/assets/swagger-ui-bundle.js"></script>
<script src="{root}/assets/start.js"></script>
</body>
</html>
"""


class DocsFilesMissing(ServingError):
    """The installed BentoML doesn't carry Swagger UI where it is expected."""


class LocalSwagger(OpenAPIRenderPlugin):
    """Swagger UI at the root of the schema's path."""

    def __init__(self) -> None:
        super().__init__(path="/")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The page; it loads the schema and the two files beside it."""
        root = request.scope.get("root_path", "").rstrip("/") + "/schema"
        return _PAGE.format(title=openapi_schema["info"]["title"], root=root).encode()

    def receive_router(self, router: Router) -> None:
        """Add the files that the page loads."""
        router.register(_asset("start.js", "text/javascript", _START))
        folder = swagger_folder()
        for name, media_type in _MEDIA_TYPES.items():
            router.register(_asset(name, media_type, (folder / name).read_bytes()))


def swagger_folder() -> Path:
    """Where the installed Swagger UI lies.

    Raises
    ------
    DocsFilesMissing
        If it isn't there.
    """
    spec = find_spec("bentoml")
    folder = Path(spec.origin).parent / _FOLDER if spec and spec.origin else None
    if folder is None or not all((folder / name).is_file() for name in _MEDIA_TYPES):
        raise DocsFilesMissing(f"no Swagger UI in {folder}: install the versions of the lock file")
    return folder


def _asset(name: str, media_type: str, content: bytes) -> HTTPRouteHandler:
    @get(f"/assets/{name}", include_in_schema=False, sync_to_thread=False)
    def asset() -> Response[bytes]:
        return Response(content, media_type=media_type)

    return asset
