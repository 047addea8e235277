"""What a record tells of an account and of the person's others."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.live_batch import create_batch_tables
from features.live_state import apply_events
from features.player_facts import Fact
from features.player_record import PlayerRecord, ProtectiveStep, read_record
from features.protection import protected_players
from features.state_schema import SCHEMA, Sources, StateFacts, write_facts
from features.tile_sql import LAYOUT_VERSION

PLAYERS = ("a", "b", "c")
Told = dict[str, Any]

_SOURCES = Sources(coverage=frozenset(), activity=frozenset(), base_currency="EUR")
_EXCLUSIONS = ("timeout", "self_exclusion", "register", "operator", "reinstatement")
_STATUSES = ("active", "blocked", "restricted", "closed")


@contextmanager
def empty_state() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as con:
        con.executescript(SCHEMA)
        write_facts(con, StateFacts(LAYOUT_VERSION, 0, 0, 0, _SOURCES))
        create_batch_tables(con)
        yield con


def apply(con: sqlite3.Connection, told: Sequence[Told], batch: int = 1) -> None:
    """Apply events in the order told, each known later than those before, as the log has them."""
    for begin in range(0, len(told), batch):
        rows = [
            {"known_at": 1000 + begin + number, "is_test": False, "is_activity": False, **one}
            for number, one in enumerate(told[begin : begin + batch])
        ]
        apply_events(con, rows, begin + 1)


def record_of(player: str, *told: Told) -> PlayerRecord:
    with empty_state() as con:
        apply(con, told)
        return read_record(con, player)


def event(event_type: str, player: str, at: int = 1, **fields: Any) -> Told:
    return {"event_type": event_type, "player_id": player, "occurred_at": at, **fields}


_news = st.one_of(
    st.builds(lambda kind: {"event_type": "exclusion", "exclusion_kind": kind},
              st.sampled_from(_EXCLUSIONS)),
    st.just({"event_type": "exclusion", "exclusion_kind": "reinstatement", "register": "GAMSTOP"}),
    st.builds(lambda status: {"event_type": "player.status_changed", "status": status},
              st.sampled_from(_STATUSES)),
    st.just({"event_type": "limit", "action": "decrease", "limit_kind": "loss"}),
    st.just({"event_type": "person.linked"}),
)  # fmt: skip


@st.composite
def _events(draw: st.DrawFn) -> Told:
    person = draw(st.none() | st.sampled_from(["ann", "bob"]))
    news: Told = draw(_news)
    return news | {
        "player_id": draw(st.sampled_from(PLAYERS)),
        "occurred_at": draw(st.integers(0, 6)),
        **({"person_id": person} if person else {}),
    }


@given(st.lists(_events(), max_size=14), st.integers(1, 5))
def test_something_is_in_force_exactly_where_the_player_is_protected(
    told: list[Told], batch: int
) -> None:
    with empty_state() as con:
        apply(con, told, batch)
        asked = f"{protected_players()} SELECT player_id FROM protected"
        protected = {player for (player,) in con.execute(asked, {"cutoff": 2**60})}
        for player in PLAYERS:
            record = read_record(con, player)
            assert record.protected == (player in protected)
            assert bool(record.in_force()) == record.protected


@given(st.permutations([
    event("exclusion", "a", 1, exclusion_kind="timeout"),
    event("exclusion", "a", 3, exclusion_kind="reinstatement"),
    event("exclusion", "a", 5, exclusion_kind="self_exclusion"),
]))  # fmt: skip
def test_what_happened_last_or_was_learnt_last_holds(told: list[Told]) -> None:
    causes = {step.cause for step in record_of("a", *told).in_force()}
    learnt = [one["exclusion_kind"] for one in told]
    timeout_after = learnt.index("timeout") > learnt.index("reinstatement")
    assert causes == {"self_exclusion"} | ({"timeout"} if timeout_after else set())


def test_a_register_is_lifted_by_a_reinstatement_that_names_it_and_by_no_other() -> None:
    told = [
        event("exclusion", "a", 1, exclusion_kind="register", register="GAMSTOP"),
        event("exclusion", "a", 2, exclusion_kind="timeout"),
        event("exclusion", "a", 3, exclusion_kind="reinstatement"),
    ]
    record = record_of("a", *told)
    assert ([step.cause for step in record.in_force()], record.protected) == (["register"], True)
    named = {"exclusion_kind": "reinstatement", "register": "GAMSTOP"}
    assert not record_of("a", *told, event("exclusion", "a", 4, **named)).protected


def test_a_reinstatement_lifts_nothing_before_it_takes_effect() -> None:
    told = [
        event("exclusion", "a", 1, exclusion_kind="self_exclusion"),
        event("exclusion", "a", 2, exclusion_kind="reinstatement", effective_from=1_003),
    ]
    assert record_of("a", *told).protected
    later = [event("support.contact", "a", at, topic="other") for at in (3, 4, 5)]
    assert record_of("a", *told, *later).protected
    assert not record_of("a", *told, *later, event("limit", "a", 6, action="decrease",
                                                  limit_kind="loss")).protected  # fmt: skip


def test_an_exclusion_reaches_the_persons_other_accounts_and_a_block_only_its_own() -> None:
    told = [
        event("person.linked", "a", person_id="ann"),
        event("player.status_changed", "b", 2, status="blocked", person_id="ann"),
        event("exclusion", "c", 3, exclusion_kind="timeout", person_id="ann"),
    ]
    record = record_of("a", *told)
    assert (record.person_id, record.accounts) == ("ann", ("a", "b", "c"))
    assert record.in_force() == [ProtectiveStep("c", True, False, "timeout", 3, 1002, True)]
    assert [step.cause for step in record_of("b", *told).in_force()] == ["blocked", "timeout"]
    assert not record_of("a", *told[:2]).protected


def test_an_exclusion_that_names_no_person_reaches_the_other_accounts() -> None:
    record = record_of(
        "a",
        event("person.linked", "a", person_id="ann"),
        event("person.linked", "b", person_id="ann"),
        event("exclusion", "b", 2, exclusion_kind="timeout"),
    )
    assert record.protected
    assert [step.cause for step in record.in_force()] == ["timeout"]


def test_the_person_linked_last_names_the_account_and_every_person_brings_accounts() -> None:
    record = record_of(
        "a",
        event("person.linked", "a", 9, person_id="ann"),
        event("person.linked", "b", 9, person_id="ann"),
        event("person.linked", "a", 1, person_id="bob"),
        event("person.linked", "c", 1, person_id="bob"),
        event("person.linked", "d", 1, person_id="carl"),
    )
    assert (record.person_id, record.accounts) == ("bob", ("a", "b", "c"))


def test_a_stranger_has_an_empty_record() -> None:
    record = record_of("stranger", event("person.linked", "a", person_id="ann"))
    assert (record.person_id, record.accounts) == (None, ("stranger",))
    assert (record.own, record.steps, record.currencies) == ({}, (), ())
    assert not record.protected


@given(st.permutations(range(4)))
def test_the_latest_fact_is_that_of_any_account_whatever_order_news_came_in(
    order: list[int],
) -> None:
    told = [
        event("rg.review", "a", 1, status="open", person_id="ann"),
        event("rg.review", "b", 7, status="cleared", person_id="ann"),
        event("rg.review", "a", 5, status="needs_review", person_id="ann"),
        event("rg.review", "c", 9, status="upheld"),
    ]
    record = record_of("a", *(told[number] for number in order))
    assert record.latest("rg_review") == Fact("cleared", 7)
    assert record.own["rg_review"] == Fact("needs_review", 5)
    assert record.latest("profiling") is None


@pytest.mark.parametrize(
    ("told", "holds"),
    [
        ([("a", 1, True), ("b", 2, False), ("c", 3, True)], Fact("withdrawn", 2)),
        ([("a", 1, True), ("b", 2, False), ("a", 3, True)], Fact("granted", 3)),
        ([("a", 2, True), ("b", 2, False)], Fact("withdrawn", 2)),
        ([("a", 1, False), ("b", 2, True)], Fact("withdrawn", 1)),
        ([("b", 2, False)], Fact("withdrawn", 2)),
        ([("b", 2, True)], None),
    ],
)
def test_another_accounts_refusal_counts_and_its_permission_does_not(
    told: list[tuple[str, int, bool]], holds: Fact | None
) -> None:
    record = record_of(
        "a",
        event("person.linked", "a", person_id="ann"),
        *(
            event("consent", player, at, purpose="marketing", channel="email", granted=granted,
                  person_id="ann")
            for player, at, granted in told
        ),
    )  # fmt: skip
    assert record.own_or_refused("consent/*/email", "withdrawn") == holds


def test_currencies_are_told_the_latest_first() -> None:
    moved = [
        event("deposit", "a", at, status="approved", amount=5, amount_base=5, currency=currency)
        for at, currency in ((4, "SEK"), (2, "EUR"))
    ]
    assert record_of("a", *moved).currencies == ("SEK", "EUR")


def test_who_shares_a_person_with_one_who_shares_another_is_the_same_person() -> None:
    told = [
        event("person.linked", "a", person_id="ann"),
        event("person.linked", "b", person_id="ann"),
        event("person.linked", "b", person_id="bob"),
        event("person.linked", "c", person_id="bob"),
        event("exclusion", "c", 2, exclusion_kind="timeout"),
    ]
    for order in (told, told[::-1]):
        for player in ("a", "b", "c"):
            record = record_of(player, *order)
            assert (record.accounts, record.protected) == (("a", "b", "c"), True)
            assert [step.cause for step in record.in_force()] == ["timeout"]
