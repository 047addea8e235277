"""Each part of a state comes from the events that tell it, of the account or of the person."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from campaigns.player_state import Past, Protection
from campaigns.reads import FEATURES_READ, MONEY_WINDOWS_READ
from data.instants import instant_of
from features.catalogue import FEATURE_INDEX
from serving.state_builder import with_past
from tests.serving import places
from tests.serving.deciding import ADULT, START, Ground, at, told, us

pytest_plugins = ["tests.serving.deciding_service"]


def test_who_was_never_seen_is_unknown_and_everything_of_them_too(ground: Ground) -> None:
    state = ground.build("stranger", scored=True, state_age_us=None)
    assert (state.known, state.person_id, state.age_years, state.state_age_us) == (False,) + (
        None,
    ) * 3
    assert (state.brand_id, state.jurisdiction, state.is_test) == ("", "", False)
    assert (state.consents, state.protections, state.scores) == ((), (), ())
    assert state.not_scored == "unavailable"
    assert {(window.name, window.scope) for window in state.money} == set(MONEY_WINDOWS_READ)
    assert all(not window.deposits and window.currency == "EUR" for window in state.money)


def test_an_account_is_as_its_own_latest_events_say(ground: Ground) -> None:
    of = {"jurisdiction": "GB", "brand_id": "north", "is_test": True}
    ground.tell(
        told("player.registered", "own", at(1), birth_date=ADULT.isoformat(), **of),
        told("player.kyc_changed", "own", at(3), status="verified", **of),
        told("player.kyc_changed", "own", at(2), status="pending", **of),
        told("player.status_changed", "own", at(4), status="restricted", person_id="p", **of),
        told("limit", "own", at(5), action="decrease", limit_kind="loss", **of),
        told("limit", "own", at(6), action="set", limit_kind="loss", **of),
        told("support.contact", "own", at(7), topic="rg_disclosure", **of),
        told("support.contact", "own", at(8), topic="payment", **of),
        told("affordability.check", "own", at(9), outcome="passed", **of),
    )
    state = ground.build("own", state_age_us=7)
    assert (state.known, state.is_test, state.brand_id, state.jurisdiction) == (
        True, True, "north", "GB",
    )  # fmt: skip
    assert (state.person_id, state.account_status, state.kyc_status) == (
        "p", "restricted", "verified",
    )  # fmt: skip
    assert state.limit_tightened_us == us(5)
    assert state.rg_contact_us == us(7)
    assert state.vulnerability_check_us == us(9)
    assert state.protections == (Protection(kind="restricted", since_us=us(4)),)
    assert (state.state_age_us, state.past, state.not_scored) == (7, (), "unavailable")


@pytest.mark.parametrize(
    ("jurisdiction", "zone"), [("GB", "Europe/London"), ("CA-ON", "America/Toronto")]
)
def test_a_birthday_begins_at_midnight_of_the_jurisdiction(
    tmp_path: Path, jurisdiction: str, zone: str
) -> None:
    places.fill_store(tmp_path)
    ground = Ground(tmp_path)
    midnight = datetime(2026, 3, 2, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    birth = {"birth_date": "2008-03-02", "jurisdiction": jurisdiction}
    ground.tell(told("player.registered", "young", START, **birth))
    of = {"jurisdiction": jurisdiction}
    for moment, age in ((midnight - timedelta(microseconds=2), 17), (midnight, 18)):
        ground.tell(told("game.launched", "another", moment, **of))
        assert ground.build("young").age_years == age


def test_a_person_is_as_young_as_any_account_says(ground: Ground) -> None:
    ground.tell(
        told("player.registered", "said-30", at(1), birth_date="1996-01-01", person_id="young"),
        told("player.registered", "said-10", at(0), birth_date="2016-01-01", person_id="young"),
    )
    assert ground.build("said-30").age_years == 10
    ground.tell(told("player.profile_changed", "said-10", at(2), birth_date="1990-01-01"))
    assert ground.build("said-30").age_years == 30


def test_a_sisters_exclusion_that_names_no_person_protects_too(ground: Ground) -> None:
    for player in ("excluded one", "sister of it"):
        ground.tell(told("person.linked", player, at(1), person_id="named once"))
    ground.tell(told("exclusion", "excluded one", at(2), exclusion_kind="register"))
    protections = ground.build("sister of it").protections
    assert protections == (Protection(kind="register", since_us=us(2)),)


def test_a_strong_flag_stands_until_a_later_review_clears_it(ground: Ground) -> None:
    def review(days: float, status: str) -> None:
        ground.tell(told("rg.review", "flagged", at(days), status=status))

    ground.tell(told("rg.flag", "flagged", at(2), strong=True))
    ground.tell(told("rg.flag", "flagged", at(3), strong=False))
    review(1, "cleared")
    assert ground.build("flagged").strong_flag_us == us(2)
    review(4, "upheld")
    assert ground.build("flagged").strong_flag_us == us(2)
    review(5, "overturned")
    assert ground.build("flagged").strong_flag_us is None


def test_features_and_margins_are_those_of_a_score_at_the_same_moment(
    plain: httpx.Client, deciding_place: Path
) -> None:
    ground = Ground(deciding_place)
    for player in places.PLAYERS[10:20]:
        state = ground.build(player, scored=True)
        answer = plain.post("/v1/score", json={"player_id": player}).json()
        if answer["status"] != "scored":
            assert state.not_scored == answer["reason"]
            continue
        (score,) = state.scores
        assert datetime.fromisoformat(answer["as_of"]) == instant_of(state.at_us)
        assert (score.margin, score.probability) == (answer["margin"], answer["churn_probability"])
        explained = plain.get(f"/v1/players/{player}/explanation").json()
        values = {one["feature"]: one["value"] for one in explained["contributions"]}
        assert dict(zip(places.NAMES, score.features, strict=True)) == values
        row = ground.tiles().features([player]).matrix[0]
        assert all(
            value is None or value == row[FEATURE_INDEX[name]]
            for name, value in state.features.items()
        )
        assert tuple(state.features) == FEATURES_READ


def test_the_past_never_lies_after_the_state(ground: Ground) -> None:
    state = ground.build("player-003")
    later = Past(kind="offer", action="a", at_us=state.at_us + 5)
    assert with_past(state, (later,)).past[0].at_us == state.at_us


@pytest.mark.parametrize(
    ("outcomes", "says"),
    [
        (["passed"], "passed"),
        (["passed", "pending"], "pending"),
        (["passed", "adverse"], "adverse"),
        (["adverse", "pending"], "adverse"),
        (["adverse", "pending", "passed"], "passed"),
        (["adverse", "passed", "pending"], "pending"),
        (["vulnerable"], "vulnerable"),
    ],
)
def test_an_adverse_check_stands_until_one_is_passed_and_a_pending_one_answers_nothing(
    ground: Ground, outcomes: list[str], says: str
) -> None:
    player = " ".join(["checked", *outcomes])
    for day, outcome in enumerate(outcomes):
        ground.tell(told("affordability.check", player, at(day), outcome=outcome))
    state = ground.build(player)
    assert state.vulnerability_outcome == says
    assert state.vulnerability_check_us == us(len(outcomes) - 1)


def test_an_adverse_check_of_a_sister_account_stands_too(ground: Ground) -> None:
    for player, day, outcome in (("asked", 1, "passed"), ("asked twice", 2, "adverse")):
        fields = {"outcome": outcome, "person_id": "checked by name"}
        ground.tell(told("affordability.check", player, at(day), **fields))
    assert ground.build("asked").vulnerability_outcome == "adverse"
    ground.tell(told("affordability.check", "asked", at(2), outcome="passed"))
    assert ground.build("asked").vulnerability_outcome == "adverse"
    ground.tell(told("affordability.check", "asked", at(3), outcome="passed"))
    assert ground.build("asked").vulnerability_outcome == "passed"


@pytest.mark.parametrize("birth_date", ["1899-12-31", "0001-01-01", "2055-01-01"])
def test_an_age_that_nobody_has_is_unknown(ground: Ground, birth_date: str) -> None:
    player = f"born {birth_date}"
    ground.tell(told("player.registered", player, at(1), birth_date=birth_date))
    assert ground.build(player).age_years is None
    ground.tell(told("player.profile_changed", player, at(2), birth_date="1906-01-01"))
    assert ground.build(player).age_years == 120
