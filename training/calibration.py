"""From a booster's margin to a probability: Platt's map, held strictly increasing."""

import numpy as np
from scipy.optimize import minimize

from features.manifest import Calibration
from training.metrics import Floats, Labels

SMALLEST_SLOPE = 1e-3
"""A model whose margins say nothing, or the opposite, gets nearly equal probabilities, not
reversed ranks; the gate of promotion then refuses it by its metrics."""


def fit_calibration(margins: Floats, positive: Labels) -> Calibration:
    """Most likely strictly increasing map from margins to the chance of a positive.

    Parameters
    ----------
    margins
        Log-odds of rows of a period later than the booster's training, shape (rows,). Any scale
        will do: they are standardised for the fit.
    positive
        Shape (rows,).

    References
    ----------
    Platt, "Probabilistic outputs for support vector machines", 1999, with his smoothed targets,
    which keep the fit finite where the classes are separated.
    """
    centre, scale = float(margins.mean()), float(margins.std()) or 1.0
    target = _smoothed(positive)
    found = minimize(
        _loss_and_slope_of_it,
        x0=np.array([1.0, 0.0]),
        args=((margins - centre) / scale, target),
        jac=True,
        method="L-BFGS-B",
        bounds=[(SMALLEST_SLOPE, None), (None, None)],
        options={"ftol": 1e-14, "gtol": 1e-10},
    )
    slope = float(found.x[0]) / scale
    return Calibration(slope=slope, intercept=float(found.x[1]) - slope * centre)


def _smoothed(positive: Labels) -> Floats:
    positives = int(positive.sum())
    negatives = len(positive) - positives
    return np.where(positive, (positives + 1) / (positives + 2), 1 / (negatives + 2))


def _loss_and_slope_of_it(
    parameters: Floats, margins: Floats, target: Floats
) -> tuple[float, Floats]:
    """Mean log loss and its gradient in (slope, intercept)."""
    log_odds = parameters[0] * margins + parameters[1]
    loss = np.logaddexp(0.0, log_odds) - target * log_odds
    error = 1.0 / (1.0 + np.exp(-log_odds)) - target
    return float(loss.mean()), np.array([(error * margins).mean(), error.mean()])
