"""The truth about a run, in files that no model may read: ``DIR/truth/*.parquet``.

``players`` has everybody's hidden nature, ``harm`` each change of the state of harm, ``responses``
the expected response to every action at every decision, with what both oracles would have done.
"""

from dataclasses import fields
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.simulator.actions import ACTION_NAMES, Chosen
from data.simulator.arrays import Floats, Ints
from data.simulator.harm import STATES
from data.simulator.logging_policy import eligible, probabilities
from data.simulator.players import PRODUCTS
from data.simulator.state import State
from data.simulator.truth.facts import known_facts
from data.simulator.truth.oracle import Asked, Gains, attainable, gains, seeing
from data.simulator.truth.response import Response, expected_response

FOLDER = "truth"

_Decisions = TypeVar("_Decisions", Response, Asked)


class TruthRecord:
    """Watches a world day by day; ask it before each step."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._harm = np.full(len(state.harm.state), -1)
        self._changes: list[pa.Table] = []
        self._day: list[Ints] = []
        self._action: list[Ints] = []
        self._responses: list[Response] = []
        self._asked: list[Asked] = []

    def observe(self, day: int, chosen: Chosen) -> None:
        """Note what is true before the day's decisions are carried out."""
        state, player = self._state, chosen.player
        changed = np.flatnonzero(state.harm.state != self._harm)
        self._harm = state.harm.state.copy()
        self._changes.append(_harm_table(day, changed, self._harm[changed]))
        if not len(player):
            return
        self._day.append(np.full(len(player), day))
        self._action.append(chosen.action)
        self._responses.append(expected_response(state, player, day))
        may, chances = eligible(state, player, day), probabilities(state, player, day)
        self._asked.append(Asked(player, may, chances, known_facts(state, player, day)))

    def write(self, folder: Path) -> Gains | None:
        """Write all tables into ``folder/truth``.

        Returns
        -------
        Gains or None
            What each way of choosing earned over all decisions; None without any.
        """
        place = folder / FOLDER
        place.mkdir(exist_ok=True)
        pq.write_table(_players_table(self._state), place / "players.parquet")
        pq.write_table(pa.concat_tables(self._changes), place / "harm.parquet")
        if not self._asked:
            return None
        response, asked = _joined(Response, self._responses), _joined(Asked, self._asked)
        ceiling = self._state.settings.worth.harm_ceiling
        best = seeing(response, asked.eligible, ceiling)
        known = attainable(response, asked, ceiling)
        table = self._responses_table(response, asked, known, best)
        pq.write_table(table, place / "responses.parquet")
        return gains(response, asked, known, best)

    def _responses_table(
        self, response: Response, asked: Asked, known: Ints, best: Ints
    ) -> pa.Table:
        columns = {
            "player_id": _player_ids(asked.player),
            "day": pa.array(np.concatenate(self._day), pa.int32()),
            "action": _names(np.concatenate(self._action)),
            "all_seeing_action": _names(best),
            "attainable_action": _names(known),
        }
        for number, name in enumerate(ACTION_NAMES):
            columns[f"eligible.{name}"] = pa.array(asked.eligible[:, number])
            for field in fields(Response):
                values = getattr(response, field.name)[:, number]
                columns[f"{field.name}.{name}"] = pa.array(values, pa.float32())
        return pa.table(columns)


def _joined(kind: type[_Decisions], parts: list[_Decisions]) -> _Decisions:
    """All decisions of all days, in one."""
    names = [field.name for field in fields(kind)]
    return kind(*(np.concatenate([getattr(one, name) for one in parts]) for name in names))


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
