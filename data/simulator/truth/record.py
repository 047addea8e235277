"""The truth about a run, in files that no model may read: ``DIR/truth/*.parquet``.

``players`` has everybody's hidden nature, ``harm`` the state of harm by the evening of each day on
which it was another than the evening before, ``responses`` the expected response to every action at
every decision, with what both oracles would have done.
"""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.simulator.actions import Chosen
from data.simulator.arrays import Floats, Ints
from data.simulator.harm import STATES
from data.simulator.player_ids import player_ids
from data.simulator.players import PRODUCTS
from data.simulator.state import State
from data.simulator.truth.decisions import Decisions
from data.simulator.truth.oracle import Gains
from data.simulator.truth.oracle_choices import write_choices

FOLDER = "truth"

_MOST_LEARNED = 200_000
"""Decisions that the attainable oracle learns from, about: they are held in memory."""


class TruthRecord:
    """Watches a world day by day: its decisions before each step, its harm after it.

    Parameters
    ----------
    folder
        Where decisions wait, a file a day, until the run is over.
    """

    def __init__(self, state: State, folder: Path) -> None:
        self._state, self._folder = state, folder
        self._harm = np.full(len(state.harm.state), -1)
        self._changes: list[pa.Table] = []
        self._decided: list[Path] = []
        folder.mkdir(exist_ok=True)

    def observe(self, day: int, chosen: Chosen) -> None:
        """Note what is true before the day's decisions are carried out."""
        if len(chosen.player):
            path = self._folder / f"{day:04d}.npz"
            Decisions.observed(self._state, day, chosen).save(path)
            self._decided.append(path)

    def observe_harm(self, day: int) -> None:
        """Note whose state of harm is another by the end of the day."""
        now = self._state.harm.state
        changed = np.flatnonzero(now != self._harm)
        self._harm = now.copy()
        self._changes.append(_harm_table(day, changed, now[changed]))

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
        if not self._decided:
            return None
        ceiling = self._state.settings.worth.harm_ceiling
        return write_choices(self._decided, place / "responses.parquet", ceiling, _MOST_LEARNED)


def _harm_table(day: int, player: Ints, state: Ints) -> pa.Table:
    return pa.table(
        {
            "player_id": player_ids(player),
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
    everyone = player_ids(np.arange(len(state.population.profiles)))
    return pa.table({"player_id": everyone} | {k: pa.array(v) for k, v in columns.items()})
