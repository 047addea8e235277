"""Out-of-time splits: train, then calibrate, then test, with no label reaching into the next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from data.event_log import EventLog
from data.instants import midnight
from training.errors import TrainingError
from training.history import first_activity
from training.labels import last_usable_cutoff


class LabelsOverlap(TrainingError):
    """An earlier period's labels reach into a later period."""


class LogTooShort(TrainingError):
    """The log can't hold the periods that training needs."""


@dataclass(frozen=True)
class Periods:
    """Cutoff dates of the three periods, each ascending."""

    train: tuple[date, ...]
    calibration: tuple[date, ...]
    test: tuple[date, ...]

    def all(self) -> tuple[date, ...]:
        """Cutoff dates of all three periods."""
        return self.train + self.calibration + self.test


def schedule(
    log: EventLog,
    *,
    lookback_days: int,
    horizon_days: int,
    step_days: int,
    train: int,
    calibration: int,
    test: int,
) -> Periods:
    """Latest periods that a log can fill, counted back from its last usable cutoff.

    Between two periods lie at least ``horizon_days``. Training cutoffs whose lookback begins
    before the first activity does are left out.

    Parameters
    ----------
    step_days
        Days between the cutoffs of a period.
    train, calibration, test
        How many cutoffs a period has.

    Raises
    ------
    LogTooShort
        If no training cutoff remains.
    """
    timezone = log.settings.timezone
    first = first_activity(log)
    test_days = _backwards(last_usable_cutoff(log, horizon_days), step_days, test)
    gap = timedelta(days=horizon_days)
    calibration_days = _backwards(test_days[0] - gap, step_days, calibration)
    train_days = tuple(
        day
        for day in _backwards(calibration_days[0] - gap, step_days, train)
        if midnight(day - timedelta(days=lookback_days), timezone) >= first
    )
    if not train_days:
        raise LogTooShort(
            f"activity in {log.root} begins {first.date()}, too late for a training cutoff before "
            f"{calibration_days[0] - gap}: in a copy of training/params.yaml shorten lookback or "
            "horizon or ask for fewer cutoffs, and name it with --params; or wait for more data"
        )
    return Periods(train_days, calibration_days, test_days)


def _backwards(last: date, step_days: int, count: int) -> tuple[date, ...]:
    return tuple(last - timedelta(days=step_days * back) for back in reversed(range(count)))


def forbid_overlap(earlier: Sequence[date], later: Sequence[date], horizon_days: int) -> None:
    """Refuse cutoffs whose labels reach beyond the first later cutoff.

    Raises
    ------
    LabelsOverlap
        Unless ``max(earlier) + horizon <= min(later)``.
    """
    ending = max(earlier) + timedelta(days=horizon_days)
    if ending > min(later):
        raise LabelsOverlap(
            f"labels of cutoff {max(earlier)} look ahead to {ending}, beyond the later period's "
            f"first cutoff {min(later)}: leave at least {horizon_days} days between the periods"
        )


Instants = npt.NDArray[np.int64]
Rows = npt.NDArray[np.bool_]


def walk_forward(
    cutoffs_us: Instants, label_ends_us: Instants, least_cutoffs: int = 2
) -> Iterator[tuple[Rows, Rows]]:
    """Masks of the rows to learn from and the rows to predict, cutoff after cutoff.

    A cutoff is predicted from the rows whose labels ended by then, once these span
    ``least_cutoffs`` cutoffs.

    Parameters
    ----------
    cutoffs_us, label_ends_us
        Cutoff of each row and end of its horizon, µs since the epoch, shape (rows,).
    """
    for cutoff in np.unique(cutoffs_us):
        past = label_ends_us <= cutoff
        if len(np.unique(cutoffs_us[past])) >= least_cutoffs:
            yield past, cutoffs_us == cutoff
