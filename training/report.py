"""The report of an evaluation: every model, slice and metric with its interval, as JSON."""

import math
from datetime import date
from pathlib import Path

import msgspec

from data.drafts import write_atomically
from training.errors import TrainingError
from training.intervals import Interval
from training.record import RowCounts

POOLED, UNSEEN = "pooled", "unseen"
"""Slices: all rows of the test period, and those of players that training never saw."""

NOT_ASSESSED = ("sex", "age")
"""Protected attributes are read by evaluation alone, where a source tells them; none does yet."""

PERFECT_ECE = "ece_if_perfect"
"""Beside the ECE: what a model with exactly right probabilities would show on as many rows."""


class UnreadableReport(TrainingError):
    """An evaluation report is missing or isn't one."""


class Figure(msgspec.Struct, frozen=True):
    """A metric with its 95 % interval; None where the slice can't tell."""

    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, found: Interval) -> "Figure":
        parts = (found.value, found.low, found.high)
        return cls(*(part if math.isfinite(part) else None for part in parts))


Figures = dict[str, dict[str, Figure]]
"""Slice → metric → figure."""


class Overlap(msgspec.Struct, frozen=True):
    """Players of the test period, and how many of them training saw too."""

    players: int
    seen_in_training: int
    rows_unseen: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """An evaluation.

    Attributes
    ----------
    looks
        How often this test set has been looked at, this look included; 0 for walk-forward
        predictions inside the training period.
    models
        Model → slice → metric → figure. Slices are ``pooled``, ``unseen``, and each cutoff date
        alone and with `` unseen`` after it.
    known_at_assumed_share
        Share of the log's events whose moment of becoming known is assumed.
    not_assessed
        Slices that a reader might look for and that were not measured.
    differences
        ``a - b`` → slice → metric → figure, on the same draws of players.
    """

    model_id: str
    version: str | None
    champion: str | None
    definition: str
    train_cutoffs: tuple[date, ...]
    test_cutoffs: tuple[date, ...]
    test: RowCounts
    overlap: Overlap
    looks: int
    data_digest: str
    models: dict[str, Figures]
    differences: dict[str, Figures]
    known_at_assumed_share: float
    not_assessed: tuple[str, ...] = NOT_ASSESSED

    def write(self, path: Path) -> None:
        """Write the report, whole or not at all."""
        write_atomically(path, msgspec.json.format(msgspec.json.encode(self)).decode())

    @classmethod
    def read(cls, path: Path) -> "Report":
        """Read a report."""
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except (OSError, msgspec.DecodeError) as fault:
            raise UnreadableReport(
                f"{path} is no evaluation report ({fault}): run training.evaluate again"
            ) from fault


def difference(a: str, b: str) -> str:
    """Key of a difference in a report."""
    return f"{a} - {b}"
