"""The baselines that stand in every report: a logistic regression, and recency alone."""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from training.metrics import Floats, Labels


@dataclass(frozen=True)
class Recency:
    """Days since the last activity, and nothing else: longer away, likelier to churn.

    Attributes
    ----------
    column
        Where that feature stands.
    unknown
        Days assumed where it is missing: the longest seen in training.
    """

    column: int
    unknown: float

    def margins(self, features: Floats) -> Floats:
        """The days themselves, shape (rows,)."""
        days = features[:, self.column]
        return np.where(np.isnan(days), self.unknown, days)


def fit_recency(features: Floats, column: int) -> Recency:
    """Recency baseline on the given column; all that is learnt is what to assume if missing."""
    days = features[:, column]
    known = days[~np.isnan(days)]
    return Recency(column, float(known.max()) if known.size else 0.0)


@dataclass(frozen=True)
class Logistic:
    """A logistic regression on imputed, signed-log, standardised features.

    Missing values are the training median, beside a column that says so for each feature that was
    ever missing. All fields are numbers, so that it is stored as JSON and never unpickled.
    """

    medians: tuple[float, ...]
    indicated: tuple[int, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    coefficients: tuple[float, ...]
    intercept: float

    def margins(self, features: Floats) -> Floats:
        """Log-odds, shape (rows,)."""
        inputs = _prepare(features, np.array(self.medians), np.array(self.indicated, np.intp))
        standard = (inputs - np.array(self.means)) / np.array(self.scales)
        return np.asarray(standard @ np.array(self.coefficients) + self.intercept)


def fit_logistic(features: Floats, positive: Labels, *, c: float) -> Logistic:
    """Fit the logistic baseline.

    Parameters
    ----------
    features
        Shape (rows, features), NaN where absent.
    c
        Inverse strength of the L2 penalty on the standardised coefficients.
    """
    missing = np.isnan(features)
    medians = np.array([_median(column) for column in features.T])
    indicated = np.flatnonzero(missing.any(axis=0) & ~missing.all(axis=0))
    inputs = _prepare(features, medians, indicated)
    means, scales = inputs.mean(axis=0), inputs.std(axis=0)
    scales[scales < 1e-12] = 1.0
    fitted = LogisticRegression(C=c, max_iter=2000).fit((inputs - means) / scales, positive)
    return Logistic(
        medians=tuple(medians.tolist()),
        indicated=tuple(indicated.tolist()),
        means=tuple(means.tolist()),
        scales=tuple(scales.tolist()),
        coefficients=tuple(fitted.coef_[0].tolist()),
        intercept=float(fitted.intercept_[0]),
    )


def _median(column: Floats) -> float:
    known = column[~np.isnan(column)]
    return float(np.median(known)) if known.size else 0.0


def _prepare(features: Floats, medians: Floats, indicated: "np.typing.NDArray[np.intp]") -> Floats:
    """Signed logarithm of the imputed features, then the indicators of missing values."""
    missing = np.isnan(features)
    filled = np.where(missing, medians, features)
    logged = np.sign(filled) * np.log1p(np.abs(filled))
    return np.hstack([logged, missing[:, indicated].astype(np.float64)])
