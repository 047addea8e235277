"""Feature rows: what was known about given players as of given moments, built offline."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.event_log import EventLog
from features.catalogue import FEATURE_NAMES, feature_matrix
from features.errors import FeatureError
from features.tile_arrays import Tiles
from features.tile_queries import Rows, running_tiles, stored_tiles
from features.tiles import require_tiles
from features.windows import window_values

ROWS_A_READ = 100_000
"""Rows whose players' tiles are read at once: each read scans the days that the rows ask for."""

ROWS_A_CHUNK = 10_000
"""Rows computed at once by a thread: about 50 MB of window values."""

ROW_SCHEMA = pa.schema(
    [
        pa.field("player_id", pa.string()),
        pa.field("event_timestamp", pa.timestamp("us", "UTC")),
        pa.field("feature_cutoff", pa.timestamp("us", "UTC")),
        *(pa.field(name, pa.float64()) for name in FEATURE_NAMES),
    ]
)
"""Columns of feature rows. ``event_timestamp`` is Feast's word for the as-of moment, and
``feature_cutoff`` repeats it as a value, so a join that returns another row is found out."""


class EntityError(FeatureError):
    """The entity rows can't be used; the message names the column and the remedy."""


def players_and_cutoffs(entities: pa.Table) -> pa.Table:
    """The two columns of entity rows that features depend on.

    Raises
    ------
    EntityError
        If one of them is missing.
    """
    missing = {"player_id", "cutoff"} - set(entities.column_names)
    if missing:
        raise EntityError(
            f"entity rows lack {sorted(missing)}: give player_id (text) and cutoff (timestamp UTC)"
        )
    moments = entities.column("cutoff").cast(pa.timestamp("us", "UTC"))
    return pa.table({"player_id": entities.column("player_id"), "cutoff": moments})


def iterate_rows(
    log: EventLog, entities: pa.Table, memory_limit: str = "4GB"
) -> Iterator[pa.Table]:
    """Build feature rows in chunks, in order of player and cutoff.

    Each row holds what was known strictly before its own cutoff. Memory is bounded by a read and a
    chunk a core; cost grows with the rows and with the tiles of their players.

    Parameters
    ----------
    log
        An event log whose commits are tiled (``features.tiles.tile_commits``). Commits that land
        while rows are built are not in them.
    entities
        Columns ``player_id`` (text) and ``cutoff`` (timestamp, UTC), a row each.
    """
    log = log.pinned()
    require_tiles(log)
    coverage = log.coverage_since()
    with (
        duckdb.connect(config={"memory_limit": memory_limit}) as con,
        ThreadPoolExecutor(os.cpu_count()) as threads,
    ):
        con.execute("SET enable_progress_bar = false")
        for rows in _reads(entities):
            stored = stored_tiles(con, log, rows)
            running = running_tiles(con, log, rows)
            compute = partial(_computed, rows, stored, running, coverage)
            yield from threads.map(compute, range(0, len(rows.cutoff_us), ROWS_A_CHUNK))


def _computed(
    rows: Rows,
    stored: Mapping[str, Tiles],
    running: Mapping[str, Tiles],
    coverage: Sequence[tuple[int, frozenset[str]]],
    begin: int,
) -> pa.Table:
    """Feature rows of a chunk that begins at a row."""
    chosen = slice(begin, begin + ROWS_A_CHUNK)
    part = Rows(rows.player_ids, rows.player[chosen], rows.cutoff_us[chosen])
    ran = {
        level: tiles._replace(offsets=tiles.offsets[begin : begin + len(part.player) + 1])
        for level, tiles in running.items()
    }
    held = window_values(part.cutoff_us, part.player, stored, ran)
    return _as_table(part, feature_matrix(held, coverage))


def _reads(entities: pa.Table) -> Iterator[Rows]:
    """Cut the entity rows between players, so that a player's tiles are read once."""
    entities = players_and_cutoffs(entities).sort_by(
        [("player_id", "ascending"), ("cutoff", "ascending")]
    )
    cutoff_us = entities.column("cutoff").cast(pa.int64()).to_numpy()
    encoded = pc.dictionary_encode(entities.column("player_id").combine_chunks())
    codes = encoded.indices.to_numpy().astype(np.int64)
    names = encoded.dictionary.to_pylist()
    begin = 0
    while begin < len(codes):
        last = min(begin + ROWS_A_READ, len(codes)) - 1
        end = int(np.searchsorted(codes, codes[last], side="right"))
        first_player = codes[begin]
        yield Rows(
            names[first_player : codes[end - 1] + 1],
            codes[begin:end] - first_player,
            cutoff_us[begin:end],
        )
        begin = end


def _as_table(rows: Rows, matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> pa.Table:
    moments = pa.array(rows.cutoff_us, pa.timestamp("us", "UTC"))
    ids = pa.array(rows.player_ids, pa.string()).take(pa.array(rows.player))
    return pa.table([ids, moments, moments, *(pa.array(c) for c in matrix.T)], schema=ROW_SCHEMA)
