"""Command: train a model on a log's latest periods and register it as a new version."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.drafts import write_atomically
from data.errors import told_plainly
from data.event_log import EventLog
from data.instants import midnight
from data.quiet import quiet
from features.catalogue import version
from training.candidates import LIGHTGBM, Boosted, baseline_fits, calibrated, fit_boosted
from training.dataset import LabelledRows, assemble
from training.errors import TrainingError
from training.history import known_at_assumed_share
from training.models import Model, find_model
from training.params import PARAMS_FILE, ModelParams, read_params
from training.record import TrainingRecord, activity_of, count_rows
from training.splits import Periods, forbid_overlap
from training.versions import register_version

app = typer.Typer(add_completion=False)


class NothingLearned(TrainingError):
    """The booster answers the same to everybody."""


@app.command()
def train(
    data: Annotated[Path, typer.Option(help="Operator folder: the event log.")],
    place: Annotated[Path, typer.Option(help="Folder of the feature store and the registry.")],
    model: Annotated[str, typer.Option(help="Which model.")] = "churn",
    params: Annotated[Path, typer.Option(help="Settings that change the model.")] = PARAMS_FILE,
    threads: Annotated[int, typer.Option(min=1, help="LightGBM's threads.")] = 1,
) -> None:
    """Train, calibrate on a later period, and register. The test period is not looked at.

    The feature rows of training.cohort's entity rows must be in the place (features.build).
    The version's number goes to PLACE/trained.json too.
    """
    console = Console(stderr=True)
    with told_plainly():
        quiet()
        number = train_version(
            EventLog(data), place, find_model(model), read_params(model, params), threads, console
        )
        write_atomically(place / "trained.json", json.dumps({"model": model, "version": number}))
    console.print(f"registered {model} version {number}")


def train_version(
    log: EventLog, place: Path, model: Model, params: ModelParams, threads: int, console: Console
) -> str:
    """Train and register a version; its number."""
    periods = params.periods(log)
    forbid_overlap(periods.train, periods.calibration, params.horizon_days)
    with console.status("joining features"):
        learned, later = learning_rows(log, place, model, params, periods)
    with console.status(f"fitting on {len(learned):,} rows, calibrating on {len(later):,}"):
        boosted = fit_boosted(learned, params, threads)
        _require_splits(boosted, learned, params)
        candidates = {LIGHTGBM: calibrated(boosted, later)} | {
            name: calibrated(fit(learned), later)
            for name, fit in baseline_fits(model, params).items()
        }
    record = _record(log, model, params, periods, learned, later)
    with console.status("registering"):
        return register_version(place, record, boosted.booster, candidates, learned, later)


def _require_splits(boosted: Boosted, learned: LabelledRows, params: ModelParams) -> None:
    if boosted.booster.feature_importance("split").sum() == 0:
        raise NothingLearned(
            f"no split of {len(learned):,} training rows helps with leaves of at least "
            f"{params.booster.min_data_in_leaf}: bring more data, or lower min_data_in_leaf in a "
            "copy of training/params.yaml and name it with --params"
        )


def learning_rows(
    log: EventLog, place: Path, model: Model, params: ModelParams, periods: Periods
) -> tuple[LabelledRows, LabelledRows]:
    """Rows of the training period and of the calibration period.

    Their labels are as they were known when the test period began.
    """
    from features.repository import open_store  # feast takes seconds to import: --help must not

    store = open_store(place)
    learned, later = (
        assemble(
            log,
            store,
            model,
            days,
            lookback_days=params.lookback_days,
            horizon_days=params.horizon_days,
            known_before=midnight(periods.test[0], log.settings.timezone),
        )
        for days in (periods.train, periods.calibration)
    )
    return learned, later


def _record(
    log: EventLog,
    model: Model,
    params: ModelParams,
    periods: Periods,
    learned: LabelledRows,
    later: LabelledRows,
) -> TrainingRecord:
    return TrainingRecord(
        model_id=model.model_id,
        question=model.question,
        activity=activity_of(log),
        params=params,
        train_days=periods.train,
        calibration_days=periods.calibration,
        test_days=periods.test,
        train=count_rows(learned),
        calibration=count_rows(later),
        feature_version=version(),
        data_digest=learned.joined(later).digest(),
        known_at_assumed_share=known_at_assumed_share(log),
    )


if __name__ == "__main__":
    app()
