"""Who is scored: the players that were active lately and unprotected, as of each cutoff."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import typer
from rich.console import Console

from data.drafts import draft_of, prepare_place
from data.errors import told_plainly
from data.event_log import EventLog
from features.protection import protected_players
from training.cutoffs import moments, parse_days, shifted, utc_day
from training.errors import TrainingError
from training.history import open_history
from training.params import PARAMS_FILE, ModelParams, read_params

app = typer.Typer(add_completion=False)

ENTITY_SCHEMA = pa.schema(
    [
        pa.field("player_id", pa.string(), nullable=False),
        pa.field("cutoff", pa.timestamp("us", "UTC"), nullable=False),
    ]
)
"""One row per player and cutoff: the rows that features are built for."""


class EmptyCohort(TrainingError):
    """Nobody is eligible as of a cutoff."""


_ELIGIBLE = f"""
{protected_players()},
active AS (
    SELECT DISTINCT player_id FROM events
    WHERE is_activity AND occurred_at >= $opening AND occurred_at < $cutoff AND known_at < $cutoff
    AND known_day BETWEEN $opening_day AND $cutoff_day
)
SELECT player_id, CAST($cutoff AS TIMESTAMPTZ) AS cutoff
FROM active
ANTI JOIN protected USING (player_id)
ANTI JOIN test_players USING (player_id)
ORDER BY player_id
"""


def eligible_players(log: EventLog, cutoffs: Sequence[datetime], lookback_days: int) -> pa.Table:
    """Players to be scored as of each cutoff, from what was known before it.

    A player is eligible with at least one activity in ``[cutoff - lookback, cutoff)``, unless an
    exclusion of the person or a block, restriction or closure of the account is the latest that
    was learnt or that happened (the stricter of the two), or the account is a test account.

    Parameters
    ----------
    cutoffs
        As-of moments, exclusive, timezone-aware.
    lookback_days
        Calendar days in the log's timezone.

    Returns
    -------
    Table of ``ENTITY_SCHEMA``, sorted by cutoff and player.

    Raises
    ------
    EmptyCohort
        If a cutoff has no eligible player.
    """
    with open_history(log) as history:
        timezone = log.settings.timezone
        parts = [
            _eligible_between(history, shifted(cutoff, -lookback_days, timezone), cutoff)
            for cutoff in sorted(cutoffs)
        ]
    return pa.concat_tables(parts)


def _eligible_between(
    history: duckdb.DuckDBPyConnection, opening: datetime, cutoff: datetime
) -> pa.Table:
    bounds = {"opening": opening, "cutoff": cutoff}
    days = {"opening_day": utc_day(opening), "cutoff_day": utc_day(cutoff)}
    found = history.query(_ELIGIBLE, params=bounds | days).to_arrow_table()
    if found.num_rows == 0:
        raise EmptyCohort(
            f"no player is eligible at cutoff {cutoff.isoformat()}: nobody unprotected was active "
            f"since {opening.isoformat()}; choose cutoffs inside the log's period"
        )
    return found.cast(ENTITY_SCHEMA)


@app.command()
def cohort(
    data: Annotated[Path, typer.Option(help="Operator folder: the event log.")],
    out: Annotated[Path, typer.Option(help="Parquet file for the entity rows.")],
    model: Annotated[str, typer.Option(help="Whose cohort.")] = "churn",
    cutoffs: Annotated[
        str | None,
        typer.Option(help="Dates D,D,…; the training, calibration and test periods if not given."),
    ] = None,
    params: Annotated[Path, typer.Option(help="Settings that change the model.")] = PARAMS_FILE,
) -> None:
    """Write player and cutoff of everybody to be scored, for features.build."""
    with told_plainly():
        prepare_place(out)
        log, settings = EventLog(data), read_params(model, params)
        days = parse_days(cutoffs) if cutoffs else _planned(log, settings)
        entities = eligible_players(
            log, moments(days, log.settings.timezone), settings.lookback_days
        )
        write_entities(entities, out)
    players = pc.count_distinct(entities["player_id"]).as_py()
    Console(stderr=True).print(
        f"{entities.num_rows:,} rows of {players:,} players at {len(days)} cutoffs, "
        f"{days[0]} to {days[-1]}"
    )


def _planned(log: EventLog, settings: ModelParams) -> tuple[date, ...]:
    periods, asked = settings.periods(log), settings.cutoffs.train
    if len(periods.train) < asked:
        Console(stderr=True).print(
            f"{len(periods.train)} of {asked} training cutoffs fit between the first activity and "
            "the calibration period"
        )
    return periods.all()


def write_entities(entities: pa.Table, path: Path) -> None:
    """Write entity rows, whole or not at all."""
    with draft_of(path) as draft:
        pq.write_table(entities, draft)


if __name__ == "__main__":
    app()
