from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from data.event_log import EventLog
from tests.training.logs import at, build_log, event, play
from training.churn_labels import churn_outcomes
from training.cohort import ENTITY_SCHEMA
from training.labels import ALL_KNOWN, HorizonNotObserved

CUTOFF = at("2026-03-01")


def outcomes(
    log: EventLog, *players: str, cutoff: datetime = CUTOFF, known_before: datetime = ALL_KNOWN
) -> dict[str, tuple[str, str | None]]:
    rows = [{"player_id": player, "cutoff": cutoff} for player in players]
    cohort = pa.Table.from_pylist(rows, schema=ENTITY_SCHEMA)
    table = churn_outcomes(log, cohort, 30, known_before)
    return {row["player_id"]: (row["outcome"], row["cause"]) for row in table.to_pylist()}


def outcome(root: Path, *events: dict[str, Any]) -> tuple[str, str | None]:
    return outcomes(build_log(root, *events), "anna")["anna"]


@pytest.mark.parametrize(
    ("occurred", "expected"),
    [
        ("2026-02-28T23:59:59.999999", "churned"),
        ("2026-03-01T00:00:00", "returned"),
        ("2026-03-30T23:59:59.999999", "returned"),
        ("2026-03-31T00:00:00", "churned"),
    ],
)
def test_the_horizon_is_half_open_to_the_microsecond(
    tmp_path: Path, occurred: str, expected: str
) -> None:
    assert outcome(tmp_path, play("anna", occurred)) == (expected, None)


def test_activity_known_only_after_the_horizon_still_counts(tmp_path: Path) -> None:
    late = play("anna", "2026-03-10", known="2026-05-01")
    assert outcome(tmp_path, late) == ("returned", None)


def test_events_without_activity_are_no_return(tmp_path: Path) -> None:
    declined = event("deposit", "anna", "2026-03-10", status="declined", amount=500)
    assert outcome(tmp_path, declined) == ("churned", None)


@pytest.mark.parametrize(
    ("exit_event", "cause"),
    [
        ({"event_type": "exclusion", "exclusion_kind": "timeout"}, "timeout"),
        ({"event_type": "exclusion", "exclusion_kind": "self_exclusion"}, "self_exclusion"),
        ({"event_type": "exclusion", "exclusion_kind": "register"}, "register"),
        ({"event_type": "exclusion", "exclusion_kind": "operator"}, "operator"),
        ({"event_type": "exclusion", "exclusion_kind": "kind_to_come"}, "kind_to_come"),
        ({"event_type": "player.status_changed", "status": "blocked"}, "blocked"),
        ({"event_type": "player.status_changed", "status": "closed"}, "closed"),
        ({"event_type": "player.status_changed", "status": "restricted"}, "restricted"),
        ({"event_type": "limit", "action": "decrease"}, "limit_decrease"),
    ],
)
def test_a_protected_exit_is_never_a_churn_positive(
    tmp_path: Path, exit_event: dict[str, Any], cause: str
) -> None:
    exit_row = event("", "anna", "2026-03-30T23:59:59.999999") | exit_event
    assert outcome(tmp_path, exit_row) == ("protected_exit", cause)


@pytest.mark.parametrize(
    "no_exit",
    [
        {"event_type": "exclusion", "exclusion_kind": "reinstatement"},
        {"event_type": "player.status_changed", "status": "active"},
        {"event_type": "limit", "action": "set"},
        {"event_type": "limit", "action": "increase_effective"},
    ],
)
def test_what_protects_nobody_is_no_protected_exit(tmp_path: Path, no_exit: dict[str, Any]) -> None:
    assert outcome(tmp_path, event("", "anna", "2026-03-10") | no_exit) == ("churned", None)


@pytest.mark.parametrize(
    ("played", "expected"),
    [
        ("2026-03-09T23:59:59.999999", ("returned", None)),
        ("2026-03-10T00:00:00", ("protected_exit", "timeout")),
        ("2026-03-20T00:00:00", ("protected_exit", "timeout")),
    ],
)
def test_what_comes_first_decides_and_at_a_tie_the_exit(
    tmp_path: Path, played: str, expected: tuple[str, str | None]
) -> None:
    exit_row = event("exclusion", "anna", "2026-03-10", exclusion_kind="timeout")
    assert outcome(tmp_path, exit_row, play("anna", played)) == expected


