"""Other processes that use a database of decisions, to be started together or killed."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count

from sqlalchemy import Engine

from serving.decisions.engine import open_engine
from serving.decisions.reviews import Band, Review, Reviews
from serving.decisions.schema import upgrade
from serving.decisions.store import DecisionStore
from tests.serving.decisions.cases import NOON_US, record

Process = subprocess.Popen[str]

PLAYERS = tuple(f"player-{number:02d}" for number in range(40))
BANDS: tuple[Band, ...] = ("green", "red")
_THREADS = 4


@contextmanager
def ready(what: str, url: str, processes: int) -> Iterator[list[Process]]:
    """Processes that have imported everything and wait to begin; killed at the end."""
    command = [sys.executable, "-m", "tests.serving.decisions.writers", what, url]
    with ExitStack() as stack:
        all_ = [stack.enter_context(_started(command)) for _ in range(processes)]
        assert [next_line(process) for process in all_] == ["ready\n"] * processes
        yield all_


def begin(process: Process) -> None:
    """Let a process that is ready begin."""
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def next_line(process: Process) -> str:
    """What a process says next."""
    assert process.stdout
    return process.stdout.readline()


@contextmanager
def _started(command: list[str]) -> Iterator[Process]:
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def at_once(what: str, url: str, processes: int) -> list[str]:
    """What each of several processes says that begin together."""
    with ready(what, url, processes) as all_:
        for process in all_:
            begin(process)
        return [process.communicate(timeout=60)[0].strip() for process in all_]


def _upgrade(engine: Engine) -> None:
    upgrade(engine)
    _say("upgraded")


def _ask_same(engine: Engine) -> None:
    """Answer the same requests as any other process that does this."""
    store = DecisionStore(engine)
    _say(" ".join(record(store, request_id=f"r{n}").decision_id for n in range(30)))


def _record_on(engine: Engine) -> None:
    """Record decisions from several threads until killed, and say which are stored."""
    store = DecisionStore(engine)

    def go_on(thread: int) -> None:
        for number in count():
            player = PLAYERS[(thread + number) % len(PLAYERS)]
            _say(record(store, player, at_us=NOON_US + number).decision_id)

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(go_on, range(_THREADS)))


def _review_on(engine: Engine) -> None:
    """Let every player cross at each look until killed, as if the clock were the look's number."""
    reviews = Reviews(engine)
    first = max((standing.reviewed_at_us or 0 for standing in reviews.due(2**60, 1000)), default=0)
    # The last look of a killed process is taken again: whether it was stored isn't known.
    for look in count(max(first, 1)):
        reviews.store_reviews(looks(look), look)
        _say(str(look))


def looks(number: int) -> list[Review]:
    """The look of a number: odd ones find everybody red, even ones green."""
    return [
        Review(
            player_id=player, model_id="churn", margin=0.5, probability=0.6,
            band=BANDS[number % 2], due_at_us=number + 1,
        )
        for player in PLAYERS
    ]  # fmt: skip


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _begin = {
        "upgrade": _upgrade,
        "ask_same": _ask_same,
        "record_on": _record_on,
        "review_on": _review_on,
    }[sys.argv[1]]
    _engine = open_engine(sys.argv[2])
    _say("ready")
    sys.stdin.readline()
    _begin(_engine)
