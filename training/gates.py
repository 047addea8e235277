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


class ChampionHolds(PromotionRefused):
    """A sound version isn't reliably better than the present champion, which stays."""


def flaws(
    report: Report, manifest: Manifest, booster: lightgbm.Booster, champion: str | None
) -> list[str]:
    """What keeps a version from being champion, whoever its rival; empty if nothing.

    Parameters
    ----------
    report
        The version's evaluation.
    champion
        The present champion, which the evaluation must be beside.
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
    return reasons


def no_better_than(report: Report, champion: str) -> list[str]:
    """Why a version without flaws doesn't replace the champion; empty if it does."""
    return _must_beat(report, CHAMPION_NAME, f"champion version {champion}")


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
