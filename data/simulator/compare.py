"""Command: how far a simulated operator's payments are from a real one's."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.drafts import prepare_place, write_atomically
from data.errors import told_plainly
from data.event_log import EventLog
from data.simulator.comparison.comparison import compare
from data.simulator.comparison.picture import PICTURE, draw
from data.simulator.comparison.published import published_figures
from data.simulator.comparison.reading import read_payments
from data.simulator.comparison.record import as_json
from data.simulator.comparison.tables import WIDTH, comparison_tables, published_table


def command(
    simulated: Annotated[Path, typer.Option(help="Event log of data.simulator.run.")],
    real: Annotated[Path, typer.Option(help="Event log of data.ingest with single payments.")],
    out: Annotated[Path | None, typer.Option(help=f"Folder to draw {PICTURE} into.")] = None,
    json: Annotated[Path | None, typer.Option(help="File to write every number to.")] = None,
) -> None:
    """Tell how far a simulated operator's payments are from real ones.

    Both logs are cut down to what a log of payments tells: approved and declined deposits and paid
    withdrawals, of all players but test accounts, on as many whole weeks from the first payment
    on. The first four weeks warm up and count in no margin. Activity is an approved deposit, an
    exclusion from play looks like leaving. Hours are of the player's clock, and of the operator's
    where players' are unknown. Amounts are in each log's base currency.

    KS and Kuiper are the widest gaps between cumulative shares (0 to 1); factor is by what equal
    quantiles differ (1: not at all); moved is how far deposits lie from their real hour or day.
    Noise is the same distance between random halves of the real players.
    """
    with told_plainly():
        for place in (json, out / PICTURE if out else None):
            if place is not None:
                prepare_place(place)
        logs = EventLog(simulated).pinned(), EventLog(real).pinned()
        with Console(stderr=True).status("comparing"):
            comparison = compare(read_payments(logs[0]), read_payments(logs[1]))
            published = published_figures(*logs)
        console = Console()
        if not console.is_terminal:
            console.width = WIDTH
        for table in (*comparison_tables(comparison), published_table(published)):
            console.print(table)
        if json is not None:
            write_atomically(json, as_json(comparison, published))
        if out is not None:
            draw(comparison, out / PICTURE)
            console.print(f"The picture is {out / PICTURE}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    typer.run(command)
