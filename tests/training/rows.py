"""Labelled rows made up from numbers, for tests that need neither a log nor a feature store."""

import numpy as np

from training.dataset import LabelledRows

NAMES = ("days_since_last_activity", "pace", "noise")
DAY_US = 86_400_000_000


def made_up_rows(
    seed: int = 1, rows_a_cutoff: int = 300, cutoffs: int = 6, signal: float = 1.5
) -> LabelledRows:
    """Rows whose log-odds are ``signal * (days - pace)``; a tenth of ``pace`` is missing."""
    random = np.random.default_rng(seed)
    count = rows_a_cutoff * cutoffs
    features = random.normal(size=(count, 3))
    log_odds = signal * (features[:, 0] - features[:, 1])
    positive = random.random(count) < 1 / (1 + np.exp(-log_odds))
    features[random.random(count) < 0.1, 1] = np.nan
    cutoffs_us = np.repeat(np.arange(cutoffs), rows_a_cutoff) * 28 * DAY_US
    return LabelledRows(
        names=NAMES,
        players=np.tile([f"p{number:04d}" for number in range(rows_a_cutoff)], cutoffs),
        cutoffs_us=cutoffs_us,
        label_ends_us=cutoffs_us + 28 * DAY_US,
        positive=positive,
        features=features,
        left_out={},
    )
