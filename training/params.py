"""Settings that change a model: ``params.yaml`` as frozen, typed values."""

from pathlib import Path
from typing import Annotated

import msgspec

from data.event_log import EventLog
from training.errors import TrainingError
from training.splits import Periods, schedule

PARAMS_FILE = Path(__file__).with_name("params.yaml")

MOST_TREES, MOST_LEAVES, GREATEST_DEPTH = 150, 15, 5
"""Size of the largest booster that may be served: beyond it, exact reasons take too long."""

Positive = Annotated[int, msgspec.Meta(ge=1)]
Share = Annotated[float, msgspec.Meta(gt=0, le=1)]
NotNegative = Annotated[float, msgspec.Meta(ge=0)]


class UnreadableParams(TrainingError):
    """``params.yaml`` doesn't say what it must."""


class BoosterParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """LightGBM's settings, in its own words."""

    num_trees: Annotated[int, msgspec.Meta(ge=1, le=MOST_TREES)]
    num_leaves: Annotated[int, msgspec.Meta(ge=2, le=MOST_LEAVES)]
    max_depth: Annotated[int, msgspec.Meta(ge=1, le=GREATEST_DEPTH)]
    learning_rate: Share
    min_data_in_leaf: Positive
    feature_fraction: Share
    bagging_fraction: Share
    lambda_l2: NotNegative


class LogisticParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The logistic baseline: ``c`` is the inverse strength of its L2 penalty."""

    c: Annotated[float, msgspec.Meta(gt=0)]


class ScheduleParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many cutoffs each period has, and the days between them."""

    step_days: Positive
    train: Positive
    calibration: Positive
    test: Positive


class ModelParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that changes one model."""

    lookback_days: Positive
    horizon_days: Positive
    cutoffs: ScheduleParams
    seed: int
    resamples: Positive
    booster: BoosterParams
    logistic: LogisticParams

    def periods(self, log: EventLog) -> Periods:
        """The latest periods that a log can fill."""
        return schedule(
            log,
            lookback_days=self.lookback_days,
            horizon_days=self.horizon_days,
            step_days=self.cutoffs.step_days,
            train=self.cutoffs.train,
            calibration=self.cutoffs.calibration,
            test=self.cutoffs.test,
        )


def read_params(model_id: str, path: Path = PARAMS_FILE) -> ModelParams:
    """Settings of one model.

    Raises
    ------
    UnreadableParams
        If the file is missing, has unknown keys or values out of bounds, or lacks the model.
    """
    try:
        found = msgspec.yaml.decode(path.read_bytes(), type=dict[str, ModelParams])
    except (OSError, msgspec.DecodeError) as fault:
        raise UnreadableParams(f"{path} can't be used: {fault}") from fault
    if model_id not in found:
        raise UnreadableParams(
            f"{path} has no settings for {model_id!r}: it has {', '.join(sorted(found))}"
        )
    return found[model_id]
