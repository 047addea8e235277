"""The truth about a run, in files that no model may read: ``DIR/truth/*.parquet``.

``players`` has everybody's hidden nature, ``harm`` each change of the state of harm, ``responses``
the expected response to every action at every decision, with what both oracles would have done.
"""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.simulator.actions import ACTION_NAMES, Chosen
from data.simulator.arrays import Bools, Floats, Ints
from data.simulator.harm import STATES
from data.simulator.logging_policy import eligible, known_facts, probabilities
from data.simulator.players import PRODUCTS
from data.simulator.state import State
from data.simulator.truth.oracle import Gains, attainable, gains, seeing
from data.simulator.truth.response import Response, expected_response

FOLDER = "truth"


class TruthRecord:
    """Watches a world day by day; ask it before each step."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._harm = np.full(len(state.harm.state), -1)
        self._changes: list[pa.Table] = []
        self._player: list[Ints] = []
        self._day: list[Ints] = []
        self._action: list[Ints] = []
        self._responses: list[Response] = []
        self._eligible: list[Bools] = []
        self._chances: list[Floats] = []
        self._facts: list[Floats] = []

    def observe(self, day: int, chosen: Chosen) -> None:
        """Note what is true before the day's decisions are carried out."""
        state = self._state
        changed = np.flatnonzero(state.harm.state != self._harm)
        self._harm = state.harm.state.copy()
        self._changes.append(_harm_table(day, changed, self._harm[changed]))
        if not len(chosen.player):
            return
        self._player.append(chosen.player)
        self._day.append(np.full(len(chosen.player), day))
        self._action.append(chosen.action)
        self._responses.append(expected_response(state, chosen.player, day))
        self._eligible.append(eligible(state, chosen.player, day))
        self._chances.append(probabilities(state, chosen.player, day))
        self._facts.append(known_facts(state, chosen.player, day))

    def gains(self) -> Gains | None:
        """What each way of choosing earned over all decisions; None without any."""
        if not self._player:
            return None
        return gains(
            self._response(),
            np.concatenate(self._eligible),
            np.concatenate(self._chances),
            np.concatenate(self._facts),
            self._ceiling,
        )

    def write(self, folder: Path) -> None:
        """Write all tables into ``folder/truth``."""
        place = folder / FOLDER
        place.mkdir(exist_ok=True)
        pq.write_table(_players_table(self._state), place / "players.parquet")
        pq.write_table(pa.concat_tables(self._changes), place / "harm.parquet")
        if self._player:
            pq.write_table(self._responses_table(), place / "responses.parquet")

    @property
    def _ceiling(self) -> float:
        return self._state.settings.worth.harm_ceiling

    def _response(self) -> Response:
        names = [field.name for field in fields(Response)]
        parts = [np.concatenate([getattr(one, name) for one in self._responses]) for name in names]
        return Response(*parts)

    def _responses_table(self) -> pa.Table:
        response, allowed = self._response(), np.concatenate(self._eligible)
        facts = np.concatenate(self._facts)
        best = seeing(response, allowed, self._ceiling)
        known = attainable(response, allowed, facts, self._ceiling)
        columns = {
            "player_id": _player_ids(np.concatenate(self._player)),
            "day": pa.array(np.concatenate(self._day), pa.int32()),
            "action": _names(np.concatenate(self._action)),
            "all_seeing_action": _names(best),
            "attainable_action": _names(known),
        }
        for number, name in enumerate(ACTION_NAMES):
            columns[f"eligible.{name}"] = pa.array(allowed[:, number])
            for field in fields(Response):
                values = getattr(response, field.name)[:, number]
                columns[f"{field.name}.{name}"] = pa.array(values, pa.float32())
        return pa.table(columns)


def _player_ids(player: Ints) -> pa.Array:
    return pa.array([f"player-{number:06d}" for number in player.tolist()], pa.string())


def _names(action: Ints) -> pa.Array:
    return pa.array(ACTION_NAMES).take(pa.array(action))


def _harm_table(day: int, player: Ints, state: Ints) -> pa.Table:
    return pa.table(
        {
            "player_id": _player_ids(player),
            "day": pa.array(np.full(len(player), day), pa.int32()),
            "state": pa.array(STATES).take(pa.array(state)),
        }
    )


def _players_table(state: State) -> pa.Table:
    natures, influence = state.population.natures, state.influence
    columns: dict[str, Floats] = {
        field.name: getattr(natures, field.name)
        for field in fields(natures)
        if getattr(natures, field.name).ndim == 1
    }
    columns |= {f"taste.{name}": natures.taste[:, n] for n, name in enumerate(PRODUCTS)}
    columns |= {
        "vulnerability": state.harm.vulnerability,
        "responsiveness": influence.responsiveness,
        "annoyance": influence.annoyance,
        "waiting": influence.waiting,
    }
    everyone = _player_ids(np.arange(len(state.population.profiles)))
    return pa.table({"player_id": everyone} | {k: pa.array(v) for k, v in columns.items()})
