"""Labelled feature rows: outcomes joined, through Feast alone, to what was known at each cutoff."""

import hashlib
import json
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import feast
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.event_log import EventLog
from data.instants import instant_of, microseconds
from features.places import feature_rows_path
from features.services import SERVICES
from training.cohort import eligible_players
from training.cutoffs import moments, shifted
from training.errors import TrainingError
from training.labels import ALL_KNOWN
from training.metrics import Floats, Labels
from training.models import Model

CUTOFF_COLUMN = "feature_cutoff"
"""What every feature row says about itself: the moment that it was computed for."""

ROWS_A_CALL = 100_000
"""Feast keeps a portion in memory several times over: 100,000 rows of 120 features take 1 GB."""

Instants = npt.NDArray[np.int64]


class StaleFeatures(TrainingError):
    """Feature rows are missing, or are those of another moment than the rows asked for."""


@dataclass(frozen=True)
class LabelledRows:
    """Rows to learn from or to measure on, in order of cutoff and player.

    Attributes
    ----------
    names
        Features, in the order of the columns of ``features``.
    players, cutoffs_us, label_ends_us, positive
        Whose row, as of when, until when its label looks (µs since the epoch), and what happened;
        shape (rows,).
    features
        Shape (rows, features), NaN where absent.
    left_out
        Protected exits that are no row here, by cause.
    """

    names: tuple[str, ...]
    players: npt.NDArray[np.str_]
    cutoffs_us: Instants
    label_ends_us: Instants
    positive: Labels
    features: Floats
    left_out: dict[str, int]

    def __len__(self) -> int:
        return len(self.positive)

    def where(self, mask: npt.NDArray[np.bool_]) -> "LabelledRows":
        """The rows of a mask."""
        return replace(
            self,
            players=self.players[mask],
            cutoffs_us=self.cutoffs_us[mask],
            label_ends_us=self.label_ends_us[mask],
            positive=self.positive[mask],
            features=self.features[mask],
        )

    def joined(self, later: "LabelledRows") -> "LabelledRows":
        """These rows and those of later cutoffs."""
        return LabelledRows(
            names=self.names,
            players=np.concatenate([self.players, later.players]),
            cutoffs_us=np.concatenate([self.cutoffs_us, later.cutoffs_us]),
            label_ends_us=np.concatenate([self.label_ends_us, later.label_ends_us]),
            positive=np.concatenate([self.positive, later.positive]),
            features=np.concatenate([self.features, later.features]),
            left_out=dict(Counter(self.left_out) + Counter(later.left_out)),
        )

    def column(self, name: str) -> int:
        """Where a feature stands."""
        return self.names.index(name)

    def digest(self) -> str:
        """SHA-256 over names, players, cutoffs, labels and features."""
        return _digest(
            [self.outcome_digest().encode(), json.dumps(self.names).encode(), _bytes(self.features)]
        )

    def outcome_digest(self) -> str:
        """SHA-256 over players, cutoffs and labels: the same however the features change."""
        players = json.dumps(self.players.tolist()).encode()
        return _digest([players, _bytes(self.cutoffs_us), _bytes(self.positive)])


def assemble(
    log: EventLog,
    store: feast.FeatureStore,
    model: Model,
    days: Sequence[date],
    *,
    lookback_days: int,
    horizon_days: int,
    known_before: datetime = ALL_KNOWN,
) -> LabelledRows:
    """Labelled rows of a model at the given cutoff dates.

    Parameters
    ----------
    known_before
        Labels are as they were known before this moment.

    Raises
    ------
    EmptyCohort, HorizonNotObserved
        If a cutoff has no eligible player, or its horizon isn't over.
    StaleFeatures
        Unless the store has the feature row of exactly every player and cutoff.
    """
    place = Path(store.repo_path)
    if not feature_rows_path(place).is_file():
        raise StaleFeatures(
            f"{place} has no feature rows: run training.cohort and features.build first"
        )
    timezone = log.settings.timezone
    cohort = eligible_players(log, moments(tuple(days), timezone), lookback_days)
    outcomes = model.outcomes(log, cohort, horizon_days, known_before)
    told = pc.is_in(outcomes["outcome"], pa.array([model.positive, model.negative]))
    kept = outcomes.filter(told)
    service = SERVICES[model.model_id]
    cutoffs_us = _microseconds(kept["cutoff"])
    return LabelledRows(
        names=service.feature_names,
        players=np.array(kept["player_id"].to_pylist(), dtype=np.str_),
        cutoffs_us=cutoffs_us,
        label_ends_us=_label_ends(cutoffs_us, horizon_days, timezone),
        positive=pc.equal(kept["outcome"], model.positive).to_numpy(),
        features=retrieve(store, service.name, service.feature_names, kept),
        left_out=dict(Counter(outcomes.filter(pc.invert(told))["cause"].to_pylist())),
    )


