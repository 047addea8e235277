"""The second pass over a run's decisions: what the oracles would have done, some days at a time.

The attainable oracle needs the whole run to learn from, so days wait in files until it is over. It
learns from no more decisions than fit well into memory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.simulator.actions import ACTION_NAMES
from data.simulator.arrays import Ints
from data.simulator.player_ids import player_ids
from data.simulator.randomness import mixed
from data.simulator.truth.decisions import Decisions, decided, joined, load
from data.simulator.truth.known import Learned
from data.simulator.truth.oracle import Choices, Gains, earned
from data.simulator.truth.response import Response

_PORTION = 5_000
"""Decisions that are judged together, at least."""

_MEASURES = tuple(field.name for field in fields(Response))
_SCHEMA = pa.schema(
    [
        ("player_id", pa.string()),
        ("day", pa.int32()),
        ("action", pa.string()),
        ("all_seeing_action", pa.string()),
        ("attainable_action", pa.string()),
        *((f"eligible.{name}", pa.bool_()) for name in ACTION_NAMES),
        *((f"{field}.{name}", pa.float32()) for field in _MEASURES for name in ACTION_NAMES),
    ]
)


def write_choices(days: Sequence[Path], out: Path, harm_ceiling: float, most_learned: int) -> Gains:
    """Write the responses at all decisions of a run, and what the oracles would have done.

    Parameters
    ----------
    days
        Files of ``Decisions``, one at least.
    most_learned
        Decisions to learn from, about: those of a part of the players if there are more.
    """
    sample = joined(list(_sample(days, most_learned)))
    learned = Learned.of(sample, sample.facts, sample.player)
    total, count = np.zeros(3), 0
    with pq.ParquetWriter(out, _SCHEMA) as writer:
        for decisions in _portions(days):
            choices = Choices.of(decisions, learned, harm_ceiling)
            writer.write_table(_table(decisions, choices))
            total += earned(decisions, choices)
            count += len(decisions.player)
    return Gains(count, *(total / count).tolist())


def _portions(days: Sequence[Path]) -> Iterator[Decisions]:
    """Days together, some thousand decisions at a time: a forest asked often is slow."""
    waiting: list[Decisions] = []
    for decisions in map(load, days):
        waiting.append(decisions)
        if sum(len(one.player) for one in waiting) >= _PORTION:
            yield joined(waiting)
            waiting = []
    if waiting:
        yield joined(waiting)


def _sample(days: Sequence[Path], most: int) -> Iterator[Decisions]:
    """All decisions about a part of the players, by pairs: as many odd as even ones."""
    count = sum(map(decided, days))
    every = np.uint64(-(-count // most))
    for decisions in map(load, days):
        yield decisions.take(mixed(decisions.player // 2) % every == 0)


def _table(decisions: Decisions, choices: Choices) -> pa.Table:
    columns = {
        "player_id": player_ids(decisions.player),
        "day": decisions.day,
        "action": _names(decisions.action),
        "all_seeing_action": _names(choices.all_seeing),
        "attainable_action": _names(choices.attainable),
    }
    for number, name in enumerate(ACTION_NAMES):
        columns[f"eligible.{name}"] = decisions.eligible[:, number]
        columns |= {f"{field}.{name}": getattr(decisions, field)[:, number] for field in _MEASURES}
    return pa.table(columns, _SCHEMA)


def _names(action: Ints) -> pa.Array:
    return pa.array(ACTION_NAMES).take(pa.array(action))
