"""Decisions and outcomes over HTTP: safe, once for each request, told to whom may know."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from serving.decisions.engine import open_engine
from serving.decisions.outbox import Outbox
from serving.decisions.store import DecisionStore
from tests.serving.deciding import decide, lapsing, service
from tests.serving.live import event, round_of, send
from tests.serving.processes import KEY

pytest_plugins = ["tests.serving.deciding_service"]

_numbers = itertools.count()


@pytest.fixture(scope="module")
def store(deciding: object, deciding_place: Path) -> Iterator[DecisionStore]:
    engine = open_engine(f"sqlite:///{deciding_place}/decisions.sqlite")
    yield DecisionStore(engine)
    engine.dispose()


def somebody(api: httpx.Client, **own: Any) -> str:
    """A new player who may be offered something."""
    player = f"lapsing-{next(_numbers)}"
    send(api, *lapsing(player, **own))
    return player


def offer(api: httpx.Client) -> str:
    """The id of a decision for an offer; of several draws one is."""
    answers = (decide(api, somebody(api)) for _ in range(20))
    return str(next(answer["decision_id"] for answer in answers if answer["kind"] == "offer"))


def told_of(store: DecisionStore, player: str) -> list[dict[str, Any]]:
    """What the outbox tells of decisions about a player."""
    entries = Outbox(store._engine).pending(100_000)
    return [one.content() for one in entries if (one.player_id, one.kind) == (player, "decision")]


def test_a_consenting_adult_who_lapses_may_get_an_offer(
    plain: httpx.Client, store: DecisionStore
) -> None:
    answers = [decide(plain, somebody(plain)) for _ in range(6)]
    offers = [answer for answer in answers if answer["kind"] == "offer"]
    assert offers
    for answer in answers:
        chances = {one["action"]: one["probability"] for one in answer["distribution"]}
        assert answer["action_probability"] == chances[answer["action"]]
        assert answer["suppressed"] is None
        assert abs(sum(chances.values()) - 1) < 1e-9
        assert list(chances) == answer["eligible"]
        assert {one["rule_id"] for one in answer["reasons"]} <= {"policy.best", "policy.explored"}
        assert (answer["excluded"], answer["models"]) == ([], {"churn": "1"})
    for answer in offers:
        assert answer["channel"] == "email"
        (told,) = told_of(store, answer["player_id"])
        assert told["decision_id"] == answer["decision_id"]
        assert "reasons" not in told


def test_after_an_offer_the_cap_is_told_to_everybody(plain: httpx.Client) -> None:
    player = somebody(plain)
    answers = [decide(plain, player) for _ in range(8)]
    assert sum(answer["kind"] == "offer" for answer in answers) == 1
    assert answers[-1]["action"] == "no_offer"
    assert "cap.day" in {one["rule_id"] for one in answers[-1]["reasons"]}


def test_why_nothing_is_offered_is_for_compliance_alone(
    plain: httpx.Client, compliance: httpx.Client
) -> None:
    player = somebody(plain)
    send(plain, event("exclusion", player, exclusion_kind="self_exclusion"))
    told = decide(plain, player)
    assert (told["kind"], told["action"], told["suppressed"]) == ("none", "no_offer", "protection")
    hidden = ("distribution", "eligible", "excluded", "reasons", "models")
    assert not any(told[name] for name in hidden)
    seen = decide(compliance, player)
    assert "gate.excluded" in {one["rule_id"] for one in seen["reasons"]}
    assert all("gate.excluded" in one["rule_ids"] for one in seen["excluded"])
    path = f"/v1/decisions/{told['decision_id']}"
    refused = plain.get(path)
    assert (refused.status_code, bool(refused.json()["remedy"])) == (403, True)
    assert compliance.get(path).json()["reasons"] == seen["reasons"]
    assert compliance.get("/v1/decisions/nothing").status_code == 404


@pytest.mark.parametrize(
    "protecting",
    [
        {"event_type": "rg.flag", "rule_id": "r", "strong": True},
        {"event_type": "player.status_changed", "status": "blocked"},
        {"event_type": "player.status_changed", "status": "restricted"},
        {"event_type": "support.contact", "topic": "rg_disclosure"},
        {"event_type": "consent", "purpose": "profiling", "channel": "any", "granted": False},
    ],
)
def test_a_plain_key_sees_every_protection_alike(
    plain: httpx.Client, protecting: dict[str, Any]
) -> None:
    player = somebody(plain)
    send(plain, event(player=player, minutes=2, **protecting))
    told = decide(plain, player)
    for name in ("decision_id", "player_id", "decided_at", "valid_until", "policy_version"):
        del told[name]
    assert told == {
        "mode": "live", "kind": "none", "action": "no_offer", "channel": None,
        "action_probability": 1.0, "explored": False, "suppressed": "protection",
        "distribution": [], "eligible": [], "excluded": [], "reasons": [], "models": {},
    }  # fmt: skip


def test_what_happened_to_a_player_lately_is_told_to_compliance_alone(
    plain: httpx.Client, compliance: httpx.Client
) -> None:
    """It leaves offers open, but nothing to chance."""
    player = somebody(plain)
    send(plain, event("limit", player, action="decrease", limit_kind="loss", period="7d"))
    for api, rules in ((plain, {"policy.best"}), (compliance, {"policy.outside_support"})):
        found = {one["rule_id"] for one in decide(api, player, mode="dry_run")["reasons"]}
        assert rules <= found
        assert ("policy.outside_support" in found) == (api is compliance)


def test_a_request_is_decided_once(plain: httpx.Client, store: DecisionStore) -> None:
    player, other = somebody(plain), somebody(plain)
    first = decide(plain, player, request_id=(request_id := f"of-{player}"))
    assert decide(plain, player, request_id=request_id) == first
    with ThreadPoolExecutor(4) as pool:
        same = list(pool.map(lambda _: decide(plain, other, request_id="at-once"), range(4)))
    assert len({one["decision_id"] for one in same}) == 1
    for asked in ({"player_id": other}, {"player_id": player, "mode": "dry_run"}):
        answer = plain.post("/v1/decisions", json={"request_id": request_id, **asked})
        assert (answer.status_code, answer.json()["field"]) == (409, "request_id")
        assert answer.json()["remedy"]
    assert len(told_of(store, player)) <= 1


def test_a_dry_run_is_stored_and_nothing_follows(plain: httpx.Client, store: DecisionStore) -> None:
    player = somebody(plain)
    answers = [decide(plain, player, mode="dry_run") for _ in range(5)]
    assert [answer["kind"] for answer in answers].count("offer") >= 2
    assert told_of(store, player) == []
    assert all(store.get(answer["decision_id"]).mode == "dry_run" for answer in answers)


def test_an_outcome_counts_once(plain: httpx.Client) -> None:
    decision = offer(plain)
    sent = {
        "outcome_id": f"o-{decision}", "decision_id": decision, "kind": "claimed",
        "occurred_at": "2026-01-31T01:05:00+01:00", "amount_minor": 100, "currency": "EUR",
    }  # fmt: skip

    def report(**other: Any) -> httpx.Response:
        return plain.post("/v1/outcomes", json=sent | other)

    assert [report().json()["status"] for _ in range(2)] == ["accepted", "duplicate"]
    assert report(occurred_at="2026-01-31T00:05:00Z").json()["status"] == "duplicate"
    assert report(amount_minor=101).status_code == 409
    unknown = report(outcome_id="other", decision_id="nothing")
    assert (unknown.status_code, unknown.json()["field"]) == (404, "decision_id")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("decisions", {}, "player_id"),
        ("decisions", {"player_id": 7}, "player_id"),
        ("decisions", {"player_id": "a", "mode": "wet"}, "mode"),
        ("decisions", {"player_id": "a", "request_id": "a b"}, "request_id"),
        ("decisions", {"player_id": "a", "why": 1}, "why"),
        ("outcomes", {"kind": "eaten"}, "kind"),
        ("outcomes", {"occurred_at": "soon"}, "occurred_at"),
        ("outcomes", {"occurred_at": "2026-01-31T00:05:00"}, "occurred_at"),
        ("outcomes", {"amount_minor": 2**53 + 1, "currency": "EUR"}, "amount_minor"),
        ("outcomes", {"amount_minor": -5, "currency": "EUR"}, "amount_minor"),
        ("outcomes", {"amount_minor": 1}, None),
    ],
)
def test_a_wrong_body_is_told_with_the_field_and_what_to_do(
    plain: httpx.Client, path: str, body: dict[str, Any], field: str | None
) -> None:
    sound = {
        "outcome_id": "o", "decision_id": "d", "kind": "sent",
        "occurred_at": "2026-01-31T00:05:00Z",
    }  # fmt: skip
    answer = plain.post(f"/v1/{path}", json=body if path == "decisions" else sound | body)
    told = answer.json()
    assert (answer.status_code, told.get("field")) == (400, field)
    assert told["detail"]
    assert told["remedy"]


def test_a_wrong_choice_is_told_with_what_there_is_to_choose(plain: httpx.Client) -> None:
    told = plain.post("/v1/decisions", json={"player_id": "a", "mode": "wet"}).json()
    assert told["remedy"] == "Send one of: dry_run, live."


def test_two_decisions_at_once_never_offer_twice(plain: httpx.Client) -> None:
    for person in ("p0", "p1", "p2", "p3"):
        account, sister = somebody(plain, person_id=person), somebody(plain, person_id=person)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda of: decide(plain, of), [account, sister] * 4))
        assert sum(answer["kind"] == "offer" for answer in answers) <= 1


def test_a_process_that_takes_no_events_offers_nothing(
    deciding: object, deciding_place: Path, plain: httpx.Client, compliance: httpx.Client
) -> None:
    player = somebody(plain)
    send(plain, round_of("another", minutes=4))
    with service(deciding_place, PLAYER_EVENTS="false") as process:
        process.wait_until_ready()
        with httpx.Client(base_url=process.url, headers=compliance.headers, timeout=20) as api:
            found = decide(api, player)
            assert "gate.stale_state" in {one["rule_id"] for one in found["reasons"]}
            api.headers["Authorization"] = f"Bearer {KEY}"
            assert decide(api, player)["suppressed"] == "protection"
