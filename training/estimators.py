"""The served kind of model: one LightGBM booster, small enough to be explained exactly."""

from collections.abc import Sequence

import lightgbm
import numpy as np

from training.metrics import Floats, Labels
from training.params import BoosterParams


def fit_booster(
    features: Floats,
    positive: Labels,
    names: Sequence[str],
    params: BoosterParams,
    *,
    seed: int,
    threads: int = 1,
) -> lightgbm.Booster:
    """Fit a binary booster. The same rows, settings and seed give the same bytes.

    Parameters
    ----------
    features
        Shape (rows, features) in the order of ``names``, NaN where absent.
    positive
        Shape (rows,).
    threads
        LightGBM's threads; they change the time that it takes, not the trees.
    """
    data = lightgbm.Dataset(
        features,
        positive.astype(np.float64),
        feature_name=list(names),
        params={"verbosity": -1},
    )
    return lightgbm.train(
        {
            "objective": "binary",
            "num_leaves": params.num_leaves,
            "max_depth": params.max_depth,
            "learning_rate": params.learning_rate,
            "min_data_in_leaf": params.min_data_in_leaf,
            "feature_fraction": params.feature_fraction,
            "bagging_fraction": params.bagging_fraction,
            "bagging_freq": 1 if params.bagging_fraction < 1 else 0,
            "lambda_l2": params.lambda_l2,
            "seed": seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": threads,
            "verbosity": -1,
        },
        data,
        num_boost_round=params.num_trees,
    )


def booster_margins(booster: lightgbm.Booster, features: Floats) -> Floats:
    """Log-odds of each row before calibration, shape (rows,)."""
    margins = booster.predict(features, raw_score=True, num_threads=1)
    return np.asarray(margins, dtype=np.float64)


def importance(booster: lightgbm.Booster, features: Floats) -> Floats:
    """Mean absolute contribution of each feature to the margin over some rows, shape (features,).

    References
    ----------
    Lundberg et al., "From local explanations to global understanding with explainable AI for
    trees", 2020.
    """
    contributions = np.asarray(booster.predict(features, pred_contrib=True, num_threads=1))
    return np.asarray(np.abs(contributions[:, :-1]).mean(axis=0))
