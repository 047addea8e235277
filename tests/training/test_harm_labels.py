from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.training.logs import at, build_log, event, play
from training.cohort import ENTITY_SCHEMA
from training.harm_labels import harm_outcomes

CUTOFF = at("2026-03-01")


def outcomes(root: Path, *events: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    log = build_log(root, *events)
    rows = [{"player_id": player, "cutoff": CUTOFF} for player in ("anna", "berta")]
    table = harm_outcomes(log, pa.Table.from_pylist(rows, schema=ENTITY_SCHEMA), 60)
    return {row["player_id"]: (row["outcome"], row["cause"]) for row in table.to_pylist()}


def exclusion(kind: str, day: str, player: str = "anna", **more: str) -> dict[str, Any]:
    return event("exclusion", player, day, exclusion_kind=kind, **more)


def closure(day: str) -> dict[str, Any]:
    return event("player.status_changed", "anna", day, status="closed")


@pytest.mark.parametrize("kind", ["self_exclusion", "register", "operator"])
@pytest.mark.parametrize("day", ["2026-03-01", "2026-04-29T22:59:59.999999"])
def test_an_exclusion_within_the_horizon_is_harm(tmp_path: Path, kind: str, day: str) -> None:
    assert outcomes(tmp_path, exclusion(kind, day))["anna"] == ("harmed", kind)


def test_play_before_an_exclusion_changes_nothing(tmp_path: Path) -> None:
    found = outcomes(tmp_path, play("anna", "2026-03-02"), exclusion("register", "2026-03-10"))
    assert found["anna"] == ("harmed", "register")


@pytest.mark.parametrize(
    "no_harm",
    [
        exclusion("timeout", "2026-03-10"),
        exclusion("self_exclusion", "2026-04-30"),
        exclusion("reinstatement", "2026-03-10"),
        event("limit", "anna", "2026-03-10", action="decrease"),
        play("anna", "2026-03-10"),
    ],
)
def test_use_of_tools_and_what_comes_later_are_no_harm(
    tmp_path: Path, no_harm: dict[str, Any]
) -> None:
    assert outcomes(tmp_path, no_harm)["anna"] == ("unharmed", None)


def test_what_comes_first_decides_between_harm_and_leaving(tmp_path: Path) -> None:
    closed = outcomes(tmp_path / "a", closure("2026-03-10"), exclusion("register", "2026-03-11"))
    assert closed["anna"] == ("left", "closed")
    excluded = outcomes(tmp_path / "b", closure("2026-03-11"), exclusion("register", "2026-03-10"))
    assert excluded["anna"] == ("harmed", "register")


def test_an_exclusion_is_harm_on_every_account_of_the_person(tmp_path: Path) -> None:
    found = outcomes(
        tmp_path,
        play("anna", "2026-02-01", person_id="one"),
        play("berta", "2026-02-01", person_id="one"),
        exclusion("self_exclusion", "2026-03-10"),
    )
    assert found == dict.fromkeys(("anna", "berta"), ("harmed", "self_exclusion"))
