"""An evaluation: probabilities of several models on the same rows become a report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from data.instants import microseconds, midnight
from training.dataset import LabelledRows
from training.intervals import Interval, interval, measure
from training.metrics import Floats, perfect_ece
from training.record import count_rows
from training.report import (
    PERFECT_ECE,
    POOLED,
    UNSEEN,
    Figure,
    Figures,
    Overlap,
    Report,
    difference,
)

Mask = npt.NDArray[np.bool_]
Players = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Setting:
    """What is evaluated, on what, and how finely.

    Attributes
    ----------
    version, champion
        Registered versions that are compared, if any.
    train_days, test_days
        Cutoff dates in ``timezone``.
    looks
        Looks at this test set, this one included.
    data_digest
        Of the training rows.
    known_at_assumed_share
        Share of the log's events whose moment of becoming known is assumed.
    """

    model_id: str
    definition: str
    timezone: str
    train_days: tuple[date, ...]
    test_days: tuple[date, ...]
    looks: int
    data_digest: str
    known_at_assumed_share: float
    resamples: int
    seed: int
    version: str | None = None
    champion: str | None = None


def make_report(
    setting: Setting,
    probabilities: Mapping[str, Floats],
    rows: LabelledRows,
    learned_players: Players,
) -> Report:
    """Measure every model in every slice.

    Parameters
    ----------
    probabilities
        Model → calibrated probability of each row; differences are taken between all pairs.
    learned_players
        Players that training saw; the others' rows are the slice ``unseen``.
    """
    masks = _slices(rows, setting, learned_players)
    models, differences = _figures(probabilities, rows, masks, setting)
    return Report(
        model_id=setting.model_id,
        version=setting.version,
        champion=setting.champion,
        definition=setting.definition,
        train_cutoffs=setting.train_days,
        test_cutoffs=setting.test_days,
        test=count_rows(rows),
        overlap=_overlap(rows, learned_players),
        looks=setting.looks,
        data_digest=setting.data_digest,
        known_at_assumed_share=setting.known_at_assumed_share,
        models=models,
        differences=differences,
    )


def _slices(rows: LabelledRows, setting: Setting, learned_players: Players) -> dict[str, Mask]:
    """Masks of the slices that have rows: pooled, unseen, and each cutoff with its unseen."""
    unseen = ~np.isin(rows.players, learned_players)
    masks = {POOLED: np.ones(len(rows), dtype=np.bool_), UNSEEN: unseen}
    for day in setting.test_days:
        of_day = rows.cutoffs_us == microseconds(midnight(day, setting.timezone))
        masks |= {day.isoformat(): of_day, f"{day.isoformat()} {UNSEEN}": of_day & unseen}
    return {name: mask for name, mask in masks.items() if mask.any()}


def _overlap(rows: LabelledRows, learned_players: Players) -> Overlap:
    players = np.unique(rows.players)
    return Overlap(
        players=len(players),
        seen_in_training=int(np.isin(players, learned_players).sum()),
        rows_unseen=int((~np.isin(rows.players, learned_players)).sum()),
    )


def _figures(
    probabilities: Mapping[str, Floats],
    rows: LabelledRows,
    masks: Mapping[str, Mask],
    setting: Setting,
) -> tuple[dict[str, Figures], dict[str, Figures]]:
    models: dict[str, Figures] = {name: {} for name in probabilities}
    differences: dict[str, Figures] = {}
    for part, mask in masks.items():
        chosen = {name: values[mask] for name, values in probabilities.items()}
        found = measure(
            chosen,
            rows.positive[mask],
            rows.players[mask],
            resamples=setting.resamples,
            seed=setting.seed,
        )
        for name, metrics in found.metrics.items():
            models[name][part] = _as_figures(metrics | _perfect(chosen[name], setting.seed))
        for (a, b), metrics in found.differences.items():
            differences.setdefault(difference(a, b), {})[part] = _as_figures(metrics)
    return models, differences


def _perfect(probability: Floats, seed: int) -> dict[str, Interval]:
    simulated = perfect_ece(probability, seed)
    return {PERFECT_ECE: interval(float(simulated.mean()), simulated)}


def _as_figures(metrics: Mapping[str, Interval]) -> dict[str, Figure]:
    return {metric: Figure.of(found) for metric, found in metrics.items()}
