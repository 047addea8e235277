"""The first day of a world, as commands take it."""

from datetime import datetime
from typing import Annotated

import typer

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

DEFAULT = datetime(2026, 1, 1)
