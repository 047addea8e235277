"""What one process stands on, and whether it can answer."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from features.online_tiles import OnlineTiles
from serving.arrival import ArrivalClock
from serving.clock_thread import ClockThread
from serving.decider import Decider
from serving.errors import NotReady, UnknownModel
from serving.lanes import Lanes
from serving.live_writer import LiveWriter
from serving.models import Champions, ServedModel, load_champions
from serving.scoring import model_card
from serving.settings import Settings
from serving.status_schemas import Fault, Models, Readiness

_RESTART = "GET /v1/models lists what is missing; mend it and start the service again."


@dataclass(frozen=True)
class Parts:
    """The models that were loaded, and the way to the players' tiles."""

    champions: Champions
    lanes: Lanes
    decider: Decider
    place: Path
    writer: LiveWriter | None = None
    clock: ClockThread | None = None

    def event_writer(self) -> LiveWriter:
        """The writer of live events.

        Raises
        ------
        NotReady
            If this process takes none.
        """
        if self.writer is None:
            raise NotReady(
                "This process takes no events (PLAYER_EVENTS=false).",
                "Send them to the one process of this place that does.",
            )
        return self.writer

    def state_age_us(self) -> int | None:
        """How long events have waited that the state doesn't hold yet; None if that is unknown."""
        return None if self.writer is None else self.writer.waited_us()

    def unread_protection(self) -> frozenset[str]:
        """Players of whom something that may protect them couldn't be read."""
        return frozenset() if self.writer is None else self.writer.unread_protection

    def model(self, model_id: str) -> ServedModel:
        """A served model.

        Raises
        ------
        NotReady
            If its champion was refused, or nothing could be loaded at all.
        UnknownModel
            If the registry has no champion of this name.
        """
        if model_id in self.champions.models:
            return self.champions.models[model_id]
        faults = self.champions.faults
        if reason := faults.get(f"model {model_id}", faults.get("registry")):
            raise NotReady(f"Model {model_id} isn't served: {reason}.", _RESTART)
        raise UnknownModel(model_id, sorted(self.champions.models))

    def readiness(self) -> Readiness:
        """Ready means that at least one model can answer."""
        return Readiness(
            ready=self.lanes.fault() is None and bool(self.champions.models),
            models=sorted(self.champions.models),
            missing=[fault.part for fault in self._faults()],
        )

    def described(self) -> Models:
        """The served models' cards."""
        cards = [model_card(model) for model in self.champions.models.values()]
        return Models(models=cards, faults=list(self._faults()))

    def close(self) -> None:
        """Finish what waits and let the stores go."""
        if self.clock is not None:
            self.clock.close()
        if self.writer is not None:
            self.writer.close()
        self.decider.close()
        self.lanes.close()

    def log_faults(self) -> None:
        """Say on standard error what is missing, for whoever runs the service."""
        for fault in self._faults():
            sys.stderr.write(f"not served: {fault.part}: {fault.reason}\n")

    def _faults(self) -> Iterator[Fault]:
        if reason := self.lanes.fault():
            yield Fault(part="online store", reason=reason)
        for part, reason in self.champions.faults.items():
            yield Fault(part=part, reason=reason)


def load_parts(settings: Settings) -> Parts:
    """Load the champions and find the online store; what fails is named later, not raised."""
    writer = LiveWriter(settings.place, ArrivalClock(settings.clock)) if settings.events else None
    champions = load_champions(settings.registry, settings.model_alias)
    lanes = Lanes(settings.online_store, settings.clock)
    decider = Decider(settings.decisions, settings.place / "draw.key")
    if writer is None:
        return Parts(champions, lanes, decider, settings.place)
    tiles = OnlineTiles(settings.online_store, settings.clock)
    clock = ClockThread(tiles, champions.models, decider.reviews, writer)
    return Parts(champions, lanes, decider, settings.place, writer, clock)
