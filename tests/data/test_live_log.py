import json
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import strategies as st

from data.content import REASON
from data.live_checks import STATED
from data.live_items import read_items
from data.live_log import LiveLog, LiveLogUnreadable
from data.live_log_writer import LiveLogBusy, LiveLogWriter
from data.live_row import Refused
from tests.data.imports import held
from tests.data.live import ARRIVAL, NOW, NOW_US, SKEW, item, numbered, reopened, statuses
from tests.effort import times

REPOSITORY = Path(__file__).parents[2]
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


def test_an_event_is_taken_once_within_and_across_batches_and_openings(log: LiveLogWriter) -> None:
    one, two, other = item(), item(event_id="e2"), item(source="another")
    assert statuses(log, one, one, two, other) == ["accepted", "duplicate", "accepted", "accepted"]
    assert statuses(log, two, one) == ["duplicate"] * 2
    again = reopened(log)
    assert statuses(again, other, one, two) == ["duplicate"] * 3
    assert numbered(again) == [(1, "e1"), (2, "e2"), (3, "e1")]
    again.close()


def test_an_event_that_moved_on_is_known_for_ever_and_numbers_go_on(log: LiveLogWriter) -> None:
    items = [item(event_id=f"e{number}") for number in range(4)]
    statuses(log, *items)
    assert log.drop_through(4) == 4
    again = reopened(log)
    assert (numbered(again), again.last_seq()) == ([], 4)
    assert statuses(again, *items, item(event_id="new")) == ["duplicate"] * 4 + ["accepted"]
    assert numbered(again) == [(5, "new")]
    again.close()


def test_only_what_lies_through_a_number_is_dropped(log: LiveLogWriter) -> None:
    statuses(log, *(item(event_id=f"e{number}") for number in range(1, 8)))
    assert (log.drop_through(5), log.drop_through(5)) == (5, 0)
    assert numbered(log) == [(6, "e6"), (7, "e7")]
    assert [len(batch) for batch in log.batches_after(0, most=1)] == [1, 1]


def test_another_content_under_a_known_id_is_set_aside_and_changes_nothing(
    log: LiveLogWriter,
) -> None:
    statuses(log, item())
    before = log.after(0)
    changed = item(amount=7)
    assert statuses(log, changed, changed) == ["quarantined"] * 2
    assert log.after(0) == before
    ((aside),) = log.quarantined()
    assert (aside["content"], aside["field"], aside["value"]) == (changed.sent, "event_id", "e1")
    assert aside["reason"] == REASON
    assert statuses(log, item(ext={"trace": 1}), item(fx_to_base="1.0")) == ["duplicate"] * 2


