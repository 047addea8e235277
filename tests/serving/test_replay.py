"""Every decision can be taken again to the bit, and whatever was changed since is seen."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import update

from campaigns import decision as decision_codec
from campaigns.policy import POLICY_VERSION
from features.manifest import BOOSTER_FILE
from serving.decider import lock_digest
from serving.decisions.engine import open_engine, writing
from serving.decisions.store import DecisionStore
from serving.decisions.stored_decision import StoredDecision, to_store
from serving.decisions.tables import decisions
from serving.replay import Replayer
from tests.effort import times
from tests.serving.deciding import decide, lapsing, replay
from tests.serving.live import event, send

pytest_plugins = ["tests.serving.deciding_service"]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


@pytest.fixture(scope="module")
def taken(plain: httpx.Client) -> list[str]:
    """Ids of decisions of every kind, taken over HTTP."""
    offered = [f"replayed {number}" for number in range(8)]  # of whom some draw an offer
    for player in (*offered, "excluded again", "troubled"):
        send(plain, *lapsing(player))
    send(plain, event("exclusion", "excluded again", exclusion_kind="timeout"))
    send(plain, event("support.contact", "troubled", topic="rg_disclosure"))
    players = [*offered, "excluded again", "troubled", "never seen", "player-004"]
    return [str(decide(plain, player)["decision_id"]) for player in players]


@pytest.fixture(scope="module")
def stored(taken: list[str], deciding_place: Path) -> list[StoredDecision]:
    engine = open_engine(f"sqlite:///{deciding_place}/decisions.sqlite")
    store = DecisionStore(engine)
    found = [store.get(decision_id) for decision_id in taken]
    engine.dispose()
    return found


@pytest.fixture(scope="module")
def replayer(deciding_place: Path) -> Replayer:
    return Replayer(f"sqlite:///{deciding_place}/mlflow.db")


@pytest.fixture
def moved_place(stored: object, deciding_place: Path, tmp_path: Path) -> Path:
    """A copy of the decisions beside the registry, to be changed."""
    with closing(sqlite3.connect(deciding_place / "decisions.sqlite")) as con:
        con.execute("VACUUM INTO ?", [str(tmp_path / "decisions.sqlite")])
    shutil.copy(deciding_place / "mlflow.db", tmp_path)
    return tmp_path


def faults(replayer: Replayer, changed: StoredDecision) -> list[str]:
    return [fault.text for fault in replayer.faults(changed)]


def test_decisions_come_out_bit_equal_in_another_process(
    taken: list[str], deciding_place: Path
) -> None:
    for arguments in ([taken[0]], []):
        done = replay(deciding_place, *arguments)
        assert (done.returncode, done.stderr.strip()) == (0, "")
        assert "came out bit-equal" in done.stdout
        assert f"policy {POLICY_VERSION}" in done.stdout
    unknown = replay(deciding_place, "nothing")
    assert (unknown.returncode, unknown.stderr) == (
        1, "error: No decision of this id was recorded.\n",
    )  # fmt: skip


def test_installed_versions_have_one_name_in_every_process(stored: list[StoredDecision]) -> None:
    assert {one.lock_digest for one in stored} == {lock_digest()}


def test_decisions_of_every_kind_were_replayed(stored: list[StoredDecision]) -> None:
    assert {one.kind for one in stored} >= {"intervention", "none", "offer"}
    assert any(one.read_state().scores for one in stored)


@given(st.data())
@settings(max_examples=times(200))
def test_one_flipped_bit_of_what_is_stored_is_detected(
    stored: list[StoredDecision], replayer: Replayer, data: st.DataObject
) -> None:
    one = data.draw(st.sampled_from(stored))
    column = data.draw(st.sampled_from(["state", "decision"]))
    content = bytearray(getattr(one, column))
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    (fault,) = faults(replayer, replace(one, **{column: bytes(content)}))
    assert fault == "the stored record was changed: its digest differs"


@pytest.mark.parametrize("other", [{"mode": "dry_run"}, {"request_id": "another"}])
def test_what_a_cap_or_a_repetition_is_known_by_is_sealed(
    stored: list[StoredDecision], replayer: Replayer, other: dict[str, object]
) -> None:
    found = faults(replayer, replace(stored[0], **other))
    assert found == ["the stored record was changed: its digest differs"]


@pytest.mark.parametrize(
    "other",
    [{"player_id": "another"}, {"kind": "offer", "action": "a"}, {"decided_at_us": 1}],
)
def test_a_row_that_contradicts_its_record_is_detected(
    stored: list[StoredDecision], replayer: Replayer, other: dict[str, object]
) -> None:
    (one,) = [one for one in stored if one.player_id == "excluded again"]
    changed = replace(one, **other)
    assert faults(replayer, changed) == ["the row says otherwise than the record that it holds"]


def test_a_forged_record_with_a_sound_digest_is_detected(
    stored: list[StoredDecision], replayer: Replayer
) -> None:
    def forged(one: StoredDecision, state: object = None, **decided: object) -> StoredDecision:
        taken = replace(decision_codec.decoded(one.decision), **decided)
        return to_store(
            state or one.read_state(), taken,  # type: ignore[arg-type]
            request_id=one.request_id, lock_digest=one.lock_digest, mode=one.mode,
        )  # fmt: skip

    (scored,) = [one for one in stored if one.player_id == "player-004"]
    otherwise = "the policy decides otherwise from the stored state"
    assert faults(replayer, forged(scored, channel="sms")) == [otherwise]
    state = scored.read_state()
    (score,) = state.scores
    nudged = replace(score, margin=score.margin * (1 + 2**-52))
    (found,) = faults(replayer, forged(scored, replace(state, scores=(nudged,))))
    assert found.startswith("churn version 1 answers")
    assert found.endswith("under the same installed versions")
    (found,) = faults(replayer, forged(scored, policy_version="of old"))
    assert found.startswith(f"decided by policy of old, installed is {POLICY_VERSION}: replay it")


def test_a_changed_database_ends_the_command_with_what_differs(
    taken: list[str], moved_place: Path
) -> None:
    engine = open_engine(f"sqlite:///{moved_place}/decisions.sqlite")
    with writing(engine) as connection:
        of = decisions.c.decision_id == taken[1]
        connection.execute(update(decisions).where(of).values(policy_version="of old"))
    engine.dispose()
    done = replay(moved_place)
    assert (done.returncode, taken[1] in done.stdout) == (1, True)
    assert "error: 1 of " in done.stderr


@given(st.data())
@settings(max_examples=times(4))
def test_one_flipped_bit_of_the_registered_booster_is_told_by_name(
    stored: list[StoredDecision], deciding_place: Path, data: st.DataObject
) -> None:
    (file,) = (deciding_place / "mlartifacts").rglob(BOOSTER_FILE)
    (scored,) = [one for one in stored if one.player_id == "player-004"]
    sound = file.read_bytes()
    content = bytearray(sound)
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        file.write_bytes(content)
        found = faults(Replayer(f"sqlite:///{deciding_place}/mlflow.db"), scored)
    finally:
        file.write_bytes(sound)
    (fault,) = found
    assert fault.startswith("churn version 1 isn't the booster that answered: its SHA-256 is ")


def test_a_place_without_decisions_ends_the_command_with_the_remedy(tmp_path: Path) -> None:
    done = replay(tmp_path / "nowhere")
    assert done.returncode == 1
    assert "decisions.sqlite does not exist: name the service's place" in done.stderr
    assert not (tmp_path / "nowhere").exists()
