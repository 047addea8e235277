"""Decisions come back as they went in, once for each request, and outcomes count once."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from sqlalchemy import Engine, update

from campaigns.decision import ActionKind
from campaigns.player_state import Past
from serving.decisions.engine import writing
from serving.decisions.faults import (
    DecisionDiffers,
    OutcomeDiffers,
    OutcomeImpossible,
    RequestTaken,
    UnknownDecision,
)
from serving.decisions.outbox import Outbox
from serving.decisions.outcomes import Outcome, OutcomeKind
from serving.decisions.store import DecisionStore
from serving.decisions.stored_decision import Mode
from serving.decisions.tables import decisions
from serving.errors import InvalidRequest
from tests.serving.decisions import cases
from tests.serving.decisions.cases import LOCK, NOON_US, record


def test_state_and_decision_come_back_to_the_byte(store: DecisionStore) -> None:
    of = cases.state("anna")
    decided = cases.decision(of)
    recorded = store.record(of, decided, request_id="r", lock_digest=LOCK, mode="live")
    read = store.get(of.decision_id)
    assert read == recorded == store.of_request("r")
    assert read.is_intact
    assert (read.read_state(), read.read_decision()) == (of, decided)


@pytest.mark.parametrize("column", ["state", "decision", "policy_version", "lock_digest"])
def test_what_was_changed_afterwards_is_seen(
    store: DecisionStore, engine: Engine, column: str
) -> None:
    stored = record(store)
    value = getattr(stored, column)
    changed = value.replace(b"1", b"2") if isinstance(value, bytes) else value + "1"
    with writing(engine) as connection:
        connection.execute(update(decisions).values({column: changed}))
    assert not store.get(stored.decision_id).is_intact


def test_an_unknown_id_is_a_fault(store: DecisionStore) -> None:
    with pytest.raises(UnknownDecision):
        store.get("nothing")
    assert store.of_request("nothing") is None


def test_a_repeated_request_has_the_first_decision(store: DecisionStore, engine: Engine) -> None:
    first = record(store, request_id="r")
    assert record(store, request_id="r", action="offer-2") == first
    assert store.iterate(None, 10) == (first,)
    assert len(Outbox(engine).pending(10)) == 1


@pytest.mark.parametrize(("player", "mode"), [("bela", "live"), ("anna", "dry_run")])
def test_a_request_id_of_something_else_is_refused(
    store: DecisionStore, player: str, mode: Mode
) -> None:
    record(store, "anna", request_id="r")
    with pytest.raises(RequestTaken):
        record(store, player, request_id="r", mode=mode)


def test_the_same_decision_is_stored_once_and_another_of_its_id_refused(
    store: DecisionStore, engine: Engine
) -> None:
    first = record(store, decision_id="d")
    assert record(store, decision_id="d") == first
    with pytest.raises(DecisionDiffers, match="decision d is stored with other content"):
        record(store, decision_id="d", action="offer-2")
    assert len(Outbox(engine).pending(10)) == 1


def test_a_decision_from_another_state_is_refused(store: DecisionStore) -> None:
    of, other = cases.state("anna"), cases.state("anna")
    with pytest.raises(ValueError, match="taken from another state"):
        store.record(of, cases.decision(other), request_id=None, lock_digest=LOCK, mode="live")


def test_threads_that_write_at_once_each_have_their_own_answer(store: DecisionStore) -> None:
    record(store, "other", request_id="taken")

    def ask(number: int) -> str:
        if number % 10 == 0:
            with pytest.raises(RequestTaken):
                record(store, "anna", request_id="taken")
            return "refused"
        return record(store, f"p{number}", request_id=f"r{number % 50}{number // 100}").player_id

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(50)))
    assert answers == [f"p{n}" if n % 10 else "refused" for n in range(50)]
    assert len(store.iterate(None, 100)) == 46


def test_content_that_a_database_refuses_is_the_fault_of_one_alone(
    store: DecisionStore, engine: Engine
) -> None:
    """Postgres holds no text with a NUL."""
    with ThreadPoolExecutor(8) as pool:
        asked = [
            pool.submit(record, store, "anna", request_id=f"{n}\0" if n == 5 else f"{n}")
            for n in range(30)
        ]
        faults = [n for n, answer in enumerate(asked) if answer.exception()]
    assert faults == ([] if engine.dialect.name == "sqlite" else [5])
    assert len(store.iterate(None, 100)) == 30 - len(faults)


def test_all_decisions_are_walked_in_portions(store: DecisionStore) -> None:
    ids = ["B", "a", "_", "b", "Ä"]
    for decision_id in ids:
        record(store, decision_id=decision_id)
    walked: list[str] = []
    while portion := store.iterate(walked[-1] if walked else None, 2):
        walked += [each.decision_id for each in portion]
    assert walked == sorted(ids)


def outcome(outcome_id: str, decision_id: str, kind: OutcomeKind = "sent") -> Outcome:
    return Outcome(
        outcome_id=outcome_id, decision_id=decision_id, kind=kind, occurred_at_us=NOON_US + 5
    )


def test_an_outcome_counts_once(store: DecisionStore) -> None:
    stored = record(store)
    sent = outcome("o", stored.decision_id)
    assert store.add_outcome(sent, received_at_us=NOON_US + 6)
    assert not store.add_outcome(sent, received_at_us=NOON_US + 7)
    with pytest.raises(OutcomeDiffers) as fault:
        store.add_outcome(outcome("o", stored.decision_id, "failed"), received_at_us=NOON_US + 8)
    assert fault.value.value == "o"


def test_an_outcome_of_an_unknown_decision_is_refused(store: DecisionStore) -> None:
    with pytest.raises(UnknownDecision):
        store.add_outcome(outcome("o", "nothing"), received_at_us=NOON_US)


_MINUTE_US = 60_000_000


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("occurred_at", {"occurred_at_us": NOON_US - 6 * _MINUTE_US}),
        ("occurred_at", {"occurred_at_us": NOON_US + 66 * _MINUTE_US}),
        ("occurred_at", {"occurred_at_us": -(2**56)}),
        ("currency", {"amount_minor": 1, "currency": "QQQ"}),
    ],
)
def test_an_outcome_out_of_time_or_in_no_currency_is_refused_alone(
    store: DecisionStore, field: str, wrong: dict[str, int | str]
) -> None:
    """An hour after the decision, by clocks that may differ by five minutes."""
    sent, now_us = outcome("o", record(store).decision_id), NOON_US + 60 * _MINUTE_US
    with pytest.raises((InvalidRequest, OutcomeImpossible)) as fault:
        store.add_outcome(msgspec.structs.replace(sent, **wrong), received_at_us=now_us)
    assert (fault.value.field, bool(fault.value.remedy)) == (field, True)
    for minutes in (-4, 64):
        other = {"outcome_id": f"{minutes}", "occurred_at_us": NOON_US + minutes * _MINUTE_US}
        assert store.add_outcome(msgspec.structs.replace(sent, **other), received_at_us=now_us)


def test_only_a_live_offer_is_claimed_and_why_not_tells_of_no_protection(
    store: DecisionStore,
) -> None:
    def refused(kind: OutcomeKind, what: ActionKind, mode: Mode = "live") -> OutcomeImpossible:
        sent = outcome("o", record(store, kind=what, mode=mode).decision_id, kind)
        with pytest.raises(OutcomeImpossible) as fault:
            store.add_outcome(sent, received_at_us=NOON_US)
        return fault.value

    nothing, intervention = refused("claimed", "none"), refused("claimed", "intervention")
    assert (nothing.detail, nothing.remedy) == (intervention.detail, intervention.remedy)
    assert nothing.detail == "The decision was no offer, and nothing else can be claimed."
    assert "dry run" in refused("sent", "offer", "dry_run").detail
    delivered = outcome("d", record(store, kind="intervention").decision_id, "delivered")
    assert store.add_outcome(delivered, received_at_us=NOON_US)


def test_an_outcome_that_many_threads_report_is_new_to_one(store: DecisionStore) -> None:
    sent = outcome("o", record(store).decision_id)
    with ThreadPoolExecutor(8) as pool:
        added = pool.map(lambda at: store.add_outcome(sent, received_at_us=at), range(40))
        assert sum(added) == 1


def test_an_amount_has_a_currency() -> None:
    with pytest.raises(ValueError, match="belong together"):
        Outcome(outcome_id="o", decision_id="d", kind="claimed", occurred_at_us=1, amount_minor=1)


def test_the_past_is_what_may_have_reached_the_person(store: DecisionStore) -> None:
    def at(hour: int, player: str = "anna", **how: object) -> str:
        stored = record(store, player, action=f"h{hour}", at_us=NOON_US + hour, **how)  # type: ignore[arg-type]
        return stored.decision_id

    at(-1)
    at(3, kind="intervention")
    at(0)
    at(1, "annas-other-account")
    at(2, "bela")
    at(4, mode="dry_run")
    at(5, kind="none")
    for kind, decision_id in {"suppressed": at(6), "failed": at(7)}.items():
        store.add_outcome(outcome(kind, decision_id, kind), received_at_us=NOON_US)  # type: ignore[arg-type]
    retried = at(8)
    store.add_outcome(outcome("first", retried, "failed"), received_at_us=NOON_US)
    store.add_outcome(outcome("then", retried, "sent"), received_at_us=NOON_US)

    assert store.past(["anna", "annas-other-account"], NOON_US) == (
        Past(kind="offer", action="h0", at_us=NOON_US),
        Past(kind="offer", action="h1", at_us=NOON_US + 1),
        Past(kind="intervention", action="h3", at_us=NOON_US + 3),
        Past(kind="offer", action="h8", at_us=NOON_US + 8),
    )
    assert store.past([], NOON_US) == ()
