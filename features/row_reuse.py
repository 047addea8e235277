"""Which feature rows of an earlier build still hold: those that no later event could have changed.

A row reads what was known before its cutoff. So it holds as long as features are defined as they
were, and all that was appended to the log since became known at its cutoff or later.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from data.event_log import Commit, EventLog
from features.catalogue import version
from features.rows import ROW_SCHEMA

_BUILT = b"player_intelligence.built"
_FOR_EVER_US, _NEVER_US = 2**62, -(2**62)
_KEY = ["player_id", "cutoff"]


def schema_of(log: EventLog) -> pa.Schema:
    """The schema of feature rows, which names what they were built from."""
    return ROW_SCHEMA.with_metadata({_BUILT: json.dumps(_origin(log))})


def _origin(log: EventLog) -> dict[str, str | list[str]]:
    return {"features": version(), "commits": [_digest(commit) for commit in log.commits()]}


def _digest(commit: Commit) -> str:
    content = asdict(commit) | {"source": sorted(commit.source.coverage)}
    return hashlib.sha256(repr(sorted(content.items())).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Built:
    """Rows of an earlier build, of which those with a cutoff up to a moment hold.

    Attributes
    ----------
    until_us
        The latest such cutoff, µs since the epoch; below all moments if none does.
    """

    path: Path
    until_us: int

    @classmethod
    def found(cls, path: Path, log: EventLog) -> "Built":
        """What stands at a path; nothing holds if it isn't there or of other features or events."""
        nothing = cls(path, _NEVER_US)
        if not path.is_file():
            return nothing
        try:
            told = json.loads((pq.read_schema(path).metadata or {})[_BUILT])
        except (OSError, pa.ArrowInvalid, KeyError, ValueError):
            return nothing
        now, commits = _origin(log), told["commits"]
        if told["features"] != now["features"] or now["commits"][: len(commits)] != commits:
            return nothing
        later = log.commits()[len(commits) :]
        return cls(path, min((one.first_known_us for one in later), default=_FOR_EVER_US))

    def holding(self, wanted: pl.DataFrame) -> pl.DataFrame:
        """Those of the wanted players and cutoffs whose rows hold."""
        if self.until_us == _NEVER_US:
            return wanted.clear()
        built = pl.read_parquet(self.path, columns=["player_id", "feature_cutoff"])
        built = built.rename({"feature_cutoff": "cutoff"})
        if built.is_duplicated().any():
            return wanted.clear()
        until = pl.lit(self.until_us).cast(pl.Datetime("us", "UTC"))
        return wanted.unique().join(built.filter(pl.col("cutoff") <= until), on=_KEY, how="semi")

    def rows(self, holding: pl.DataFrame) -> Iterator[pa.Table]:
        """The rows of these players and cutoffs, some at a time."""
        if holding.is_empty():
            return
        keys = holding.rename({"cutoff": "feature_cutoff"})
        for batch in pq.ParquetFile(self.path).iter_batches():
            rows = pl.DataFrame(batch).join(
                keys, on=["player_id", "feature_cutoff"], how="semi", maintain_order="left"
            )
            yield rows.to_arrow().cast(ROW_SCHEMA)
