"""Command: register the catalogue with Feast."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.errors import told_plainly
from features.online_tiles import Clock

app = typer.Typer(add_completion=False)


@app.command()
def register(
    place: Annotated[Path, typer.Option(help="Folder of the feature store; made if missing.")],
    clock: Annotated[
        Clock, typer.Option(help="'last_event' freezes online reads after the last event.")
    ] = "wall",
) -> None:
    """Register entity, view and one service a model in the place's Feast registry."""
    from features.repository import apply  # feast takes seconds to import: --help must not

    with told_plainly():
        apply(place, clock)
    Console(stderr=True).print(f"registered for {place}")


if __name__ == "__main__":
    app()
