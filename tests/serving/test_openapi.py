"""The API's description says what the API does."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema_rs import Draft202012Validator

from tests.effort import times
from tests.serving.processes import KEY, Running


@pytest.fixture(scope="module")
def described(api: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = api.get("/schema/openapi.json").json()
    return found


def contents(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body of every operation that has examples, by a name to read."""
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            bodies = {"request": operation.get("requestBody", {}), **operation["responses"]}
            for name, body in bodies.items():
                for content in body.get("content", {}).values():
                    if "examples" in content:
                        yield f"{method} {path} {name}", content


def test_every_example_is_valid_against_its_schema(described: dict[str, Any]) -> None:
    seen = 0
    for name, content in contents(described):
        schema = {**content["schema"], "components": described["components"]}
        validator = Draft202012Validator(schema, validate_formats=True)
        for example in content["examples"].values():
            validator.validate(example["value"])
            if content["schema"]:
                assert not validator.is_valid({**example["value"], "unheard_of": 1}), name
            seen += 1
    assert seen >= 8


def test_every_reference_has_its_target(described: dict[str, Any]) -> None:
    def references(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            yield from [node["$ref"]] if "$ref" in node else []
            for child in node.values():
                yield from references(child)
        elif isinstance(node, list):
            for child in node:
                yield from references(child)

    targets = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    found = set(references(described))
    assert found
    assert found <= targets


def test_it_is_openapi_3_1_and_every_player_route_needs_the_key(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    for path, methods in described["paths"].items():
        for operation in methods.values():
            assert bool(operation.get("security")) == path.startswith("/v1/")


def test_the_documentation_page_loads_nothing_from_elsewhere(api: httpx.Client) -> None:
    page = api.get("/schema").text
    assert "http://" not in page
    assert "https://" not in page
    for asset in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js"):
        assert f'"/schema/assets/{asset}"' in page
        answer = api.get(f"/schema/assets/{asset}")
        assert answer.status_code == 200
        assert answer.content
    assert "validatorUrl: null" in api.get("/schema/assets/start.js").text


def test_generated_requests_find_no_contradiction(granian: Running, seed: int | None) -> None:
    """Schemathesis sends valid and broken requests and compares each answer with the schema."""
    schemathesis = str(Path(sys.executable).with_name("schemathesis"))
    options = f"--max-examples {times(25)} --seed {seed or 7} --no-color"
    key = ["--header", f"Authorization: Bearer {KEY}"]
    ended = subprocess.run(
        [schemathesis, "run", f"{granian.url}/schema/openapi.json", *options.split(), *key],
        capture_output=True,
        timeout=times(60),
        cwd=granian.log.parent,
    )
    assert ended.returncode == 0, ended.stdout.decode()
