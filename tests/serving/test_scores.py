"""Scores and explanations over HTTP, against the model and the tiles themselves."""

import math
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import lightgbm
import numpy as np

from features.catalogue import FEATURE_INDEX
from features.manifest import BOOSTER_FILE, Manifest
from features.online_tiles import OnlineTiles
from features.places import online_tiles_path
from tests.serving.places import CLOSED, EXCLUDED, NAMES, PLAYERS, SILENT


def one(api: httpx.Client, player_id: str, **params: str) -> dict[str, Any]:
    answer = api.post("/v1/score", json={"player_id": player_id}, params=params)
    assert answer.status_code == 200, answer.text
    score: dict[str, Any] = answer.json()
    return score


def test_a_score_is_the_registered_boosters_answer_to_the_players_tiles(
    api: httpx.Client, place: Path
) -> None:
    rows = OnlineTiles(online_tiles_path(place), "last_event").features(["player-003"])
    values = rows.matrix[:, [FEATURE_INDEX[name] for name in NAMES]]
    booster = lightgbm.Booster(model_file=place / "churn" / BOOSTER_FILE)
    margin = float(np.asarray(booster.predict(values, raw_score=True))[0])
    manifest = Manifest.read(place / "churn")

    score = one(api, "player-003")

    assert score["margin"] == margin
    probability = manifest.calibration.probability(np.array([margin]))[0]
    assert score["churn_probability"] == probability
    assert datetime.fromisoformat(score["as_of"]).timestamp() * 1e6 == rows.as_of_us
    assert (score["model_id"], score["model_version"]) == ("churn", "1")


def test_contributions_and_baseline_sum_to_the_margin(api: httpx.Client) -> None:
    for player_id in PLAYERS[:10]:
        found = api.get(f"/v1/players/{player_id}/explanation").json()
        total = found["baseline"] + math.fsum(
            reason["contribution"] for reason in found["contributions"]
        )
        assert abs(total - found["margin"]) < 1e-9
        assert {reason["feature"] for reason in found["contributions"]} == set(NAMES)


def test_a_player_alone_and_among_a_thousand_scores_the_same_to_the_bit(
    api: httpx.Client,
) -> None:
    asked = [PLAYERS[number % len(PLAYERS)] for number in range(1000)]
    many = api.post("/v1/score", json={"player_ids": asked}).json()["scores"]
    assert [score["player_id"] for score in many] == asked
    for score in many[: len(PLAYERS)]:
        assert score == one(api, score["player_id"])


def test_big_and_small_requests_at_once_get_the_answers_they_get_alone(api: httpx.Client) -> None:
    few, many = list(PLAYERS[:2]), list(PLAYERS) * 5

    def ask(player_ids: list[str]) -> object:
        return api.post("/v1/score", json={"player_ids": player_ids}).json()

    alone = {len(asked): ask(asked) for asked in (few, many)}
    with ThreadPoolExecutor(8) as threads:
        for asked, answer in [
            (asked, threads.submit(ask, asked)) for _ in range(12) for asked in (few, many)
        ]:
            assert answer.result() == alone[len(asked)]


def test_reasons_are_the_strongest_contributions_in_order(api: httpx.Client) -> None:
    score = one(api, "player-007")
    explained = api.get("/v1/players/player-007/explanation").json()["contributions"]
    assert len(score["reasons"]) == 5
    assert score["reasons"] == explained[:5]
    strengths = [abs(reason["contribution"]) for reason in explained]
    assert strengths == sorted(strengths, reverse=True)
    assert one(api, "player-007", reasons="0")["reasons"] == []


def test_a_reason_carries_value_usual_value_unit_and_a_sentence(
    api: httpx.Client, place: Path
) -> None:
    manifest = Manifest.read(place / "churn")
    rows = OnlineTiles(online_tiles_path(place), "last_event").features(["player-003"])
    for reason in one(api, "player-003")["reasons"]:
        name = reason["feature"]
        value = rows.matrix[0, FEATURE_INDEX[name]]
        assert reason["value"] == (None if math.isnan(value) else value)
        assert reason["usual_value"] == manifest.usual_values[NAMES.index(name)]
        direction = "raises" if reason["contribution"] > 0 else "lowers"
        assert f"this {direction} the probability of churn." in reason["sentence"]


def test_what_the_sources_cannot_tell_is_null_and_said_to_be_unknown(api: httpx.Client) -> None:
    found = api.get("/v1/players/player-003/explanation").json()["contributions"]
    (reason,) = (item for item in found if item["feature"] == "wallet_load_sum_30d")
    assert reason["value"] is None
    assert ": unknown, usually" in reason["sentence"]


def test_an_explanation_states_what_the_model_is(api: httpx.Client, place: Path) -> None:
    manifest = Manifest.read(place / "churn")
    card = api.get("/v1/players/player-003/explanation").json()["model"]
    assert card["trained_until"] == "2026-01-01T00:00:00.000000Z"
    assert card["horizon_days"] == manifest.horizon_days
    assert card["feature_version"] == manifest.feature_version
    assert api.get("/v1/models").json()["models"] == [card]


def test_an_unknown_player_is_not_found_alone_and_marked_among_many(api: httpx.Client) -> None:
    alone = api.post("/v1/score", json={"player_id": "stranger"})
    assert alone.status_code == 404
    assert alone.json()["type"].endswith(":unknown-player")
    assert alone.json()["value"] == "stranger"
    many = api.post("/v1/score", json={"player_ids": ["player-001", "stranger"]}).json()
    assert many["scores"][1] == {"status": "unknown_player", "player_id": "stranger"}
    assert many["scores"][0] == one(api, "player-001")
    assert api.get("/v1/players/stranger/explanation").status_code == 404


def test_a_model_that_nobody_registered_is_not_found(api: httpx.Client) -> None:
    answer = api.get("/v1/players/player-001/explanation", params={"model": "weather"})
    assert answer.status_code == 404
    assert answer.json()["type"].endswith(":unknown-model")
    assert "churn" in answer.json()["detail"]


def test_metrics_count_requests_by_route_and_players_by_outcome(api: httpx.Client) -> None:
    def counted(sample: str) -> float:
        lines = api.get("/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(sample))

    route = 'player_http_requests_total{method="POST",route="/v1/score",status="200"}'
    unknown = 'player_scores_total{model="churn",outcome="unknown_player"}'
    before = counted(route), counted(unknown)
    api.post("/v1/score", json={"player_ids": ["player-001", "stranger", "nobody"]})
    assert counted(route) == before[0] + 1
    assert counted(unknown) == before[1] + 2
    assert "player-001" not in api.get("/metrics").text


def test_a_protected_and_a_silent_player_get_no_score_and_no_reasons(api: httpx.Client) -> None:
    asked = ["player-003", EXCLUDED, CLOSED, SILENT]
    many = api.post("/v1/score", json={"player_ids": asked}).json()["scores"]
    assert many[0] == one(api, "player-003")
    moments = {name: many[0][name] for name in ("as_of", "last_event_known_at")}
    assert many[1:] == [
        {"status": "not_scored", "player_id": EXCLUDED, "reason": "protection"} | moments,
        {"status": "not_scored", "player_id": CLOSED, "reason": "protection"} | moments,
        {"status": "not_scored", "player_id": SILENT, "reason": "inactive"} | moments,
    ]
    assert one(api, EXCLUDED) == many[1]
    assert api.get(f"/v1/players/{EXCLUDED}/explanation").json() == many[1]


def test_a_score_says_how_fresh_it_is(api: httpx.Client) -> None:
    score = one(api, "player-003")
    assert score["last_event_known_at"] < score["as_of"]
