"""Silence makes no event, so time itself brings players back: each crossing is told once."""

import asyncio
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy.event import listens_for

from data.instants import instant_of, microseconds
from features.tile_sql import DAY_US
from serving.arrival import ArrivalClock
from serving.clock import BANDS, INACTIVITY_MARKS_DAYS, Bands, Look, next_look_us, turn_of_the_clock
from serving.clock_thread import ClockThread
from serving.decisions.engine import open_engine
from serving.decisions.inserting import AT_ONCE
from serving.decisions.outbox import Outbox
from serving.decisions.reviews import Band, Review, Reviews, Standing
from serving.decisions.schema import upgrade
from serving.live_writer import LiveWriter
from tests.effort import times
from tests.serving import places
from tests.serving.deciding import Ground, told
from tests.serving.live import filled, round_of, send

pytest_plugins = ["tests.serving.deciding_service"]

FOR_EVER_US = 2**60
BEGINS = {"amber": Bands().amber, "red": Bands().red}


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/decisions.sqlite"


@pytest.fixture
def reviews(url: str) -> Iterator[Reviews]:
    engine = open_engine(url)
    upgrade(engine)
    yield Reviews(engine)
    engine.dispose()


def move(ground: Ground, to_us: int) -> None:
    """Let an event of somebody else move the clock to a moment."""
    ground.tell(told("session.started", "somebody else", instant_of(to_us - 1)))


def turn(ground: Ground, reviews: Reviews) -> Look:
    with closing(ground.tiles()) as tiles:
        looks = list(turn_of_the_clock(tiles, {"churn": ground.model()}, reviews, Bands()))
    return Look(sum(look.looked_at for look in looks), sum(look.crossings for look in looks))


def standing(reviews: Reviews, player: str) -> Standing:
    everybody = reviews.due(FOR_EVER_US, 10_000, "churn")
    return next(one for one in everybody if one.player_id == player)


@given(st.sampled_from(["amber", "red"]), st.sampled_from(BANDS), st.data())
def test_a_wobble_within_the_hysteresis_crosses_at_most_once(
    begin: str, before: Band, data: st.DataObject
) -> None:
    bands, around = Bands(), BEGINS[begin]
    wobble = st.floats(around - bands.hysteresis, around + bands.hysteresis, exclude_max=True)
    found: list[Band] = [bands.of(data.draw(wobble), before)]
    for probability in data.draw(st.lists(wobble, max_size=20)):
        found.append(bands.of(probability, found[-1]))
    crossed = [(one, other) for one, other in pairwise(found) if one != other]
    assert len(crossed) <= 1


@given(st.floats(0, 1), st.sampled_from(BANDS))
def test_a_band_holds_unless_it_was_left_by_the_margin(probability: float, before: Band) -> None:
    bands = Bands()
    band = bands.of(probability, before)
    assert bands.of(probability, band) == band
    plain = BANDS[(probability >= bands.amber) + (probability >= bands.red)]
    assert BANDS.index(band) >= BANDS.index(plain)
    lifted = min(1.0, probability + bands.hysteresis)
    kept = BANDS[(lifted >= bands.amber) + (lifted >= bands.red)]
    assert BANDS.index(band) <= max(BANDS.index(plain), BANDS.index(kept))


@given(st.floats(0, 400) | st.just(float("nan")))
def test_the_next_look_is_within_a_day_and_never_after_a_mark(silent: float) -> None:
    ahead_us = next_look_us(silent)
    assert 1 <= ahead_us <= DAY_US
    passed = [mark for mark in INACTIVITY_MARKS_DAYS if silent < mark < silent + ahead_us / DAY_US]
    assert all(abs(silent + ahead_us / DAY_US - mark) * DAY_US <= 1 for mark in passed)


