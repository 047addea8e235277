"""Two ways to the players' tiles, so that a big request doesn't hold up a small one."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from features.errors import FeatureError
from features.online_tiles import Clock, OnlineTiles
from serving.errors import NotReady

FEW_PLAYERS = 8
"""Up to here an answer takes less time than a thread's turn would cost the others."""

Result = TypeVar("Result")


def _done(work: Callable[[OnlineTiles], Result], tiles: OnlineTiles) -> Result:
    """Do some work on the tiles; callers learn the file's name, not where it lies.

    Raises
    ------
    NotReady
        If the store is missing or can't be read.
    """
    try:
        return work(tiles)
    except (FeatureError, sqlite3.Error) as fault:
        reason = str(fault).replace(f"{tiles.path.parent}/", "")
        raise NotReady(
            f"Players' tiles can't be read: {reason}.", "Fill the store with features.load_online."
        ) from fault


class Lanes:
    """A reader for the event loop, and one for the thread that answers big requests in turn."""

    def __init__(self, online_store: Path, clock: Clock) -> None:
        self._quick = OnlineTiles(online_store, clock)
        self._bulk = OnlineTiles(online_store, clock)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bulk")

    async def run(self, work: Callable[[OnlineTiles], Result], players: int) -> Result:
        """Do some work on the tiles of so many players.

        Raises
        ------
        NotReady
            If the store can't be read.
        """
        if players <= FEW_PLAYERS:
            return _done(work, self._quick)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, _done, work, self._bulk)

    def fault(self) -> str | None:
        """Why the store can't be read; None if it can. For the event loop's thread."""
        try:
            _done(OnlineTiles.state, self._quick)
        except NotReady as fault:
            return fault.detail
        return None

    def close(self) -> None:
        """Finish what is under way and close the readers."""
        self._thread.shutdown()
        self._quick.close()
        self._bulk.close()
