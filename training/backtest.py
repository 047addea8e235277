"""Command: run a dated protocol on any ingested data, without touching a registry."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from data.drafts import prepare_place
from data.errors import told_plainly
from data.event_log import EventLog
from data.quiet import quiet
from training.cutoffs import parse_days
from training.models import find_model
from training.params import PARAMS_FILE, ModelParams, read_params
from training.protocol import Protocol
from training.tables import print_report

app = typer.Typer(add_completion=False)


@app.command()
def backtest(
    data: Annotated[Path, typer.Option(help="Operator folder: the event log.")],
    train_cutoffs: Annotated[str, typer.Option(help="Dates D,D,…: 00:00 of D, exclusive.")],
    out: Annotated[Path, typer.Option(help="Report, as JSON.")],
    test_cutoffs: Annotated[
        str | None,
        typer.Option(help="Later dates. Without them nothing is tested: walk-forward in training."),
    ] = None,
    model: Annotated[str, typer.Option(help="Which model.")] = "churn",
    lookback_days: Annotated[
        int | None, typer.Option(min=1, help="Eligible: active in these.")
    ] = None,
    horizon_days: Annotated[
        int | None, typer.Option(min=1, help="Positive: inactive in these.")
    ] = None,
    params: Annotated[Path, typer.Option(help="Settings that change the model.")] = PARAMS_FILE,
    threads: Annotated[int, typer.Option(min=1, help="LightGBM's threads.")] = 1,
) -> None:
    """Train on some cutoffs, test on later ones, and report every model with intervals.

    Features look back as far as the data do. Calibration comes from predictions of each training
    cutoff by earlier ones, so every training row is learned from. Looks at a test set are counted
    in DATA/looks.json; without test cutoffs there is none, which is how settings are chosen.
    """
    with told_plainly():
        quiet()
        prepare_place(out)
        settings = _overridden(read_params(model, params), lookback_days, horizon_days)
        protocol = Protocol(EventLog(data), find_model(model), settings, threads)
        days = parse_days(train_cutoffs)
        if test_cutoffs:
            report = protocol.test(days, parse_days(test_cutoffs))
        else:
            report = protocol.walk_forward(days)
        report.write(out)
        print_report(report, Console())


def _overridden(
    params: ModelParams, lookback_days: int | None, horizon_days: int | None
) -> ModelParams:
    return msgspec.structs.replace(
        params,
        lookback_days=lookback_days or params.lookback_days,
        horizon_days=horizon_days or params.horizon_days,
    )


if __name__ == "__main__":
    app()
