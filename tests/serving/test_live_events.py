"""An event that was answered is on the disk and in the next score, once, for ever."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from serving.live_writer import MOST_QUEUED
from tests.serving.live import event, filled, round_of, send, serving
from tests.serving.processes import Running, environment, free_port, under_granian

LINES = {"Content-Type": "application/x-ndjson"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("live") / "place")


@pytest.fixture(scope="module")
def live(place: Path) -> Iterator[Running]:
    with serving(place) as process:
        process.wait_until_ready()
        yield process


@pytest.fixture
def api(live: Running) -> Iterator[httpx.Client]:
    with live.client() as client:
        yield client


def value(api: httpx.Client, player: str, feature: str) -> float:
    explained = api.get(f"/v1/players/{player}/explanation").json()
    (found,) = [one["value"] for one in explained["contributions"] if one["feature"] == feature]
    return float(found)


def test_an_event_is_in_the_next_score(api: httpx.Client) -> None:
    assert value(api, "player-001", "days_since_last_activity") > 0.5
    before = value(api, "player-001", "stake_sum_lifetime")
    assert send(api, round_of("player-001", stake=700))["accepted"] == 1
    assert value(api, "player-001", "stake_sum_lifetime") == before + 700
    assert value(api, "player-001", "days_since_last_activity") < 0.01


def test_a_player_is_known_from_the_first_event_on(api: httpx.Client) -> None:
    assert api.post("/v1/score", json={"player_id": "newcomer"}).status_code == 404
    send(api, round_of("newcomer"))
    assert api.post("/v1/score", json={"player_id": "newcomer"}).json()["status"] == "scored"


def test_the_same_event_twice_counts_once(api: httpx.Client) -> None:
    sent = round_of("player-002", stake=50)
    before = value(api, "player-002", "stake_sum_lifetime")
    assert send(api, sent, sent)["items"] == [
        {"position": 0, "status": "accepted"},
        {"position": 1, "status": "duplicate"},
    ]
    assert api.post("/v1/events", json=sent).json()["duplicates"] == 1
    assert value(api, "player-002", "stake_sum_lifetime") == before + 50


def test_an_imported_event_sent_live_again_is_a_duplicate(api: httpx.Client) -> None:
    deposit = event(
        "deposit", "player-000", event_id="e0", source="test", status="approved", amount=5,
        currency="EUR",
    )  # fmt: skip
    assert send(api, deposit)["duplicates"] == 1
    assert send(api, deposit | {"player_id": "player-001"})["quarantined"] == 1


def test_sound_items_of_a_bad_batch_are_kept(api: httpx.Client, place: Path) -> None:
    known = round_of("player-003")
    send(api, known)
    before = value(api, "player-003", "stake_sum_lifetime")
    answer = send(
        api,
        round_of("player-003", stake=11),
        round_of("player-003", stake="11"),
        {**known, "stake_real": 12},
        round_of("player-003", currency="EURO"),
        round_of("player-003", known_at="2026-01-01T00:00:00Z"),
        7,
        round_of("player-003", stake=13),
    )
    assert (answer["accepted"], answer["quarantined"]) == (2, 5)
    told = {item["position"]: item for item in answer["items"] if item["status"] == "quarantined"}
    fields = ["stake_real", "event_id", "currency", "known_at", None]
    assert [told[position].get("field") for position in range(1, 6)] == fields
    assert all(item["reason"] and item["remedy"] for item in told.values())
    assert value(api, "player-003", "stake_sum_lifetime") == before + 24


def test_a_stream_of_lines_keeps_what_is_sound(api: httpx.Client) -> None:
    before = value(api, "player-004", "stake_sum_lifetime")
    lines = [json.dumps(round_of("player-004", stake=1)).encode() for _ in range(1_200)]
    lines[700:700] = [b"{broken", b"", b'"text"']
    answer = api.post("/v1/events", content=b"\n".join(lines), headers=LINES).json()
    assert (answer["accepted"], answer["quarantined"]) == (1_200, 2)
    assert [item["position"] for item in answer["items"]] == [700, 701]
    assert "not readable as JSON" in answer["items"][0]["reason"]
    assert "(byte 1)" in answer["items"][0]["reason"]
    assert value(api, "player-004", "stake_sum_lifetime") == before + 1_200


def test_a_stream_is_told_of_its_first_thousand_faults_and_counts_all(api: httpx.Client) -> None:
    answer = api.post("/v1/events", content=b"\n".join([b"0"] * 1_300), headers=LINES).json()
    assert (answer["quarantined"], len(answer["items"])) == (1_300, 1_000)


@pytest.mark.parametrize(
    ("content", "status", "kind"),
    [
        (b"[1, 2", 400, "application/json"),
        (b"{broken", 400, "application/json"),
        (b"x" * 70_000, 400, "application/x-ndjson"),
        (b"[" + b" " * (1 << 20) + b"]", 413, "application/json"),
        (b"a,b", 415, "text/csv"),
    ],
)
def test_a_body_that_is_no_list_of_events_is_refused(
    api: httpx.Client, content: bytes, status: int, kind: str
) -> None:
    answer = api.post("/v1/events", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert answer.json()["remedy"]


def test_a_parameter_that_is_not_known_is_refused_with_the_known_one(api: httpx.Client) -> None:
    refused = api.post("/v1/events?maping=generic", json=round_of("player-006"))
    told = refused.json()
    assert (refused.status_code, told["field"], told["value"]) == (400, "maping", "generic")
    assert "mapping" in told["remedy"]


def test_a_mapping_takes_a_vendors_own_json(api: httpx.Client, place: Path) -> None:
    (place / "mappings").mkdir(exist_ok=True)
    (place / "mappings" / "vendor.yaml").write_text(MAPPING)
    sent = [
        {"id": "v1", "who": "player-005", "at": "2026-01-31T00:01:00Z", "kind": "BET", "eur": 2.5},
        {"id": "v2", "who": "player-005", "at": "2026-01-31T00:01:00Z", "kind": "PING"},
        {"id": "v3", "who": "player-005", "at": "soon", "kind": "BET", "eur": 1},
    ]
    before = value(api, "player-005", "stake_sum_lifetime")
    answer = api.post("/v1/events?mapping=vendor", json=sent).json()
    statuses = [item["status"] for item in answer["items"]]
    assert statuses == ["accepted", "ignored", "quarantined"]
    assert answer["items"][2]["field"] == "at"
    assert value(api, "player-005", "stake_sum_lifetime") == before + 250
    assert api.post("/v1/events?mapping=vendor", json=sent[0]).json()["duplicates"] == 1
    (place / "mappings" / "dollars.yaml").write_text(MAPPING.replace("EUR", "USD"))
    for name in ("unheard", "../vendor", "dollars"):
        refused = api.post("/v1/events", params={"mapping": name}, json=sent)
        assert refused.status_code == 404, name


MAPPING = """
source: vendor
base_currency: EUR
timezone: UTC
activity: ["casino.round:settled"]
money: {unit: major}
fields:
  event_id: {column: id}
  player_id: {column: who}
  brand_id: {constant: brand}
  jurisdiction: {constant: MT}
  occurred_at: {column: at}
  known_at: {delay: 0s}
  currency: {constant: EUR}
