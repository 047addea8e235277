"""Plots of an evaluation, drawn without a display and without global state."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve, roc_curve

from training.metrics import ECE_BINS, Floats, Labels

MOST_FEATURES = 25


def curves(probabilities: Mapping[str, Floats], positive: Labels, title: str) -> dict[str, Figure]:
    """Calibration, ranking and gain of several models on the same rows, by file name."""
    return {
        "calibration.png": _calibration(probabilities, positive, title),
        "roc_and_precision_recall.png": _ranking(probabilities, positive, title),
        "gain.png": _gain(probabilities, positive, title),
    }


def importances(names: Sequence[str], values: Floats, title: str) -> Figure:
    """Mean absolute contribution to the margin of the features that contribute most."""
    top = np.argsort(values)[-MOST_FEATURES:]
    figure, (axes,) = _figure(1, title, height=7)
    axes.barh([names[index] for index in top], values[top], color="tab:blue")
    axes.set_xlabel("mean |contribution| (log-odds)")
    return figure


def _calibration(probabilities: Mapping[str, Floats], positive: Labels, title: str) -> Figure:
    figure, (axes,) = _figure(1, title)
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    for name, probability in probabilities.items():
        bins = np.array_split(np.argsort(probability, kind="stable"), ECE_BINS)
        predicted = [probability[rows].mean() for rows in bins if rows.size]
        happened = [positive[rows].mean() for rows in bins if rows.size]
        axes.plot(predicted, happened, marker="o", label=name)
    return _labelled(figure, axes, "predicted probability", "share that happened")


def _ranking(probabilities: Mapping[str, Floats], positive: Labels, title: str) -> Figure:
    figure, (left, right) = _figure(2, title)
    for name, probability in probabilities.items():
        false_positives, true_positives, _ = roc_curve(positive, probability)
        precision, recall, _ = precision_recall_curve(positive, probability)
        left.plot(false_positives, true_positives, label=name)
        right.plot(recall, precision, label=name)
    _labelled(figure, left, "false positive rate", "true positive rate")
    return _labelled(figure, right, "recall", "precision")


def _gain(probabilities: Mapping[str, Floats], positive: Labels, title: str) -> Figure:
    figure, (axes,) = _figure(1, title)
    share = np.arange(len(positive) + 1) / len(positive)
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    for name, probability in probabilities.items():
        caught = np.cumsum(positive[np.argsort(-probability, kind="stable")])
        axes.plot(share, np.r_[0, caught] / positive.sum(), label=name)
    return _labelled(figure, axes, "share of players contacted", "share of positives reached")


def _figure(columns: int, title: str, height: float = 4.5) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(6 * columns, height), layout="constrained")
    figure.suptitle(title)
    return figure, list(np.atleast_1d(figure.subplots(1, columns)))


def _labelled(figure: Figure, axes: Axes, x: str, y: str) -> Figure:
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.legend()
    return figure
