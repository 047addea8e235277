"""Staged events whose id is known with another content: set aside, since the log never changes."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from data.content import CONTENT, REASON, REMEDY
from data.sql_text import literal
from data.staging import Stage
from data.tables import event_schema


def set_aside_restated(stage: Stage, present: Sequence[str]) -> None:
    """Move staged events that contradict a known one from the events to the faults.

    Of several staged events with one id, the first known is the one that the others are held
    against, as it is the one that the log takes.

    Parameters
    ----------
    present
        The log's own files.
    """
    spill = stage.events.parent / "spill"
    with duckdb.connect(config={"temp_directory": str(spill)}) as con:
        con.execute("SET enable_progress_bar = false")
        con.execute("SET TimeZone = 'UTC'")
        con.read_parquet(str(stage.events), file_row_number=True).create_view("staged")
        _name_known(con, present)
        con.execute(_RESTATED)
        if con.execute("SELECT count(*) FROM restated").fetchall()[0][0]:
            con.read_parquet(str(stage.origins), file_row_number=True).create_view("origins")
            con.read_parquet(str(stage.rejected)).create_view("rejected")
            _rewrite(con, stage.events, _SOUND)
            _rewrite(con, stage.rejected, _FAULTS)


def _name_known(con: duckdb.DuckDBPyConnection, present: Sequence[str]) -> None:
    """Relation ``known``: the event that each id coming more than once stands for."""
    matched: list[str] = []
    if present:
        log = con.read_parquet(list(present), filename=True, hive_partitioning=False)
        log.create_view("log")
        matched = [name for (name,) in con.execute(_MATCHED_FILES).fetchall()]
    if matched:
        con.read_parquet(matched, hive_partitioning=False).create_view("of_log")
    else:
        con.execute("CREATE VIEW of_log AS SELECT * FROM staged WHERE false")
    con.execute(_KNOWN)


def _rewrite(con: duckdb.DuckDBPyConnection, path: Path, query: str) -> None:
    draft = path.with_suffix(".draft")
    con.execute(f"COPY ({query}) TO {literal(draft)} (FORMAT parquet)")
    draft.replace(path)


_MATCHED_FILES = """
SELECT DISTINCT filename FROM log SEMI JOIN staged USING (source, event_id) ORDER BY filename
"""

_COLUMNS = ", ".join(f'"{name}"' for name in ("source", "event_id", *CONTENT))

_KNOWN = f"""
CREATE TEMP TABLE known AS
WITH logged AS (SELECT {_COLUMNS} FROM of_log SEMI JOIN staged USING (source, event_id)),
twice AS (
    SELECT source, event_id, arg_min(file_row_number, (known_at, file_row_number)) AS first_row
    FROM staged ANTI JOIN logged USING (source, event_id)
    GROUP BY source, event_id HAVING count(*) > 1
)
SELECT {_COLUMNS} FROM logged
UNION ALL
SELECT {_COLUMNS} FROM staged JOIN twice USING (source, event_id) WHERE file_row_number = first_row
"""

_DIFFERENCES = ", ".join(
    f"""CASE WHEN known."{name}" IS DISTINCT FROM staged."{name}"
        THEN '{name} ' || coalesce(known."{name}"::VARCHAR, 'nothing')
            || ' → ' || coalesce(staged."{name}"::VARCHAR, 'nothing') END"""
    for name in CONTENT
)

_RESTATED = f"""
CREATE TEMP TABLE restated AS
SELECT staged.file_row_number, event_id, concat_ws(', ', {_DIFFERENCES}) AS value
FROM staged JOIN known USING (source, event_id) WHERE value <> ''
"""

_SOUND = f"""
SELECT {", ".join(f'"{name}"' for name in event_schema().names)}
FROM staged ANTI JOIN restated USING (file_row_number) ORDER BY file_row_number
"""

_FAULTS = f"""
SELECT * FROM rejected
UNION ALL BY NAME
SELECT file, row, event_id, 'event_id' AS field, NULL::VARCHAR AS "column", value,
    '{REASON}' AS reason, '{REMEDY}' AS remedy
FROM restated JOIN origins USING (file_row_number)
"""
