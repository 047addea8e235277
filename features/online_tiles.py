"""Features at request time: a player's tiles, read and run through the one kernel."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from features.catalogue import feature_matrix
from features.formulas import Floats
from features.state_place import identity
from features.tile_arrays import Tiles, no_tiles
from features.tile_sql import LEVEL_US
from features.tile_state import TileState
from features.windows import FROM_THE_BEGINNING, window_values

Clock = Literal["wall", "last_event"]


@dataclass(frozen=True)
class OnlineRows:
    """Feature vectors of some players as of one moment.

    Attributes
    ----------
    as_of_us
        The moment, µs since the epoch; everything known before it is in.
    last_known_us
        When the last event that was applied became known.
    known
        Shape (n,): whether the player has ever been seen.
    protected
        Shape (n,): whether the player is protected (``features.protection``).
    matrix
        Shape (n, features), in catalogue order; NaN is absent or unknown.
    base_currency
        ISO 4217 code that amounts are in.
    """

    as_of_us: int
    last_known_us: int
    known: npt.NDArray[np.bool_]
    protected: npt.NDArray[np.bool_]
    matrix: Floats
    base_currency: str


def features_of(tiles: Mapping[str, Tiles], as_of_us: int, coverage: frozenset[str]) -> Floats:
    """Feature vectors of players from their tiles, shape (players, features).

    Parameters
    ----------
    tiles
        Level → tiles grouped by player, holding what became known before the moment.
    as_of_us
        Moment that the vectors are for, µs since the epoch.
    coverage
        What the log's sources tell.
    """
    n = len(tiles["day"].offsets) - 1
    stored = {level: no_tiles(n) for level in LEVEL_US}
    held = window_values(np.full(n, as_of_us), np.arange(n), stored, tiles)
    return feature_matrix(held, [(FROM_THE_BEGINNING, coverage)])


class OnlineTiles:
    """Reads features of players from the tile state; for one thread.

    Parameters
    ----------
    path
        SQLite file that ``features.load_online`` fills.
    clock
        ``wall`` is the present. ``last_event`` stands still one microsecond after the latest event
        known, for data of the past: demonstrations and replays.
    """

    def __init__(self, path: Path, clock: Clock = "wall") -> None:
        self.path = path
        self._clock = clock
        self._state: TileState | None = None
        self._file = 0

    def features(self, player_ids: Sequence[str], as_of_us: int | None = None) -> OnlineRows:
        """Feature vectors in the order of the ids, each computed now from the player's tiles.

        Parameters
        ----------
        as_of_us
            Moment to answer for in place of the clock's. Never before the last event known: the
            answer is for the first moment after it then.
        """
        facts, protected, tiles = self.state().read(player_ids)
        asked_us = as_of_us or (time.time_ns() // 1000 if self._clock == "wall" else 0)
        as_of_us = max(asked_us, facts.last_known_us + 1)
        known = np.diff(tiles["day"].offsets) > 0
        matrix = features_of(tiles, as_of_us, facts.sources.coverage)
        return OnlineRows(
            as_of_us=as_of_us,
            last_known_us=facts.last_known_us,
            known=known,
            protected=np.array([id_ in protected for id_ in player_ids], np.bool_),
            matrix=matrix,
            base_currency=facts.sources.base_currency,
        )

    def now_us(self) -> int:
        """The present by the clock, never before the last event known."""
        wall_us = time.time_ns() // 1000 if self._clock == "wall" else 0
        return max(wall_us, self.state().facts().last_known_us + 1)

    def player_ids(self) -> list[str]:
        """Every player that has been seen, in order."""
        return self.state().player_ids()

    def state(self) -> TileState:
        """The state that stands at the path now: one that was replaced as a whole is opened anew.

        Raises
        ------
        TileStateError
            If it is missing or can't be read.
        """
        file = identity(self.path)
        if self._state is None or file != self._file:
            self.close()
            self._state, self._file = TileState(self.path), file
        return self._state

    def close(self) -> None:
        """Close the tile state, if it is open."""
        if self._state is not None:
            self._state.close()
            self._state = None
