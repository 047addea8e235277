"""Command: take a recorded decision again, from its stored state and the registered model.

Two levels. *Decision*: from the stored state the policy has to come to the very bytes that are
stored. *Score*: from the stored features the registered booster has to come to the stored margins,
to the bit under the same installed versions; under others the difference is shown. Features are not
computed again: what is known later must not rewrite what was known.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress

from campaigns import decision as decision_codec
from campaigns.player_state import ModelScore, PlayerState
from campaigns.policy import POLICY_VERSION, decide
from data.errors import told_plainly
from features.catalogue import version
from features.manifest import BOOSTER_FILE
from serving.decider import lock_digest
from serving.decisions.engine import open_engine
from serving.decisions.store import DecisionStore
from serving.decisions.stored_decision import StoredDecision, to_store
from serving.errors import ServingError
from serving.models import ModelRefused, ServedModel, read_model
from serving.registry import Registry, RegistryUnreadable

AT_ONCE = 500

app = typer.Typer(add_completion=False)


class NotReplayed(ServingError):
    """A decision doesn't come out as it was recorded; the message says at which level and how."""


@dataclass(frozen=True)
class Fault:
    """What didn't come out as recorded."""

    decision_id: str
    text: str


class Replayer:
    """Replays decisions; each registered version of a model is read once."""

    def __init__(self, registry_uri: str) -> None:
        self._registry_uri = registry_uri
        self._models: dict[tuple[str, str], ServedModel] = {}

    def faults(self, stored: StoredDecision) -> Iterator[Fault]:
        """Everything that doesn't come out as recorded; nothing if all is bit-equal."""
        if not stored.is_intact:
            yield Fault(stored.decision_id, "the stored record was changed: its digest differs")
            return
        if stored.policy_version != POLICY_VERSION:
            text = f"decided by policy {stored.policy_version}, installed is {POLICY_VERSION}"
            yield Fault(stored.decision_id, f"{text}: replay it with the code of that time")
            return
        try:
            state = stored.read_state()
            recorded = _as_recorded(stored, state)
        except (msgspec.MsgspecError, ValueError) as fault:
            yield Fault(stored.decision_id, f"the stored record can't be read: {fault}")
            return
        if stored != recorded:
            yield Fault(stored.decision_id, "the row says otherwise than the record that it holds")
        if decision_codec.encoded(decide(state)) != stored.decision:
            yield Fault(stored.decision_id, "the policy decides otherwise from the stored state")
        for score in state.scores:
            for text in self._score_faults(score, stored.lock_digest):
                yield Fault(stored.decision_id, text)

    def _score_faults(self, score: ModelScore, lock: str) -> Iterator[str]:
        name = f"{score.model_id} version {score.model_version}"
        try:
            model = self._model(score)
        except (ModelRefused, RegistryUnreadable) as fault:
            yield f"{name} {fault}"
            return
        values = np.array([score.features], dtype=np.float64)
        margin = float(model.booster.margins(values)[0])
        probability = float(model.manifest.calibration.probability(np.array([margin]))[0])
        if (margin, probability) != (score.margin, score.probability):
            same = "the same" if lock == lock_digest() else "other"
            yield (
                f"{name} answers {margin!r} ({probability!r}), recorded {score.margin!r} "
                f"({score.probability!r}), under {same} installed versions"
            )

    def _model(self, score: ModelScore) -> ServedModel:
        key = (score.model_id, score.model_version)
        if key not in self._models:
            with Registry(self._registry_uri) as registry:
                folder = registry.download(*key)
                _refuse_other(folder / BOOSTER_FILE, score.booster_digest)
                self._models[key] = read_model(*key, folder)
        return self._models[key]


def _refuse_other(booster: Path, digest: str) -> None:
    """Nothing is made of a file that isn't the recorded one: whatever it holds, it proves nothing.

    Raises
    ------
    ModelRefused
        If the file's SHA-256 is another.
    """
    found = sha256(booster.read_bytes()).hexdigest() if booster.is_file() else "that of no file"
    if found != digest:
        raise ModelRefused(f"isn't the booster that answered: its SHA-256 is {found}, not {digest}")


def _as_recorded(stored: StoredDecision, state: PlayerState) -> StoredDecision:
    """The row that the stored record would be written as."""
    return to_store(
        state,
        stored.read_decision(),
        request_id=stored.request_id,
        lock_digest=stored.lock_digest,
        mode=stored.mode,
    )


def stored_decisions(store: DecisionStore) -> Iterator[StoredDecision]:
    """Every decision, in the order of ids."""
    after = None
    while found := store.iterate(after, AT_ONCE):
        yield from found
        after = found[-1].decision_id


@app.command()
def main(
    decision_id: Annotated[
        str | None, typer.Argument(help="Id of a decision; all of them if none is named.")
    ] = None,
    place: Annotated[Path, typer.Option(help="Place of the service.")] = Path(".demo/sim"),
    decisions: Annotated[
        str | None, typer.Option(help="Address of the decisions; else SQLite in the place.")
    ] = None,
    registry: Annotated[
        str | None, typer.Option(help="Address of the registry; else SQLite in the place.")
    ] = None,
) -> None:
    """Take recorded decisions again and compare them to the bit."""
    with told_plainly():
        engine = open_engine(decisions or _decisions_of(place))
        store = DecisionStore(engine)
        chosen = [store.get(decision_id)] if decision_id else stored_decisions(store)
        replayer = Replayer(registry or f"sqlite:///{place / 'mlflow.db'}")
        faults: list[Fault] = []
        seen = 0
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("replaying", total=None)
            for stored in chosen:
                faults += replayer.faults(stored)
                seen += 1
                progress.advance(task)
        engine.dispose()
        if not seen:
            raise NotReplayed("no decision is stored there: name the service's place or database")
        console = Console()
        for fault in faults:
            console.print(f"{fault.decision_id}: {fault.text}", highlight=False, soft_wrap=True)
        if faults:
            raise NotReplayed(f"{len({fault.decision_id for fault in faults})} of {seen} differ")
        console.print(
            f"{seen:,} decisions and their scores came out bit-equal "
            f"(policy {POLICY_VERSION}, features {version()}, versions {lock_digest()})",
            highlight=False,
        )


def _decisions_of(place: Path) -> str:
    path = place / "decisions.sqlite"
    if not path.is_file():
        raise NotReplayed(f"{path} does not exist: name the service's place, or --decisions")
    return f"sqlite:///{path}"


if __name__ == "__main__":
    app()
