"""Taking a decision: the state as of now, the pure policy, and the record of both."""

import asyncio
import os
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b, sha256
from importlib.metadata import distributions
from pathlib import Path
from sysconfig import get_path
from threading import Lock
from typing import TypeVar
from zlib import crc32

from campaigns.player_state import PlayerState
from campaigns.policy import decide
from serving.decisions.engine import DecisionStoreUnavailable, open_engine
from serving.decisions.reviews import Reviews
from serving.decisions.schema import upgrade
from serving.decisions.store import DecisionStore
from serving.decisions.stored_decision import Mode, StoredDecision
from serving.errors import NotReady
from serving.state_builder import Asked, with_past

Result = TypeVar("Result")

REMEMBERED_US = 400 * 86_400 * 1_000_000
"""How far back a decision knows what was done: more than any cool-down or yearly check."""

_TURNS = 64
"""Locks that persons share."""

_WRITERS = 8
"""Threads that wait for the disk together."""


class Decider:
    """Takes and records decisions of one process.

    Parameters
    ----------
    url
        SQLAlchemy address of the database of decisions.
    key_file
        Secret that draws are derived from; made at the first start.
    """

    def __init__(self, url: str, key_file: Path) -> None:
        self.engine = open_engine(url)
        upgrade(self.engine)
        self.store = DecisionStore(self.engine)
        self.reviews = Reviews(self.engine)
        self._key = _secret(key_file)
        self._turns = [Lock() for _ in range(_TURNS)]
        self._threads = ThreadPoolExecutor(_WRITERS, thread_name_prefix="decisions")

    def ask(
        self, player_id: str, at_us: int, state_age_us: int | None, unread: frozenset[str]
    ) -> Asked:
        """Name a decision: ids sort by time, and each has a seed of its own."""
        decision_id = f"{at_us:015x}-{secrets.token_hex(8)}"
        seed = blake2b(decision_id.encode(), key=self._key, digest_size=16).hexdigest()
        return Asked(decision_id, seed, player_id, state_age_us, unread)

    def take(
        self, state: PlayerState, accounts: tuple[str, ...], request_id: str | None, mode: Mode
    ) -> StoredDecision:
        """Add what was done before, decide, and record; blocks until it is on the disk.

        One decision about a person at a time, so that two can't both use up the last of a cap.
        """
        with self._turns[crc32(accounts[0].encode()) % len(self._turns)]:
            past = self.store.past(accounts, state.at_us - REMEMBERED_US)
            full = with_past(state, past)
            return self.store.record(
                full, decide(full), request_id=request_id, lock_digest=lock_digest(), mode=mode
            )

    async def in_thread(self, work: Callable[[], Result]) -> Result:
        """Do work that waits for the database beside the event loop.

        Raises
        ------
        NotReady
            If the database can't be used.
        """
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except DecisionStoreUnavailable as fault:
            raise NotReady(f"Decisions can't be stored: {fault}.", "Send it again.") from fault

    def close(self) -> None:
        """Finish what runs and let the database go."""
        self._threads.shutdown()
        self.engine.dispose()


def _secret(path: Path) -> bytes:
    """The key in a file, which only its owner may read; the first of several processes makes it."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_bytes()


@lru_cache(maxsize=1)
def lock_digest() -> str:
    """Names every installed version: margins are bit-equal under the same one.

    It is looked for where packages are installed and nowhere else: some add folders of their own
    to ``sys.path`` once they are imported.
    """
    folders = [get_path("purelib"), get_path("platlib")]
    installed = {f"{found.name}=={found.version}" for found in distributions(path=folders)}
    return sha256("\n".join(sorted(installed)).encode()).hexdigest()[:16]
