from pathlib import Path

from data.contract import fields_of
from data.coverage import coverage, state_field
from data.events import EVENT_TYPES
from tests.data.imports import changed, mapping_of

STATUS = "{column: state, values: {OK: approved, NO: declined}}"


def tokens(folder: Path, *changes: tuple[str, str]) -> frozenset[str]:
    return coverage(mapping_of(folder, changed(*changes)))


def test_types_filled_fields_and_possible_states_are_covered(tmp_path: Path) -> None:
    assert tokens(tmp_path) == {
        "deposit", "deposit.status", "deposit.amount", "deposit:approved", "deposit:declined",
    }  # fmt: skip


def states(folder: Path, *changes: tuple[str, str]) -> set[str]:
    unstated = ("activity: deposit:approved", "activity: deposit")
    found = tokens(folder, unstated, *changes)
    return {token.partition(":")[2] for token in found if ":" in token}


def test_a_filter_on_the_status_column_narrows_the_states(tmp_path: Path) -> None:
    assert states(tmp_path, ("{kind: DEP}", "{kind: DEP, state: OK}")) == {"approved"}


def test_a_column_of_the_contracts_own_words_can_have_every_state(tmp_path: Path) -> None:
    own_words = (STATUS, "{column: state}")
    assert states(tmp_path, own_words) == set(fields_of("deposit")["status"].choices)
    some = ("{kind: DEP}", "{kind: DEP, state: [declined, x]}")
    assert states(tmp_path, own_words, some) == {"declined"}


def test_what_other_and_missing_texts_mean_is_covered_too(tmp_path: Path) -> None:
    rest = "{column: state, values: {OK: approved}, otherwise: cancelled, if_missing: declined}"
    assert states(tmp_path, (STATUS, rest)) == {"approved", "cancelled", "declined"}


def test_the_players_clock_is_covered_only_if_it_is_known(tmp_path: Path) -> None:
    zone = ("rules:", "times: {player_timezone: {constant: Europe/Malta}}\nrules:")
    assert "deposit.utc_offset_minutes" in tokens(tmp_path, zone)
    assert "deposit.utc_offset_minutes" not in tokens(tmp_path)


def test_every_type_with_states_is_told_by_one_field() -> None:
    found = {event_type: state_field(event_type) for event_type in EVENT_TYPES}
    assert found["deposit"] == "status"
    assert found["limit"] == "action"
    assert found["exclusion"] == "exclusion_kind"
    assert found["play.daily"] is None
    assert found["decision.nbo"] is None