def retrieve(
    store: feast.FeatureStore, service: str, names: Sequence[str], entities: pa.Table
) -> Floats:
    """Feature values of entity rows, from Feast, in portions so that memory stays small.

    Parameters
    ----------
    entities
        Columns ``player_id`` and ``cutoff``, sorted by cutoff and player.

    Returns
    -------
    Shape (rows, names), in the order of the entity rows.

    Raises
    ------
    StaleFeatures
        Naming the first player and cutoff whose own feature row isn't there.
    """
    wanted = entities.select(["player_id", "cutoff"]).rename_columns(
        ["player_id", "event_timestamp"]
    )
    portions = [wanted.slice(begin, ROWS_A_CALL) for begin in range(0, len(wanted), ROWS_A_CALL)]
    return np.concatenate([_retrieve(store, service, names, portion) for portion in portions])


def _retrieve(
    store: feast.FeatureStore, service: str, names: Sequence[str], wanted: pa.Table
) -> Floats:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="ibis")
        found = store.get_historical_features(
            entity_df=wanted.to_pandas(), features=store.get_feature_service(service)
        ).to_arrow()
    ordered = found.sort_by([("event_timestamp", "ascending"), ("player_id", "ascending")])
    _require_own_rows(wanted, ordered)
    return np.column_stack([_values(ordered[name]) for name in names])


def _require_own_rows(wanted: pa.Table, found: pa.Table) -> None:
    if not found["player_id"].equals(wanted["player_id"]):
        raise StaleFeatures(
            f"{len(wanted)} feature rows were asked for, {len(found)} other ones came: build the "
            "rows again with training.cohort and features.build"
        )
    asked, got = _microseconds(wanted["event_timestamp"]), _microseconds(found[CUTOFF_COLUMN])
    stale = np.flatnonzero(asked != got)
    if stale.size:
        row = int(stale[0])
        player, cutoff = wanted["player_id"][row].as_py(), wanted["event_timestamp"][row].as_py()
        came = "none" if got[row] == _MISSING else f"the one of {found[CUTOFF_COLUMN][row]}"
        raise StaleFeatures(
            f"player {player} needs the feature row of cutoff {cutoff.isoformat()}, but {came} is "
            f"in the store (the first of {stale.size} such rows): build the rows again with "
            "training.cohort and features.build"
        )


_MISSING = np.iinfo(np.int64).min


def _microseconds(column: pa.ChunkedArray) -> Instants:
    moments_us = column.cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    return np.asarray(pc.fill_null(moments_us, int(_MISSING)).to_numpy())


def _values(column: pa.ChunkedArray) -> Floats:
    return np.asarray(pc.fill_null(column.cast(pa.float64()), np.nan).to_numpy())


def _label_ends(cutoffs_us: Instants, horizon_days: int, timezone: str) -> Instants:
    unique, position = np.unique(cutoffs_us, return_inverse=True)
    ends = [
        microseconds(shifted(instant_of(int(cutoff)), horizon_days, timezone)) for cutoff in unique
    ]
    return np.array(ends, dtype=np.int64)[position]


def _bytes(values: npt.NDArray[np.generic]) -> bytes:
    """The same bytes for the same values: one NaN, one zero."""
    if values.dtype == np.float64:
        values = np.where(np.isnan(values), np.nan, values) + 0.0
    return np.ascontiguousarray(values).tobytes()


def _digest(parts: Sequence[bytes]) -> str:
    sha = hashlib.sha256()
    for part in parts:
        sha.update(len(part).to_bytes(8, "little"))
        sha.update(part)
    return sha.hexdigest()
