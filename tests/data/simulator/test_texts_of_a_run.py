"""What customers wrote in a run: a text for each contact of the log, once, in their language."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from data.event_log import EventLog
from data.simulator.settings.world import WorldSettings
from data.simulator.support_texts.texts import BY_ANOTHER, LANGUAGES, SUBJECTS, TOPICS, read_texts
from data.simulator.support_texts.writing import FILE, write_texts
from tests.data.simulator.test_support_texts import FOLDER

USUAL = WorldSettings()
COURSE = replace(USUAL.harm.course, present_shares=(0.5, 0.0, 0.5, 0.0))
TALKATIVE = replace(
    USUAL,
    protection=replace(USUAL.protection, contacts=0.5),
    harm=replace(USUAL.harm, contacts=0.5, course=COURSE),
    delivery=replace(USUAL.delivery, late_share=0.3, repeated_share=0.3),
)
"""Many contacts, many of them about harm, and many told late or twice."""

SEED = 4
Texts = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, write_world: Callable[..., EventLog]) -> EventLog:
    out = tmp_path_factory.mktemp("talkative") / "log"
    return write_world(out, 120, 25, SEED, TALKATIVE)


@pytest.fixture(scope="module")
def texts(run: EventLog) -> Iterator[Texts]:
    """A connection with the views ``contacts`` of the log and ``texts`` of the file."""
    with duckdb.connect() as con:
        con.read_parquet(run.files(), hive_partitioning=False).create_view("events")
        con.execute("CREATE VIEW contacts AS FROM events WHERE event_type = 'support.contact'")
        con.read_parquet(str(run.root / FILE)).create_view("texts")
        yield con


def test_every_contact_has_one_text_however_late_or_often_it_was_told(
    run: EventLog, texts: Texts
) -> None:
    assert sum(commit.duplicates for commit in run.commits()) > 1000
    unmatched = """
    SELECT 1 FROM contacts FULL JOIN texts USING (ticket_id, player_id, occurred_at, channel)
    WHERE contacts.event_id IS NULL OR texts.text IS NULL
    """
    counts = "SELECT (SELECT count(*) FROM contacts), (SELECT count(*) FROM texts)"
    ((contacts, written),) = texts.execute(counts).fetchall()
    assert contacts == written > 300
    assert texts.execute(unmatched).fetchall() == []


def test_texts_are_about_what_the_contact_is_about_in_the_player_s_language(texts: Texts) -> None:
    table = read_texts(FOLDER)
    asked = """
    SELECT text, texts.language, registered.language, contacts.topic, contacts.third_party
    FROM texts JOIN contacts USING (ticket_id)
    JOIN events AS registered ON registered.player_id = texts.player_id
    WHERE registered.event_type = 'player.registered'
    """
    found = set()
    for text, language, spoken, topic, third_party in texts.execute(asked).fetchall():
        subject = BY_ANOTHER if third_party else topic
        kind = LANGUAGES.index(spoken) * len(SUBJECTS) + SUBJECTS.index(subject)
        first, last = table.fillings[table.templates[[kind, kind + 1]]]
        assert language == spoken
        assert text in set(table.texts[first:last])
        found.add(subject)
    assert found == {*TOPICS, BY_ANOTHER}


def test_the_same_log_and_seed_give_the_same_bytes_and_another_seed_others(
    run: EventLog, tmp_path: Path
) -> None:
    write_texts(run, SEED, tmp_path)
    assert (tmp_path / FILE).read_bytes() == (run.root / FILE).read_bytes()
    write_texts(run, SEED + 1, tmp_path)
    assert (tmp_path / FILE).read_bytes() != (run.root / FILE).read_bytes()


def test_texts_are_beside_the_log_and_no_file_of_it(run: EventLog) -> None:
    assert not [path for path in run.files() if "support_texts" in path]
    assert "text" not in pq.read_schema(run.files()[0]).names


def test_a_run_without_contacts_leaves_a_file_without_rows(
    tmp_path: Path, write_world: Callable[..., EventLog]
) -> None:
    silent = replace(
        USUAL,
        protection=replace(USUAL.protection, contacts=0.0),
        harm=replace(USUAL.harm, contacts=0.0),
    )
    log = write_world(tmp_path / "log", 20, 3, 1, silent)
    assert pq.read_table(log.root / FILE).num_rows == 0
