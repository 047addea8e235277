"""What holds between processes, and when one is killed at any moment."""

import time
from random import Random

import pytest
from sqlalchemy import Engine, func, select, union_all

from serving.decisions.engine import reading
from serving.decisions.outbox import Outbox
from serving.decisions.reviews import Reviews
from serving.decisions.store import DecisionStore
from serving.decisions.tables import decisions, outbox
from tests.serving.decisions.writers import BANDS, PLAYERS, at_once, looks, ready

KILLS = 10
LATEST_KILL_S = 0.4


@pytest.fixture
def random(seed: int | None) -> Random:
    return Random(seed)


def kill_each(what: str, url: str, random: Random) -> list[str]:
    """Let process after process begin, kill each at a random moment, and return what they said."""
    said: list[str] = []
    for _ in range(KILLS):
        with ready(what, url, 1) as (writer,):
            writer.begin()
            said.append(writer.next_line())
            time.sleep(random.random() * LATEST_KILL_S)
            writer.kill()
            said += writer.rest()
    return said


def halves(engine: Engine) -> list[str]:
    """Decisions without their entry and entries without their decision, as of one moment."""
    named, names = "decision:" + decisions.c.decision_id, func.substr(outbox.c.key, 10)
    untold = select(decisions.c.decision_id).where(named.not_in(select(outbox.c.key)))
    unfounded = select(outbox.c.key).where(names.not_in(select(decisions.c.decision_id)))
    with reading(engine) as connection:
        return list(connection.scalars(union_all(untold, unfounded)))


def last_look(engine: Engine) -> int:
    """The number of the latest look that is stored."""
    return max(standing.reviewed_at_us or 0 for standing in Reviews(engine).due(2**60, 1000))


def test_processes_that_answer_the_same_requests_give_the_same_decisions(
    engine: Engine, url: str
) -> None:
    one, other = at_once("ask_same", url, 2)
    assert one == other
    assert len(set(one.split())) == 30
    assert len(DecisionStore(engine).iterate(None, 100)) == 30
    assert len(Outbox(engine).pending(100)) == 30


def test_a_killed_writer_leaves_whole_decisions_each_with_its_entry(
    store: DecisionStore, engine: Engine, url: str, random: Random
) -> None:
    said = kill_each("record_on", url, random)
    assert halves(engine) == []
    stored = store.iterate(None, 1_000_000)
    assert set(said) <= {each.decision_id for each in stored}
    assert all(each.is_intact for each in stored)
    assert all(each.read_state().decision_id == each.decision_id for each in stored)


def test_a_crossing_is_told_once_though_its_process_is_killed(
    engine: Engine, url: str, random: Random
) -> None:
    kill_each("review_on", url, random)
    last = last_look(engine)
    assert Reviews(engine).store_reviews(looks(last), last) == 0
    # The database may have ended the killed one's last transaction only now.
    last = last_look(engine)
    told = [entry.content() for entry in Outbox(engine).pending(1_000_000)]
    assert last >= KILLS
    for player in PLAYERS:
        of_player = [entry for entry in told if entry["player_id"] == player]
        assert [entry["crossings"] for entry in of_player] == list(range(1, last + 1))
        assert [entry["to"] for entry in of_player] == [BANDS[n % 2] for n in range(1, last + 1)]


def test_every_entry_has_its_decision_while_others_write(engine: Engine, url: str) -> None:
    """A reader never sees one without the other."""
    with ready("record_on", url, 2) as processes:
        for process in processes:
            process.begin()
            process.next_line()
        for _ in range(20):
            assert halves(engine) == []