def test_exits_outside_the_horizon_do_not_count(tmp_path: Path) -> None:
    before = event("limit", "anna", "2026-02-28T23:59:59.999999", action="decrease")
    after = event("exclusion", "anna", "2026-03-31", exclusion_kind="timeout")
    assert outcome(tmp_path, before, after) == ("churned", None)


@pytest.mark.parametrize(
    "exit_row",
    [
        event("exclusion", "anna", "2026-02-28T23:50:00", known="2026-03-01T00:10:00",
              exclusion_kind="self_exclusion"),
        event("player.status_changed", "anna", "2026-02-20", known="2026-03-20", status="closed"),
        event("exclusion", "anna", "2026-02-20", known="2026-05-01", exclusion_kind="register"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("plays", [[], [play("anna", "2026-03-05")]])
def test_an_exit_learnt_of_after_the_cutoff_was_in_force_from_the_cutoff_on(
    tmp_path: Path, exit_row: dict[str, Any], plays: list[dict[str, Any]]
) -> None:
    assert outcome(tmp_path, exit_row, *plays)[0] == "protected_exit"


def test_what_became_known_after_the_test_began_is_not_learned_from(tmp_path: Path) -> None:
    log = build_log(
        tmp_path,
        play("came", "2026-03-10", known="2026-04-15"),
        play("came_in_time", "2026-03-10", known="2026-03-31"),
        event("exclusion", "left", "2026-03-10", known="2026-04-15", exclusion_kind="timeout"),
    )
    found = outcomes(log, "came", "came_in_time", "left", known_before=at("2026-04-01"))
    assert [found[name][0] for name in ("came", "came_in_time", "left")] == [
        "churned", "returned", "churned",
    ]  # fmt: skip


def test_the_first_of_several_exits_is_the_cause(tmp_path: Path) -> None:
    second = event("exclusion", "anna", "2026-03-11", exclusion_kind="self_exclusion")
    first = event("limit", "anna", "2026-03-10", action="decrease")
    assert outcome(tmp_path, second, first) == ("protected_exit", "limit_decrease")


def test_an_exclusion_is_an_exit_from_every_account_of_the_person(tmp_path: Path) -> None:
    log = build_log(
        tmp_path,
        play("account_1", "2026-02-01", person_id="anna"),
        play("account_2", "2026-02-01", person_id="anna"),
        play("account_3", "2026-02-01", person_id="berta"),
        event("person.linked", "account_2", "2026-02-02", person_id="carla"),
        play("account_4", "2026-02-01", person_id="carla"),
        event("exclusion", "account_1", "2026-03-10", exclusion_kind="register"),
        event("limit", "account_3", "2026-03-10", action="decrease"),
    )
    assert outcomes(log, "account_1", "account_2", "account_3", "account_4") == {
        "account_1": ("protected_exit", "register"),
        "account_2": ("protected_exit", "register"),
        "account_4": ("protected_exit", "register"),
        "account_3": ("protected_exit", "limit_decrease"),
    }


def test_the_horizon_ends_at_local_midnight_where_clocks_change(tmp_path: Path) -> None:
    log = build_log(
        tmp_path,
        play("in_time", "2026-03-30T21:59:59.999999"),
        play("too_late", "2026-03-30T22:00:00"),
        timezone="Europe/Malta",
    )
    winter_midnight = at("2026-02-28T23:00:00")  # 30 days on, clocks have gone forward
    assert outcomes(log, "in_time", "too_late", cutoff=winter_midnight) == {
        "in_time": ("returned", None),
        "too_late": ("churned", None),
    }


def test_a_horizon_beyond_the_log_is_refused_with_the_last_usable_cutoff(tmp_path: Path) -> None:
    log = build_log(
        tmp_path, play("anna", "2026-02-01"), timezone="Europe/Malta", known_until="2026-03-30"
    )
    with pytest.raises(HorizonNotObserved, match="last usable cutoff is 2026-02-28"):
        outcomes(log, "anna")
