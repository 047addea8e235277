"""One small operator with its feature store, built once for all tests that need a whole way."""

from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from data.event_log import EventLog
from features.build import tile_new_commits, write_rows
from features.places import feature_rows_path
from features.repository import apply
from tests.training.operators import build_operator
from training.cohort import eligible_players, write_entities
from training.cutoffs import moments
from training.evaluate import evaluate_version
from training.models import find_model
from training.params import ModelParams, ScheduleParams, read_params
from training.registry import Registry
from training.report import Report
from training.train import train_version
from training.versions import Version, fetch_version


@dataclass(frozen=True)
class Operator:
    """A log, the settings that fit it, and a place with the feature rows of all its periods."""

    log: EventLog
    params: ModelParams
    place: Path


def small_params() -> ModelParams:
    """The project's settings with periods that fit 150 days."""
    params = read_params("churn")
    return msgspec.structs.replace(
        params,
        booster=msgspec.structs.replace(params.booster, min_data_in_leaf=20),
        lookback_days=21,
        horizon_days=14,
        cutoffs=ScheduleParams(step_days=7, train=5, calibration=2, test=3),
        resamples=300,
    )


@dataclass(frozen=True)
class Trained:
    """A registry with an evaluated version, and its report."""

    registry: Registry
    version: Version
    report: Report


def train(operator: Operator, params: ModelParams | None = None) -> Version:
    """Train and register a version in the operator's place."""
    model, silent = find_model("churn"), Console(quiet=True)
    number = train_version(
        operator.log, operator.place, model, params or operator.params, 1, silent
    )
    return fetch_version(Registry(operator.place), "churn", number)


def evaluate(operator: Operator, version: Version, most_auc: float = 1.0) -> Report:
    """Evaluate a version on the test period planned for it."""
    registry, days = Registry(operator.place), version.record.test_days
    return evaluate_version(operator.log, operator.place, registry, version, days, most_auc)


@pytest.fixture(scope="session")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    root = tmp_path_factory.mktemp("operator")
    log, params, place = build_operator(root), small_params(), root / "place"
    cutoffs = moments(params.periods(log).all(), log.settings.timezone)
    apply(place)
    entities = place / "entities.parquet"
    write_entities(eligible_players(log, cutoffs, params.lookback_days), entities)
    tile_new_commits(log)
    write_rows(log, entities, feature_rows_path(place))
    return Operator(log, params, place)


@pytest.fixture(scope="session")
def trained(operator: Operator) -> Trained:
    version = train(operator)
    return Trained(Registry(operator.place), version, evaluate(operator, version))
