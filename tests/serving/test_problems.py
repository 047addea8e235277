"""Every wrong request is told what is wrong, where and what to do, and breaks nothing."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.body import read_body
from serving.errors import InvalidRequest
from serving.schemas import ScoreRequest
from tests.serving.processes import Running


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == status
    assert {"type", "title", "detail", "instance", "remedy"} <= found.keys()
    return found


def post(api: httpx.Client, body: bytes) -> httpx.Response:
    return api.post("/v1/score", content=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nul", b'{"player_id": "\xff"}', b'{"player_id": "\\ud800"}', b"[" * 100_000],
)
def test_a_body_that_is_not_json_is_refused(api: httpx.Client, body: bytes) -> None:
    problem(post(api, body), 400)


@pytest.mark.parametrize(
    ("body", "field", "value"),
    [
        ({"player_id": 7}, "player_id", "7"),
        ({"player_id": None}, "player_id", "null"),
        ({"player_id": ""}, "player_id", ""),
        ({"player_id": "x" * 129}, "player_id", "x" * 79 + "…"),
        ({"player_ids": []}, "player_ids", "[]"),
        ({"player_ids": ["a", 5]}, "player_ids[1]", "5"),
        ({"player_ids": "a"}, "player_ids", "a"),
        ({"player_id": "a", "modell": {"b": 1}}, "modell", '{"b":1}'),
    ],
)
def test_a_wrong_field_is_named_with_its_value(
    api: httpx.Client, body: dict[str, object], field: str, value: str
) -> None:
    found = problem(api.post("/v1/score", json=body), 400)
    assert (found["field"], found["value"]) == (field, value)


@pytest.mark.parametrize(
    "body", [{}, {"player_id": "a", "player_ids": ["b"]}, [], None, 5, "player-001"]
)
def test_a_body_of_another_shape_is_refused(api: httpx.Client, body: object) -> None:
    problem(post(api, json.dumps(body).encode()), 400)


def test_more_than_a_thousand_players_are_refused(api: httpx.Client) -> None:
    found = problem(api.post("/v1/score", json={"player_ids": ["a"] * 1001}), 400)
    assert found["field"] == "player_ids"
    assert "1000" in found["detail"]


def test_a_huge_body_is_refused(api: httpx.Client) -> None:
    problem(post(api, b'{"player_id": "' + b"a" * 2_000_000 + b'"}'), 413)


def test_a_deeply_nested_unknown_field_is_refused(api: httpx.Client) -> None:
    problem(post(api, b'{"a":' * 100_000), 400)


def test_another_media_type_is_refused(api: httpx.Client) -> None:
    found = problem(api.post("/v1/score", data={"player_id": "player-001"}), 415)
    assert found["field"] == "Content-Type"


def test_another_method_is_refused_with_those_allowed(api: httpx.Client) -> None:
    answer = api.get("/v1/score")
    problem(answer, 405)
    assert "POST" in answer.headers["allow"]


def test_an_unknown_path_is_not_found(api: httpx.Client) -> None:
    problem(api.get("/v2/score"), 404)


def test_a_wrong_parameter_is_named_with_its_value(api: httpx.Client) -> None:
    for value in ("51", "-1", "many"):
        answer = api.post("/v1/score", json={"player_id": "player-001"}, params={"reasons": value})
        found = problem(answer, 400)
        assert (found["field"], found["value"]) == ("reasons", value)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}, {"Authorization": ""}],
)
def test_without_a_key_nothing_of_a_player_is_said(
    granian: Running, headers: dict[str, str]
) -> None:
    with httpx.Client(base_url=granian.url, headers=headers) as stranger:
        asked = [
            stranger.post("/v1/score", json={"player_id": "player-001"}),
            stranger.post("/v1/score", content=b"{"),
            stranger.get("/v1/players/player-001/explanation"),
            stranger.get("/v1/models"),
        ]
        for answer in asked:
            problem(answer, 401)
            assert answer.headers["www-authenticate"] == "Bearer"
        assert stranger.get("/healthz").status_code == 200


def test_every_answer_carries_the_security_headers(api: httpx.Client) -> None:
    for answer in (
        api.get("/healthz"),
        api.get("/nowhere"),
        api.post("/v1/score", json={"player_id": "player-001"}),
        api.get("/schema"),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


def test_no_player_stands_in_the_log(api: httpx.Client, granian: Running) -> None:
    api.post("/v1/score", json={"player_id": "secret-stranger"})
    api.get("/v1/players/secret-stranger/explanation")
    post(api, b'{"player_id": "secret-stranger"')
    assert "secret" not in granian.log.read_text()


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["player_id", "player_ids", "a.b", "[0]"]), inner, max_size=3
            )
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_any_body_is_either_a_request_or_refused(body: bytes) -> None:
    """Whatever is sent, the caller gets a reason: there is no third way that ends in a 500."""
    try:
        asked = read_body(body, ScoreRequest, {}).asked()
    except InvalidRequest:
        asked = ["refused"]
    assert asked
