"""The first day of a world, as commands take it."""

from datetime import datetime
from typing import Annotated

import typer

# Before lies no moment in µs since the epoch, after it no rule of a time zone is known.
_EARLIEST_YEAR, _LATEST_YEAR = 1970, 2200


def _plausible(start: datetime) -> datetime:
    if not _EARLIEST_YEAR <= start.year <= _LATEST_YEAR:
        raise typer.BadParameter(
            f"{start:%Y-%m-%d} is out of range: choose a day of {_EARLIEST_YEAR} to {_LATEST_YEAR}"
        )
    return start


FirstDay = Annotated[
    datetime,
    typer.Option("--start", formats=["%Y-%m-%d"], callback=_plausible, help="First day."),
]

USUAL_START = datetime(2026, 1, 1)
