"""What is known of a trained model beside its manifest: its question, periods and rows."""

from datetime import date
from pathlib import Path

import msgspec
import numpy as np

from data.event_log import EventLog
from training.dataset import LabelledRows
from training.errors import TrainingError
from training.models import Model, find_model
from training.params import ModelParams

RECORD_FILE = "training.json"


class UnreadableRecord(TrainingError):
    """A version's training record is missing or isn't one."""


class RowCounts(msgspec.Struct, frozen=True):
    """Rows of a period: all, the positive ones, their players, and protected exits left out."""

    rows: int
    positives: int
    players: int
    left_out: dict[str, int]

    @property
    def share(self) -> float:
        """Share of positive rows."""
        return self.positives / self.rows


def count_rows(rows: LabelledRows) -> RowCounts:
    """Count a period's rows."""
    return RowCounts(
        rows=len(rows),
        positives=int(rows.positive.sum()),
        players=len(np.unique(rows.players)),
        left_out=rows.left_out,
    )


def activity_of(log: EventLog) -> str:
    """What the log's sources count as activity, in words."""
    told = {commit.source.activity for commit in log.commits()}
    return "; ".join(sorted(told - {"none"})) or "none"


def definition(model: Model, lookback_days: int, horizon_days: int, activity: str) -> str:
    """Who is eligible and what is positive, in one sentence."""
    return (
        f"eligible: activity in the {lookback_days} days before the cutoff, unprotected; positive: "
        f"{model.positive_means} in the {horizon_days} days from it; activity: {activity}"
    )


class TrainingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """How a version came to be.

    Attributes
    ----------
    question, activity
        What it answers, and what its source counts as activity, in words.
    train_days, calibration_days, test_days
        Cutoff dates of the periods. The test period was planned, not looked at.
    data_digest
        SHA-256 over the rows of training and calibration.
    known_at_assumed_share
        Share of the log's events whose moment of becoming known is assumed.
    """

    model_id: str
    question: str
    activity: str
    params: ModelParams
    train_days: tuple[date, ...]
    calibration_days: tuple[date, ...]
    test_days: tuple[date, ...]
    train: RowCounts
    calibration: RowCounts
    feature_version: str
    data_digest: str
    known_at_assumed_share: float

    def learned_days(self) -> tuple[date, ...]:
        """Cutoff dates that booster or calibration learned from."""
        return self.train_days + self.calibration_days

    def definition(self) -> str:
        """The label in one sentence."""
        model, params = find_model(self.model_id), self.params
        return definition(model, params.lookback_days, params.horizon_days, self.activity)

    def write(self, folder: Path) -> None:
        """Write ``training.json`` into a folder."""
        (folder / RECORD_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(self)))

    @classmethod
    def read(cls, folder: Path) -> "TrainingRecord":
        """Read ``training.json`` of a folder."""
        try:
            return msgspec.json.decode((folder / RECORD_FILE).read_bytes(), type=cls)
        except (OSError, msgspec.DecodeError) as fault:
            raise UnreadableRecord(
                f"{folder / RECORD_FILE} is no training record ({fault}): train the model again"
            ) from fault
