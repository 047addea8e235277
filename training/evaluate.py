"""Command: measure a registered version on its test period, beside baselines and champion."""

from datetime import date
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from data.errors import told_plainly
from data.event_log import EventLog
from data.quiet import quiet
from features.catalogue import version as feature_version
from training.candidates import LIGHTGBM, Boosted, Candidate
from training.cohort import eligible_players
from training.cutoffs import moments, parse_days
from training.dataset import LabelledRows, assemble
from training.errors import TrainingError
from training.evaluation import Players, Setting, make_report
from training.gates import CHAMPION_NAME
from training.history import known_at_assumed_share
from training.looks import count_look
from training.metrics import Floats
from training.model_card import model_card
from training.models import Model, find_model
from training.plots import curves
from training.record import TrainingRecord
from training.registry import REPORT_FILE, Registry, drawn
from training.report import POOLED, Report
from training.splits import forbid_overlap
from training.tables import print_report
from training.versions import CARD_FILE, Version, champion_beside, fetch_version

app = typer.Typer(add_completion=False)


class OtherFeatures(TrainingError):
    """A version reads features that this code doesn't compute."""


class TooGood(TrainingError):
    """A result above what the question allows: something leaks, or the world is too easy."""


@app.command()
def evaluate(
    data: Annotated[Path, typer.Option(help="Operator folder: the event log.")],
    place: Annotated[Path, typer.Option(help="Folder of the feature store and the registry.")],
    model: Annotated[str, typer.Option(help="Which model.")] = "churn",
    number: Annotated[
        str | None, typer.Option("--version", help="Which version; the newest if not given.")
    ] = None,
    test_cutoffs: Annotated[
        str | None, typer.Option(help="Dates D,D,…; those planned at training if not given.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Report; PLACE/evaluation.json.")] = None,
    most_auc: Annotated[
        float, typer.Option(help="A pooled AUC above it fails: leakage, or too easy a world.")
    ] = 0.95,
) -> None:
    """Look at the test period once, count the look, print every model with its intervals."""
    with told_plainly():
        quiet()
        registry = Registry(place)
        version = fetch_version(registry, model, number or registry.latest(model))
        days = parse_days(test_cutoffs) if test_cutoffs else version.record.test_days
        report = evaluate_version(EventLog(data), place, registry, version, days, most_auc)
        report.write(out or place / REPORT_FILE)
        print_report(report, Console())


def evaluate_version(
    log: EventLog,
    place: Path,
    registry: Registry,
    version: Version,
    days: tuple[date, ...],
    most_auc: float,
) -> Report:
    """Evaluate a version at the given cutoff dates, and keep the report with its run.

    Raises
    ------
    TooGood
        If the pooled AUC is above ``most_auc``; nothing is kept then, so nothing can be promoted.
    """
    record, model = version.record, find_model(version.record.model_id)
    _require_present_features(version)
    forbid_overlap(record.learned_days(), days, record.params.horizon_days)
    champion = champion_beside(registry, version)
    if champion:
        forbid_overlap(champion.record.learned_days(), days, champion.record.params.horizon_days)
    rows = _test_rows(log, place, model, record, days)
    looks = count_look(
        log, rows.outcome_digest(), days, f"{model.model_id} version {version.number}"
    )
    candidates = _candidates(version, champion)
    probabilities = {name: found.probability(rows.features) for name, found in candidates.items()}
    setting = Setting(
        model_id=model.model_id,
        definition=record.definition(),
        timezone=log.settings.timezone,
        train_days=record.learned_days(),
        test_days=days,
        looks=looks,
        data_digest=record.data_digest,
        known_at_assumed_share=known_at_assumed_share(log),
        resamples=record.params.resamples,
        seed=record.params.seed,
        version=version.number,
        champion=champion.number if champion else None,
    )
    report = make_report(setting, probabilities, rows, _learned_players(log, record))
    _refuse_too_good(report, most_auc)
    _keep(registry, version, report, probabilities, rows)
    return report


def _require_present_features(version: Version) -> None:
    if version.manifest.feature_version != feature_version():
        raise OtherFeatures(
            f"version {version.number} was trained on feature version "
            f"{version.manifest.feature_version}, this code computes {feature_version()}: "
            "train it again"
        )


def _test_rows(
    log: EventLog, place: Path, model: Model, record: TrainingRecord, days: tuple[date, ...]
) -> LabelledRows:
    from features.repository import open_store  # feast takes seconds to import: --help must not

    return assemble(
        log,
        open_store(place),
        model,
        days,
        lookback_days=record.params.lookback_days,
        horizon_days=record.params.horizon_days,
    )


def _candidates(version: Version, champion: Version | None) -> dict[str, Candidate]:
    """The version, its baselines, and the champion."""
    candidates = {LIGHTGBM: _as_candidate(version), **version.baselines}
    return candidates | ({CHAMPION_NAME: _as_candidate(champion)} if champion else {})


def _as_candidate(version: Version) -> Candidate:
    return Candidate(Boosted(version.booster), version.manifest.calibration)


def _learned_players(log: EventLog, record: TrainingRecord) -> Players:
    cutoffs = moments(record.learned_days(), log.settings.timezone)
    cohort = eligible_players(log, cutoffs, record.params.lookback_days)
    return np.unique(np.array(cohort["player_id"].to_pylist(), dtype=np.str_))


def _keep(
    registry: Registry,
    version: Version,
    report: Report,
    probabilities: dict[str, Floats],
    rows: LabelledRows,
) -> None:
    """Put report, plots, figures and the completed card into the version's run."""
    run_id = registry.run_of(report.model_id, version.number)
    card = model_card(version.record, version.important, report)
    plots = {
        f"test_{name}": figure
        for name, figure in curves(probabilities, rows.positive, "test period").items()
    }
    with drawn(plots, {CARD_FILE: card}) as files:
        report.write(files / REPORT_FILE)
        registry.log_files(run_id, files)
    registry.log_metrics(run_id, _metrics(report))


def _metrics(report: Report) -> dict[str, float | None]:
    return {
        f"test_{name}_{metric}{suffix}": bound
        for name, slices in report.models.items()
        for metric, figure in slices[POOLED].items()
        for suffix, bound in (("", figure.value), ("_low", figure.low), ("_high", figure.high))
    }


def _refuse_too_good(report: Report, most_auc: float) -> None:
    found = report.models[LIGHTGBM][POOLED]["auc"].value
    if found is not None and found > most_auc:
        raise TooGood(
            f"pooled AUC {found:.3f} is above {most_auc}: look for features that know the future, "
            "or, on simulated players, for a world that is too easy"
        )


if __name__ == "__main__":
    app()
