"""What follows from a decision is told in order, until it is delivered."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import Engine

from campaigns.decision import ActionKind
from serving.decisions.engine import writing
from serving.decisions.outbox import NewEntry, Outbox, put
from serving.decisions.store import DecisionStore
from serving.decisions.stored_decision import Mode
from tests.serving.decisions.cases import NOON_US, record


@pytest.mark.parametrize("kind", ["offer", "intervention"])
def test_a_decision_is_told_without_its_reasons(
    store: DecisionStore, engine: Engine, kind: ActionKind
) -> None:
    stored = record(store, kind=kind)
    (entry,) = Outbox(engine).pending(10)
    assert (entry.player_id, entry.kind, entry.created_at_us) == ("anna", "decision", NOON_US)
    assert entry.content() == {
        "decision_id": stored.decision_id,
        "player_id": "anna",
        "at_us": NOON_US,
        "kind": kind,
        "action": "offer-1",
        "action_probability": 1 / 3,
        "channel": "email",
        "policy_version": "policy-1",
        "valid_until_us": NOON_US + 1,
    }


@pytest.mark.parametrize(("kind", "mode"), [("none", "live"), ("offer", "dry_run")])
def test_nothing_is_told_where_nothing_is_to_follow(
    store: DecisionStore, engine: Engine, kind: ActionKind, mode: Mode
) -> None:
    record(store, kind=kind, mode=mode)
    assert Outbox(engine).pending(10) == ()


def test_entries_come_in_order_until_they_are_delivered(
    store: DecisionStore, engine: Engine
) -> None:
    ids = [record(store, player).decision_id for player in ("anna", "bela", "anna", "carl")]
    box = Outbox(engine)

    def pending(limit: int = 10, without: tuple[str, ...] = ()) -> list[str]:
        entries = box.pending(limit, without=without)
        return [entry.content()["decision_id"] for entry in entries]

    assert pending() == ids
    assert pending(limit=1, without=("anna",)) == [ids[1]]
    first, second, *_ = box.pending(10)
    box.mark_delivered([second.outbox_id, first.outbox_id], NOON_US)
    box.mark_delivered([first.outbox_id, 12345], NOON_US + 1)
    box.mark_delivered([], NOON_US)
    assert pending() == ids[2:]


def entry(key: str, player_id: str) -> NewEntry:
    return NewEntry(
        player_id=player_id, kind="decision", key=key, payload=b"{}", created_at_us=NOON_US
    )


def test_an_entry_waits_for_those_of_its_player_before_it(engine: Engine) -> None:
    """Numbers are given before the commit: without the wait, the later one could be seen first."""

    def put_second() -> None:
        with writing(engine) as connection:
            put(connection, [entry("second", "anna")])

    with ThreadPoolExecutor(1) as pool:
        with writing(engine) as connection:
            put(connection, [entry("first", "anna"), entry("of another", "bela")])
            second = pool.submit(put_second)
            assert not wait([second], timeout=0.5).done
            assert Outbox(engine).pending(10) == ()
        second.result()
    keys = [each.key for each in Outbox(engine).pending(10)]
    assert keys == ["first", "of another", "second"]


def test_what_was_put_in_once_is_not_put_in_again(engine: Engine) -> None:
    for _ in range(2):
        with writing(engine) as connection:
            put(connection, [entry("a", "anna"), entry("b", "anna")])
    assert [each.key for each in Outbox(engine).pending(10)] == ["a", "b"]
