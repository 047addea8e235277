"""Rows that did not become events: one CSV a run, a line a fault, nothing lost.

A run is named by its mapping and its input, so the same import writes the same file again. Rows
with one event id are one row: the first is kept, the others are duplicates.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from data.conversion.set_aside import NO_RULE
from data.drafts import draft_of
from data.sql_text import literal

FOLDER = "quarantine"


@dataclass(frozen=True)
class Fault:
    """How many rows have one fault."""

    field: str
    reason: str
    rows: int


@dataclass(frozen=True)
class Quarantined:
    """What was set aside in a run.

    Attributes
    ----------
    file
        The CSV, or None if no row was set aside.
    rows, duplicates
        Rows set aside, and further rows with the event id of one of them.
    faults
        Rows by fault, most first; a row may have several.
    unmatched
        The texts that no rule matches, with their rows, most first.
    """

    file: Path | None
    rows: int
    duplicates: int
    faults: tuple[Fault, ...]
    unmatched: tuple[tuple[str, int], ...]


def write_quarantine(staged: Path, root: Path, run: str) -> Quarantined:
    """Write the staged faults of a run to ``root/quarantine/<run>.csv``, whole or not at all."""
    target = root / FOLDER / f"{run}.csv"
    with duckdb.connect(config={"temp_directory": str(staged.parent / "spill")}) as con:
        con.execute("SET enable_progress_bar = false")
        con.read_parquet(str(staged)).create_view("staged")
        con.execute(_SET_ASIDE)
        rows, all_rows = con.execute(_COUNT).fetchall()[0]
        faults = tuple(Fault(*found) for found in con.execute(_FAULTS).fetchall())
        unmatched = tuple(con.execute(_UNMATCHED, [NO_RULE]).fetchall())
        if rows:
            _replace(con, target)
        else:
            target.unlink(missing_ok=True)
    return Quarantined(target if rows else None, rows, all_rows - rows, faults, unmatched)


def _replace(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    with draft_of(target) as draft:
        con.execute(f"COPY ({_LINES}) TO {literal(draft)} (FORMAT csv, HEADER true)")


_SET_ASIDE = """
CREATE TEMP TABLE set_aside AS
SELECT *, dense_rank() OVER (PARTITION BY event_id ORDER BY file, row) AS occurrence FROM staged
"""

_FIRST = "(event_id IS NULL OR occurrence = 1)"

_LINES = f"""
SELECT file, row, event_id, field, "column", value, reason, remedy FROM set_aside
WHERE {_FIRST} ORDER BY file, row, event_id, field, reason
"""

_COUNT = f"""
SELECT count(DISTINCT (file, row)) FILTER ({_FIRST}), count(DISTINCT (file, row)) FROM set_aside
"""

_FAULTS = f"""
SELECT field, reason, count(DISTINCT (file, row)) AS rows FROM set_aside WHERE {_FIRST}
GROUP BY field, reason ORDER BY rows DESC, field, reason
"""

_UNMATCHED = f"""
SELECT value, count(*) AS rows FROM set_aside WHERE {_FIRST} AND reason = ?
GROUP BY value ORDER BY rows DESC, value LIMIT 50
"""
