"""Other processes that use a database of decisions, to be started together or killed."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock

from sqlalchemy import Engine

from serving.decisions.engine import open_engine
from serving.decisions.reviews import Band, Review, Reviews
from serving.decisions.schema import upgrade
from serving.decisions.store import DecisionStore
from tests.serving.decisions.cases import NOON_US, record

_FORKING = get_context("forkserver")
"""Starts processes from one that has imported this module and opened nothing."""

_FORKING.set_forkserver_preload([__name__, "psycopg"])

PLAYERS = tuple(f"player-{number:02d}" for number in range(40))
BANDS: tuple[Band, ...] = ("green", "red")
_THREADS = 4


Say = Callable[[str], None]


@dataclass(frozen=True)
class Writer:
    """Another process, and the pipe through which it speaks."""

    process: BaseProcess
    pipe: Connection

    def begin(self) -> None:
        """Let it begin."""
        self.pipe.send("begin")

    def next_line(self) -> str:
        """What it says next."""
        return str(self.pipe.recv())

    def rest(self) -> list[str]:
        """What it still says until it has ended; what was cut off isn't said."""
        said = []
        while True:
            try:
                said.append(self.next_line())
            except (EOFError, OSError):
                self.process.join(60)
                return said

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()


@contextmanager
def ready(what: str, url: str, processes: int) -> Iterator[list[Writer]]:
    """Processes that have imported everything and wait to begin; killed at the end."""
    with ExitStack() as stack:
        all_ = [stack.enter_context(_started(what, url)) for _ in range(processes)]
        assert [writer.next_line() for writer in all_] == ["ready"] * processes
        yield all_


@contextmanager
def _started(what: str, url: str) -> Iterator[Writer]:
    here, there = _FORKING.Pipe()
    process = _FORKING.Process(target=_run, args=(what, url, there))
    process.start()
    there.close()
    with here:
        try:
            yield Writer(process, here)
        finally:
            process.kill()
            process.join()
            process.close()


def at_once(what: str, url: str, processes: int) -> list[str]:
    """What each of several processes says that begin together."""
    with ready(what, url, processes) as all_:
        for writer in all_:
            writer.begin()
        return [" ".join(writer.rest()) for writer in all_]


def _upgrade(engine: Engine, say: Say) -> None:
    upgrade(engine)
    say("upgraded")


def _ask_same(engine: Engine, say: Say) -> None:
    """Answer the same requests as any other process that does this."""
    store = DecisionStore(engine)
    say(" ".join(record(store, request_id=f"r{n}").decision_id for n in range(30)))


def _record_on(engine: Engine, say: Say) -> None:
    """Record decisions from several threads until killed, and say which are stored."""
    store, speaking = DecisionStore(engine), Lock()

    def go_on(thread: int) -> None:
        for number in count():
            player = PLAYERS[(thread + number) % len(PLAYERS)]
            stored = record(store, player, at_us=NOON_US + number)
            with speaking:
                say(stored.decision_id)

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(go_on, range(_THREADS)))


def _review_on(engine: Engine, say: Say) -> None:
    """Let every player cross at each look until killed, as if the clock were the look's number."""
    reviews = Reviews(engine)
    first = max((standing.reviewed_at_us or 0 for standing in reviews.due(2**60, 1000)), default=0)
    # The last look of a killed process is taken again: whether it was stored isn't known.
    for look in count(max(first, 1)):
        reviews.store_reviews(looks(look), look)
        say(str(look))


def looks(number: int) -> list[Review]:
    """The look of a number: odd ones find everybody red, even ones green."""
    return [
        Review(
            player_id=player, model_id="churn", margin=0.5, probability=0.6,
            band=BANDS[number % 2], due_at_us=number + 1,
        )
        for player in PLAYERS
    ]  # fmt: skip


_WHAT: dict[str, Callable[[Engine, Say], None]] = {
    "upgrade": _upgrade,
    "ask_same": _ask_same,
    "record_on": _record_on,
    "review_on": _review_on,
}


def _run(what: str, url: str, pipe: Connection) -> None:
    engine = open_engine(url)
    pipe.send("ready")
    pipe.recv()
    _WHAT[what](engine, pipe.send)
