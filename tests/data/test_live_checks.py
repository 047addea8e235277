"""What has the contract's form and is wrong all the same."""

from typing import Any

import pytest

from data.live_row import Refused
from tests.data.live import item

NO_MONEY = dict.fromkeys(("amount", "status", "currency"))
RETURN = NO_MONEY | {"event_type": "exclusion", "exclusion_kind": "reinstatement"}
REGISTERED = NO_MONEY | {"event_type": "player.registered"}


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"player_id": " anna"}, "player_id", "blanks around"),
        ({"person_id": "an\u202ena"}, "person_id", "invisible"),
        (RETURN | {"effective_from": "2024-06-02T00:00:00Z"}, "effective_from", "lies ahead"),
        (REGISTERED | {"birth_date": "2030-01-01"}, "birth_date", "not within 120 years"),
        (REGISTERED | {"birth_date": "0001-01-01"}, "birth_date", "not within 120 years"),
    ],
)
def test_what_would_miss_its_player_or_lift_too_early_is_refused(
    changes: dict[str, Any], field: str, reason: str
) -> None:
    found = item(**changes).read
    assert isinstance(found, Refused)
    assert found.field == field
    assert reason in found.reason


@pytest.mark.parametrize(
    "changes",
    [
        RETURN | {"effective_from": "2024-05-31T00:00:00Z"},
        REGISTERED | {"birth_date": "1960-02-29"},
        {"player_id": "anna maria \U0001fae8"},
    ],
)
def test_what_is_right_is_taken(changes: dict[str, Any]) -> None:
    assert not isinstance(item(**changes).read, Refused)