def test_a_silent_player_is_looked_at_daily_and_at_every_mark(
    ground: Ground, reviews: Reviews
) -> None:
    last_us = microseconds(places.LAST_DAY + timedelta(days=1))
    fields = {"state": "settled", "game_type": "slot", "is_activity": True}
    ground.tell(told("casino.round", "silent one", instant_of(last_us), **fields))
    move(ground, last_us + DAY_US // 2)
    reviews.add_players(["silent one"], "churn", due_us=0)
    looked: list[float] = []
    apart = [5.25, 8.6, 28.5]  # looks out of turn, so that a mark is no whole number of days ahead
    while (look := turn(ground, reviews)).looked_at == 1:
        now = standing(reviews, "silent one")
        looked.append(((now.reviewed_at_us or 0) - last_us) / DAY_US)
        if looked[-1] > 31:
            break
        if apart and now.due_at_us > last_us + int(apart[0] * DAY_US):
            reviews.hasten(["silent one"], last_us + int(apart.pop(0) * DAY_US))
        due_us = standing(reviews, "silent one").due_at_us
        move(ground, due_us - 1)
        assert turn(ground, reviews).looked_at == 0
        move(ground, due_us)
    assert look.looked_at == 1
    assert set(INACTIVITY_MARKS_DAYS) <= {round(at, 6) for at in looked}
    assert {5.25, 8.6, 28.5} <= {round(at, 6) for at in looked}
    assert all(later - at < 1 + 1e-9 for at, later in pairwise(looked))


def test_who_was_never_scored_is_stored_without_numbers(ground: Ground, reviews: Reviews) -> None:
    reviews.add_players(["never heard of", *places.PLAYERS], "churn", due_us=0)
    turn(ground, reviews)
    unscored = standing(reviews, "never heard of")
    assert unscored.reviewed_at_us is not None
    assert (unscored.margin, unscored.probability, unscored.band) == (None, None, "green")
    assert any(standing(reviews, player).probability for player in places.PLAYERS)


def rows(url: str) -> int:
    """How many players another process sees."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as con:
        return int(con.execute("SELECT count(*) FROM reviews").fetchone()[0])


def test_everybody_is_added_by_portions_and_nobody_again(reviews: Reviews, url: str) -> None:
    players = [f"player-{number}" for number in range(2 * AT_ONCE + 500)]
    seen = set()
    listens_for(reviews._engine, "commit")(lambda _: seen.add(rows(url)))
    reviews.add_players(players, "churn", due_us=0)
    assert seen == {0, AT_ONCE, 2 * AT_ONCE}
    assert rows(url) == len(players)
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        reviews.add_players(players, "churn", due_us=5)


def test_requests_go_first_while_everybody_is_added_and_the_clock_ends_in_between(
    tmp_path: Path, reviews: Reviews, url: str
) -> None:
    place = filled(tmp_path / "place")
    writer = LiveWriter(place, ArrivalClock("last_event"))
    many = [json.dumps(round_of(f"many-{number}")).encode() for number in range(AT_ONCE)]
    asyncio.run(writer.submit(many))
    ground = Ground(place)
    models = {"churn": ground.model()}
    clock = ClockThread(ground.tiles(), models, reviews, writer, pause_s=600.0)
    while not rows(url):
        time.sleep(0.01)
    clock.close()
    writer.close()
    assert AT_ONCE <= rows(url) < AT_ONCE + len(places.PLAYERS)


def test_a_crossing_is_told_once_though_the_turn_is_repeated(
    ground: Ground, reviews: Reviews
) -> None:
    reviews.add_players(places.PLAYERS, "churn", due_us=0)
    crossed = turn(ground, reviews).crossings
    before = Outbox(reviews._engine).pending(1000)
    assert crossed == len(before) > 0
    reviews.hasten(places.PLAYERS, 0)
    again = turn(ground, reviews)
    assert (again.looked_at, again.crossings) == (len(places.PLAYERS), 0)
    assert Outbox(reviews._engine).pending(1000) == before


def test_a_crossing_is_told_once_though_the_clock_is_killed(
    ground: Ground, reviews: Reviews, url: str, tmp_path: Path, seed: int | None
) -> None:
    random = Random(seed)
    reviews.add_players(places.PLAYERS, "churn", due_us=0)
    command = [sys.executable, "-m", "tests.serving.turning", str(ground.place), url]
    for _ in range(times(2)):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(random.random() * 0.02)
            process.kill()
    turn(ground, reviews)
    told_of = [entry.key for entry in Outbox(reviews._engine).pending(1000)]
    undisturbed = open_engine(f"sqlite:///{tmp_path}/other.sqlite")
    upgrade(undisturbed)
    Reviews(undisturbed).add_players(places.PLAYERS, "churn", due_us=0)
    turn(ground, Reviews(undisturbed))
    assert sorted(told_of) == sorted(entry.key for entry in Outbox(undisturbed).pending(1000))
    undisturbed.dispose()


def test_a_clock_that_was_set_back_ends_its_turn(ground: Ground, reviews: Reviews) -> None:
    with closing(ground.tiles()) as tiles:
        later_us = tiles.now_us() + DAY_US
    look = Review(
        player_id=places.PLAYERS[0], model_id="churn", margin=0.0, probability=0.5, band="green",
        due_at_us=later_us + 5,
    )  # fmt: skip
    reviews.store_reviews([look, replace(look, player_id=places.PLAYERS[1])], later_us)
    reviews.hasten([places.PLAYERS[0]], 0)
    assert turn(ground, reviews) == Look(0, 0)


def test_an_event_lets_its_player_be_looked_at_at_once(
    plain: httpx.Client, deciding_place: Path
) -> None:
    engine = open_engine(f"sqlite:///{deciding_place}/decisions.sqlite")
    for player in ("player-021", "unheard of"):
        send(plain, round_of(player, minutes=3))
        with closing(Ground(deciding_place).tiles()) as tiles:
            since_us = tiles.state().facts().last_known_us
        deadline = time.monotonic() + 30
        while not any(
            one.player_id == player and (one.reviewed_at_us or 0) > since_us
            for one in Reviews(engine).due(FOR_EVER_US, 10_000)
        ):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    engine.dispose()
