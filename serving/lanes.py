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


class Reader:
    """Tiles of one store, for one thread. A store that was replaced as a whole is opened anew."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock: Clock = clock
        self._tiles: OnlineTiles | None = None
        self._inode = 0

    def tiles(self) -> OnlineTiles:
        """The tiles of the store that stands at the path now.

        Raises
        ------
        NotReady
            If it is missing or can't be read.
        """
        try:
            inode = self._path.stat().st_ino
            if self._tiles is None or inode != self._inode:
                self.close()
                self._tiles, self._inode = OnlineTiles(self._path, self._clock), inode
        except FileNotFoundError:
            raise _no_features(f"{self._path.name} is missing") from None
        except (FeatureError, sqlite3.Error) as fault:
            raise _no_features(str(fault)) from fault
        return self._tiles

    def close(self) -> None:
        """Close the store, if it is open."""
        if self._tiles is not None:
            self._tiles.close()
            self._tiles = None


def _no_features(reason: str) -> NotReady:
    return NotReady(
        f"Players' tiles can't be read: {reason}.", "Fill the store with features.load_online."
    )


class Lanes:
    """A reader for the event loop, and one for the thread that answers big requests in turn."""

    def __init__(self, online_store: Path, clock: Clock) -> None:
        self._quick = Reader(online_store, clock)
        self._bulk = Reader(online_store, clock)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bulk")

    async def run(self, work: Callable[[OnlineTiles], Result], players: int) -> Result:
        """Do some work on the tiles of so many players.

        Raises
        ------
        NotReady
            If the store can't be read.
        """
        if players <= FEW_PLAYERS:
            return work(self._quick.tiles())
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: work(self._bulk.tiles()))

    def fault(self) -> str | None:
        """Why the store can't be read; None if it can. For the event loop's thread."""
        try:
            self._quick.tiles()
        except NotReady as fault:
            return fault.detail
        return None

    def close(self) -> None:
        """Finish what is under way and close the readers."""
        self._thread.shutdown()
        self._quick.close()
        self._bulk.close()
