from pathlib import Path
from typing import Any

import pytest

from tests.training.logs import at, build_log, event, play
from training.cohort import EmptyCohort, eligible_players

CUTOFF = at("2026-03-31")
DURING_LOOKBACK = "2026-03-10T12:00:00"


def eligible(root: Path, *events: dict[str, Any], lookback_days: int = 30) -> list[str]:
    log = build_log(root, *events)
    return list(eligible_players(log, [CUTOFF], lookback_days)["player_id"].to_pylist())


def test_lookback_is_half_open_to_the_microsecond(tmp_path: Path) -> None:
    found = eligible(
        tmp_path,
        play("too_early", "2026-02-28T23:59:59.999999"),
        play("first_moment", "2026-03-01T00:00:00"),
        play("last_moment", "2026-03-30T23:59:59.999999"),
        play("at_cutoff", "2026-03-31T00:00:00"),
    )
    assert found == ["first_moment", "last_moment"]


def test_what_became_known_at_or_after_the_cutoff_makes_nobody_eligible(tmp_path: Path) -> None:
    found = eligible(
        tmp_path,
        play("in_time", DURING_LOOKBACK, known="2026-03-30T23:59:59.999999"),
        play("too_late", DURING_LOOKBACK, known="2026-03-31T00:00:00"),
    )
    assert found == ["in_time"]


def test_events_that_are_no_activity_and_test_accounts_make_nobody_eligible(tmp_path: Path) -> None:
    found = eligible(
        tmp_path,
        play("player", DURING_LOOKBACK),
        event("deposit", "depositor", DURING_LOOKBACK, status="approved", amount=500),
        play("tester", DURING_LOOKBACK, is_test=True),
    )
    assert found == ["player"]


@pytest.mark.parametrize(
    "protection",
    [
        {"event_type": "exclusion", "exclusion_kind": "self_exclusion"},
        {"event_type": "exclusion", "exclusion_kind": "timeout", "until": at("2026-03-12")},
        {"event_type": "player.status_changed", "status": "blocked"},
        {"event_type": "player.status_changed", "status": "restricted"},
        {"event_type": "player.status_changed", "status": "closed"},
    ],
)
def test_a_protected_player_is_not_scored(tmp_path: Path, protection: dict[str, Any]) -> None:
    found = eligible(
        tmp_path,
        play("free", DURING_LOOKBACK),
        play("protected", DURING_LOOKBACK),
        event("", "protected", "2026-03-11") | protection,
    )
    assert found == ["free"]


@pytest.mark.parametrize(
    "lifting",
    [
        [
            event("exclusion", "back", "2026-03-02", exclusion_kind="self_exclusion"),
            event("exclusion", "back", "2026-03-05", exclusion_kind="reinstatement"),
        ],
        [
            event("player.status_changed", "back", "2026-03-02", status="closed"),
            event("player.status_changed", "back", "2026-03-05", status="active"),
        ],
    ],
)
def test_what_was_lifted_protects_no_more(tmp_path: Path, lifting: list[dict[str, Any]]) -> None:
    assert eligible(tmp_path, play("back", DURING_LOOKBACK), *lifting) == ["back"]


def test_opening_an_account_again_lifts_no_exclusion(tmp_path: Path) -> None:
    found = eligible(
        tmp_path,
        play("free", DURING_LOOKBACK),
        play("excluded", DURING_LOOKBACK),
        event("exclusion", "excluded", "2026-03-02", exclusion_kind="operator"),
        event("player.status_changed", "excluded", "2026-03-05", status="active"),
    )
    assert found == ["free"]


def test_of_disordered_protection_news_the_stricter_reading_holds(tmp_path: Path) -> None:
    late_exclusion = [
        event("exclusion", "a", "2026-03-05", exclusion_kind="reinstatement"),
        event("exclusion", "a", "2026-03-02", known="2026-03-20", exclusion_kind="register"),
    ]
    late_reinstatement = [
        event("exclusion", "b", "2026-03-05", exclusion_kind="register"),
        event("exclusion", "b", "2026-03-02", known="2026-03-20", exclusion_kind="reinstatement"),
    ]
    players = [play(name, DURING_LOOKBACK) for name in ("a", "b", "free")]
    assert eligible(tmp_path, *players, *late_exclusion, *late_reinstatement) == ["free"]


def test_a_protection_that_became_known_after_the_cutoff_is_not_foreseen(tmp_path: Path) -> None:
    found = eligible(
        tmp_path,
        play("player", DURING_LOOKBACK),
        event("exclusion", "player", "2026-03-20", known="2026-03-31", exclusion_kind="register"),
    )
    assert found == ["player"]


def test_an_exclusion_acts_on_every_account_of_the_person(tmp_path: Path) -> None:
    found = eligible(
        tmp_path,
        play("account_1", DURING_LOOKBACK, person_id="anna"),
        play("account_2", DURING_LOOKBACK, person_id="anna"),
        play("other", DURING_LOOKBACK, person_id="berta"),
        event("exclusion", "account_1", "2026-03-11", exclusion_kind="self_exclusion"),
    )
    assert found == ["other"]


def test_a_closure_acts_on_its_own_account_alone(tmp_path: Path) -> None:
    found = eligible(
        tmp_path,
        play("account_1", DURING_LOOKBACK, person_id="anna"),
        play("account_2", DURING_LOOKBACK, person_id="anna"),
        event("player.status_changed", "account_1", "2026-03-11", status="closed"),
    )
    assert found == ["account_2"]


def test_each_cutoff_has_its_own_rows_in_order(tmp_path: Path) -> None:
    log = build_log(
        tmp_path, play("b", "2026-03-02"), play("a", "2026-03-30"), play("a", "2026-03-02")
    )
    table = eligible_players(log, [at("2026-03-31"), at("2026-03-15")], 20)
    rows = [(row["cutoff"], row["player_id"]) for row in table.to_pylist()]
    assert rows == [(at("2026-03-15"), "a"), (at("2026-03-15"), "b"), (at("2026-03-31"), "a")]


def test_a_cutoff_without_anybody_is_refused_by_name(tmp_path: Path) -> None:
    log = build_log(tmp_path, play("a", "2026-03-02"))
    with pytest.raises(EmptyCohort, match="2026-06-30"):
        eligible_players(log, [at("2026-06-30")], 30)