def test_an_event_whose_moment_was_set_back_is_known_when_it_comes_again(
    log: LiveLogWriter,
) -> None:
    ahead = item(occurred_at=(NOW + SKEW).isoformat())
    assert statuses(log, ahead, ahead) == ["accepted", "duplicate"]
    for waited in (0, ARRIVAL.allowed_ahead_us // 2, 2 * ARRIVAL.allowed_ahead_us):
        later = replace(ARRIVAL, known_us=NOW_US + waited)
        assert statuses(log, *read_items([ahead.sent], later)) == ["duplicate"]
    less = item(occurred_at=(NOW + SKEW / 2).isoformat())
    assert statuses(log, less) == ["quarantined"]


@pytest.mark.parametrize("ext", [{"k": STATED}, {"k": {STATED: 5}}, {STATED + "2": None}])
def test_ext_may_speak_of_set_back_moments(log: LiveLogWriter, ext: dict[str, object]) -> None:
    sent = item(ext=ext)
    moved = item(ext=ext, occurred_at="2024-05-31T12:00:01Z")
    assert statuses(log, sent, sent, moved) == ["accepted", "duplicate", "quarantined"]


def test_numbers_follow_one_another_whatever_is_between(log: LiveLogWriter) -> None:
    bad = item(amount="x")
    first = log.append([item(), bad, item(), item(event_id="e2")], NOW_US)
    assert (first.first_seq, [row["event_id"] for row in first.rows]) == (1, ["e1", "e2"])
    assert (log.append([bad], NOW_US).first_seq, log.append([], NOW_US).rows) == (3, [])
    assert log.append([item(event_id="e3")], NOW_US).first_seq == 3
    assert numbered(log) == [(1, "e1"), (2, "e2"), (3, "e3")]


def test_quarantine_keeps_what_was_sent_and_why_once(log: LiveLogWriter) -> None:
    bad, broken = item(amount="x"), item(b"\xff\x00{")
    assert statuses(log, bad, broken, bad) == ["quarantined"] * 3
    assert statuses(log, bad) == ["quarantined"]
    found = {aside["content"]: aside for aside in log.quarantined()}
    assert (len(log.quarantined()), set(found)) == (2, {bad.sent, broken.sent})
    told = found[bad.sent]
    assert (told["field"], told["value"], told["received_us"]) == ("amount", "x", NOW_US)
    assert told["reason"] == "Expected `int`, got `str`"
    assert told["remedy"]


def test_an_event_that_is_withdrawn_is_set_aside_and_stays_known(log: LiveLogWriter) -> None:
    statuses(log, item(), item(event_id="e2"))
    log.withdraw(2, Refused("amount", "7", "too much", "repair it"))
    assert numbered(log) == [(1, "e1")]
    (aside,) = log.quarantined()
    assert json.loads(aside["content"])["event_id"] == "e2"
    assert aside["reason"] == "too much"
    again = reopened(log)
    assert statuses(again, item(event_id="e2"), item(event_id="e3")) == ["duplicate", "accepted"]
    assert numbered(again) == [(1, "e1"), (3, "e3")]
    again.close()


def test_a_second_writer_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "live.sqlite"
    with (
        held(tmp_path / "live.sqlite.lock"),
        pytest.raises(LiveLogBusy, match=r"another process writes to .*: stop it"),
    ):
        LiveLogWriter(path)
    LiveLogWriter(path).close()


def test_a_reader_follows_beside_the_writer(log: LiveLogWriter) -> None:
    reader = LiveLog(log.path)
    statuses(log, item())
    assert (numbered(reader), reader.last_seq()) == ([(1, "e1")], 1)
    reader.close()


def damaged(path: Path, how: str) -> None:
    content = path.read_bytes()
    if how == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(b"x" * 100 + content[100:])


@pytest.mark.parametrize("how", ["cut", "overwritten"])
def test_a_damaged_log_is_refused_and_its_lock_let_go(log: LiveLogWriter, how: str) -> None:
    statuses(log, *(item(event_id=f"e{number}") for number in range(500)))
    log.close()
    whole = log.path.read_bytes()
    damaged(log.path, how)
    for _ in range(2):
        with pytest.raises(LiveLogUnreadable, match="restore it"):
            LiveLogWriter(log.path)
    log.path.write_bytes(whole)
    mended = LiveLogWriter(log.path)
    assert len(numbered(mended)) == 500
    mended.close()


def killed_writer(path: Path, name: str, seconds: float) -> list[list[str]]:
    """A process that writes until it is killed by SIGKILL; the batches that it answered."""
    command = [sys.executable, "-m", "tests.data.live_writing", str(path), name]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first, "the writer never answered"
        time.sleep(seconds)
        process.kill()
        rest = process.stdout.read().rpartition("\n")[0]
    return [line.split() for line in (first + rest).splitlines()]


def test_what_was_answered_outlives_a_kill_at_any_moment(tmp_path: Path, seed: int | None) -> None:
    path, moments = tmp_path / "live.sqlite", random.Random(seed)
    answered: set[str] = set()
    for attempt in range(times(5)):
        batches = killed_writer(path, str(attempt), moments.random() / 4)
        answered |= {event_id for batch in batches for event_id in batch}
        log = LiveLogWriter(path)
        found = numbered(log)
        log.close()
        ids = [event_id for _, event_id in found]
        assert answered <= set(ids)
        assert len(set(ids)) == len(ids)
        assert [seq for seq, _ in found] == list(range(1, len(found) + 1))
