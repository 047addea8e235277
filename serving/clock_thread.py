"""Runs the clock beside the requests of the process that writes events."""

import logging
import threading
from collections.abc import Mapping

from features.online_tiles import OnlineTiles
from features.tile_state import TileState
from serving.caught import Caught
from serving.clock import Bands, turn_of_the_clock
from serving.decisions.inserting import portions
from serving.decisions.reviews import Reviews
from serving.live_writer import LiveWriter
from serving.models import ServedModel

_LOG = logging.getLogger(__name__)

TURN_S = 1.0
PAUSE_S = 0.05


class ClockThread:
    """Turns the clock once a second until it is closed.

    Parameters
    ----------
    tiles
        A reader for this thread alone.
    pause_s
        Between portions of players, so that requests go first.
    """

    def __init__(
        self,
        tiles: OnlineTiles,
        models: Mapping[str, ServedModel],
        reviews: Reviews,
        writer: LiveWriter,
        pause_s: float = PAUSE_S,
    ) -> None:
        self._tiles, self._models = tiles, models
        self._reviews, self._writer, self._pause_s = reviews, writer, pause_s
        self._closing = threading.Event()
        self._changed: set[str] = set()
        self._known_of: TileState | None = None
        self.looked_at = 0
        self.crossings = 0
        self._thread = threading.Thread(target=self._run, name="clock", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish the portion that is looked at."""
        self._closing.set()
        self._thread.join()
        self._tiles.close()

    def _run(self) -> None:
        while not self._closing.wait(TURN_S):
            with Caught() as turn:
                self._turn()
            if turn.fault is not None:
                _LOG.warning("the clock stands still: %s", type(turn.fault).__name__)

    def _turn(self) -> None:
        # What couldn't be stored waits for the next turn, with what changes until then.
        self._changed |= self._writer.take_changed()
        state = self._tiles.state()
        if state is not self._known_of:
            self._add(state.player_ids())
            self._known_of = state
        if self._changed:
            self._add(sorted(self._changed))
            self._reviews.hasten(self._changed, self._tiles.now_us())
            self._changed.clear()
        for look in turn_of_the_clock(self._tiles, self._models, self._reviews, Bands()):
            self.looked_at += look.looked_at
            self.crossings += look.crossings
            if self._closing.wait(self._pause_s):
                return

    def _add(self, player_ids: list[str]) -> None:
        for model_id in self._models:
            for players in portions(player_ids):
                self._reviews.add_players(players, model_id, due_us=0)
                if self._closing.wait(self._pause_s):
                    return
