"""What stands between a trained version and the alias ``champion``."""

import lightgbm

from features.manifest import Manifest
from training.candidates import LIGHTGBM, RECENCY
from training.errors import TrainingError
from training.params import GREATEST_DEPTH, MOST_LEAVES, MOST_TREES
from training.report import POOLED, Figure, Report, difference

CHAMPION_NAME = "champion"
"""The present champion's name among the models of a report."""

DECIDING_METRIC = "auc"


class PromotionRefused(TrainingError):
    """A version may not become champion; the message lists every reason."""


def refusals(
    report: Report,
    manifest: Manifest,
    booster: lightgbm.Booster,
    champion: str | None,
) -> list[str]:
    """Every reason against promoting a version; empty if there is none.

    Parameters
    ----------
    report
        The version's evaluation.
    champion
        The present champion that it must beat, if there is one.
    """
    reasons = _size_refusals(booster)
    if report.data_digest != manifest.data_digest:
        reasons.append("its evaluation is that of a model of other training data: evaluate it")
    reasons += _must_beat(report, RECENCY, "the recency baseline")
    if champion is not None and report.champion != champion:
        reasons.append(
            f"it was evaluated beside champion version {report.champion or 'none'}, but version "
            f"{champion} is champion now: evaluate it again"
        )
    elif champion is not None:
        reasons += _must_beat(report, CHAMPION_NAME, f"champion version {champion}")
    return reasons


def _must_beat(report: Report, rival: str, called: str) -> list[str]:
    """A paired interval on the same rows must lie above 0."""
    slices = report.differences.get(difference(LIGHTGBM, rival), {})
    figure = slices.get(POOLED, {}).get(DECIDING_METRIC, Figure(None, None, None))
    if figure.low is not None and figure.low > 0:
        return []
    if figure.value is None or figure.low is None or figure.high is None:
        return [f"its AUC was never compared with that of {called}: evaluate it"]
    return [
        f"its AUC isn't reliably above that of {called}: difference {figure.value:+.4f}, "
        f"95 % interval [{figure.low:+.4f}, {figure.high:+.4f}] must lie above 0"
    ]


def _size_refusals(booster: lightgbm.Booster) -> list[str]:
    """Exact reasons within a request's time need a small booster."""
    nodes = booster.trees_to_dataframe()
    leaves = nodes[nodes["left_child"].isna()].groupby("tree_index").size()
    sizes = (
        ("trees", booster.num_trees(), MOST_TREES),
        ("leaves in a tree", int(leaves.max()), MOST_LEAVES),
        ("levels of depth", int(nodes["node_depth"].max()) - 1, GREATEST_DEPTH),
    )
    return [
        f"its booster has {size} {what}, at most {most} can be explained in time"
        for what, size, most in sizes
        if size > most
    ]
