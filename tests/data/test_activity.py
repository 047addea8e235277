import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.activity import Activity
from data.contract import fields_of
from data.coverage import state_field
from data.events import EVENT_TYPES

STATES = [
    (event_type, str(state))
    for event_type in EVENT_TYPES
    if (field := state_field(event_type))
    for state in fields_of(event_type)[field].choices
]


@pytest.mark.parametrize(
    ("event_type", "state", "counts"),
    [
        ("casino.round", "settled", True),
        ("casino.round", "open", False),
        ("casino.round", None, False),
        ("bingo.ticket", None, True),
        ("withdrawal", "paid", True),
        ("deposit", "settled", False),
    ],
)
def test_a_state_counts_alone_and_a_type_in_every_state(
    event_type: str, state: str | None, counts: bool
) -> None:
    activity = Activity.of(["casino.round:settled", "bingo.ticket", "withdrawal"])
    assert activity.counts(event_type, state) == counts


def test_words_that_name_no_event_are_left_out() -> None:
    told = ["none", "real-money play", "deposit:approved", "deposits:approved", ""]
    assert Activity.of(told).tokens == {"deposit:approved"}


@given(st.sets(st.sampled_from(STATES)))
def test_what_counts_are_the_states_that_were_named(named: set[tuple[str, str]]) -> None:
    activity = Activity.of(":".join(one) for one in named)
    assert {one for one in STATES if activity.counts(*one)} == named
