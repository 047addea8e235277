"""A dated protocol: train on some cutoffs, test on later ones, in a temporary feature store."""

import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np

from data.event_log import EventLog
from data.instants import instant_of
from features.build import tile_new_commits, write_rows
from features.places import feature_rows_path
from training.calibration import fit_calibration
from training.candidates import (
    fit_after_walking_forward,
    fits,
    predict_walking_forward,
)
from training.cohort import eligible_players, write_entities
from training.cutoffs import day_at, moments
from training.dataset import LabelledRows, assemble
from training.evaluation import Setting, make_report
from training.history import known_at_assumed_share
from training.labels import ALL_KNOWN, require_observed
from training.looks import count_look
from training.models import Model
from training.params import ModelParams
from training.record import activity_of, definition
from training.report import Report
from training.splits import forbid_overlap

Days = tuple[date, ...]


@dataclass(frozen=True)
class Protocol:
    """What is run: a model with its settings on a log."""

    log: EventLog
    model: Model
    params: ModelParams
    threads: int = 1

    def test(self, train_days: Days, test_days: Days) -> Report:
        """Learn from some cutoffs, count a look at later ones, and measure there.

        Calibration comes from walking forward through the training cutoffs, so that it is later
        than what was learned from and no training row is spent on it.

        Raises
        ------
        LabelsOverlap, HorizonNotObserved
            If a training label reaches into the test, or a horizon isn't over.
        """
        forbid_overlap(train_days, test_days, self.params.horizon_days)
        train, test = self._rows(train_days, test_days)
        probabilities = {}
        for name, fit in fits(self.model, self.params, self.threads).items():
            predicted = predict_walking_forward(fit, train)
            candidate = fit_after_walking_forward(fit, train, predicted)
            probabilities[name] = candidate.probability(test.features)
        looks = count_look(self.log, test.outcome_digest(), test_days, "training.backtest")
        setting = self._setting(train_days, test_days, looks, train)
        return make_report(setting, probabilities, test, np.unique(train.players))

    def walk_forward(self, train_days: Days) -> Report:
        """Measure on the training cutoffs alone, each predicted from those before it.

        No test set is looked at: this is where settings are chosen.
        """
        (train,) = self._rows(train_days)
        probabilities = {}
        for name, fit in fits(self.model, self.params, self.threads).items():
            predicted = predict_walking_forward(fit, train)
            rows = predicted.rows
            calibration = fit_calibration(predicted.margins, rows.positive)
            probabilities[name] = calibration.probability(predicted.margins)
        timezone = self.log.settings.timezone
        days = tuple(day_at(instant_of(int(us)), timezone) for us in np.unique(rows.cutoffs_us))
        return make_report(
            self._setting(train_days, days, 0, train), probabilities, rows, np.unique(rows.players)
        )

    def _rows(self, *periods: Days) -> list[LabelledRows]:
        """Labelled rows of each period, by way of a feature store that is gone afterwards.

        The labels of a period are as they were known when the next one began.
        """
        from features.repository import apply  # feast takes seconds to import: --help must not

        cutoffs = [moments(days, self.log.settings.timezone) for days in periods]
        ends = [*(part[0] for part in cutoffs[1:]), ALL_KNOWN]
        for part in cutoffs:
            require_observed(self.log, part, self.params.horizon_days)
        with tempfile.TemporaryDirectory() as temporary:
            place = Path(temporary)
            store = apply(place)
            self._build_features(place, [cutoff for part in cutoffs for cutoff in part])
            return [
                assemble(
                    self.log,
                    store,
                    self.model,
                    days,
                    lookback_days=self.params.lookback_days,
                    horizon_days=self.params.horizon_days,
                    known_before=known_before,
                )
                for days, known_before in zip(periods, ends, strict=True)
            ]

    def _build_features(self, place: Path, cutoffs: list[datetime]) -> None:
        entities = place / "entities.parquet"
        write_entities(eligible_players(self.log, cutoffs, self.params.lookback_days), entities)
        tile_new_commits(self.log)
        write_rows(self.log, entities, feature_rows_path(place))

    def _setting(self, train_days: Days, days: Days, looks: int, train: LabelledRows) -> Setting:
        params = self.params
        return Setting(
            model_id=self.model.model_id,
            definition=definition(
                self.model, params.lookback_days, params.horizon_days, activity_of(self.log)
            ),
            timezone=self.log.settings.timezone,
            train_days=train_days,
            test_days=days,
            looks=looks,
            data_digest=train.digest(),
            known_at_assumed_share=known_at_assumed_share(self.log),
            resamples=params.resamples,
            seed=params.seed,
        )