rules:
  - when: {kind: PING}
    ignore: true
  - when: {kind: BET}
    event_type: casino.round
    fields:
      state: {constant: settled}
      game_type: {constant: slot}
      stake_real: {column: eur}
"""


def test_a_second_service_on_the_place_is_refused_with_the_remedy(
    live: Running, place: Path
) -> None:
    second = subprocess.run(
        under_granian(place, free_port()),
        env=environment(PLAYER_DEMO="true"), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert second.returncode == 1
    assert "another process writes" in second.stderr
    assert "on another place" in second.stderr


def test_a_full_queue_refuses_whole_requests_but_never_a_protection(api: httpx.Client) -> None:
    def flood(number: int) -> httpx.Response:
        events: list[dict[str, Any]] = [round_of(f"flood-{number % 7}") for _ in range(2_000)]
        if number % 10 == 0:
            events.append(event("exclusion", f"flood-{number}", exclusion_kind="timeout"))
        body = "\n".join(json.dumps(one) for one in events).encode()
        return api.post("/v1/events", content=body, headers=LINES, timeout=120)

    requests = 3 * MOST_QUEUED // 2_000
    with ThreadPoolExecutor(requests) as pool:
        answers = list(pool.map(flood, range(requests)))
    counted = Counter(answer.status_code for answer in answers)
    assert set(counted) <= {200, 503}
    assert all(answers[number].status_code == 200 for number in range(0, requests, 10))
    for answer in answers:
        if answer.status_code == 503:
            assert answer.headers["Retry-After"] == "1"
            assert "none of this request was taken" in answer.json()["detail"]


def test_a_request_longer_than_the_queue_is_taken_where_nothing_waits(api: httpx.Client) -> None:
    answer = api.post("/v1/events", json=[0] * (MOST_QUEUED + 1), timeout=120)
    assert answer.json()["quarantined"] == MOST_QUEUED + 1
