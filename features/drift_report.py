"""Drift in plain words: as a table, as a page that stands alone, and for Prometheus."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile
from rich.table import Table

from data.closed_page import closed_page, paragraph, table
from data.drafts import prepare_place
from features.ageing import AGEING
from features.catalogue import FEATURES
from features.drift import CERTAINTY, MOVED, WATCH, Drift

COLUMNS = ("feature", "what it is", "PSI", "by chance", "missing then", "missing now", "verdict")

_FEATURES = {feature.name: feature for feature in FEATURES}


def alarms_of(found: Sequence[Drift]) -> list[Drift]:
    """What has moved, but for what grows with age."""
    return [drift for drift in found if drift.verdict == "moved" and drift.feature not in AGEING]


def drift_table(found: Sequence[Drift], most: int) -> Table:
    """The features that moved furthest, ``most`` of them, for a terminal."""
    lines = Table(*COLUMNS)
    for drift in found[:most]:
        lines.add_row(*_row(drift))
    return lines


def drift_page(found: Sequence[Drift], rows_then: int, rows_now: int) -> str:
    """Every feature, the furthest moved first, on a page that stands alone."""
    alarms = alarms_of(found)
    parts = [
        *map(paragraph, _words(rows_then, rows_now, len(alarms))),
        table(COLUMNS, map(_row, found), [drift in alarms for drift in found]),
    ]
    return closed_page("Drift of features", parts)


def write_drift_metrics(found: Sequence[Drift], path: Path) -> None:
    """Write a text file for node-exporter's collector; its name has to end in ``.prom``."""
    prepare_place(path)
    registry = CollectorRegistry()
    key = ("feature",)
    index = Gauge("player_feature_psi", "Population stability index.", key, registry=registry)
    noise = Gauge(
        "player_feature_psi_noise", "Index that chance alone stays below.", key, registry=registry
    )
    moved = Gauge(
        "player_features_moved", "Features that moved and don't grow with age.", registry=registry
    )
    for drift in found:
        index.labels(drift.feature).set(drift.psi)
        noise.labels(drift.feature).set(drift.noise)
    moved.set(len(alarms_of(found)))
    write_to_textfile(str(path), registry)


def _words(rows_then: int, rows_now: int, moved: int) -> Iterator[str]:
    yield f"{rows_now:,} rows beside the {rows_then:,} that the model learned from: {moved} moved."
    yield (
        f"Below {WATCH} nothing has moved, from {MOVED} on the model should be looked at. A "
        f"feature counts as moved only if chance alone stays below its index in {CERTAINTY:.1%} of "
        "cases. The column by chance has what independent rows of one population show on average."
    )
    yield (
        "Days since a first moment and sums over a lifetime grow with the operator's age: it is "
        "told that they move, and is no alarm."
    )


def _row(drift: Drift) -> tuple[str, ...]:
    known = _FEATURES.get(drift.feature)
    return (
        drift.feature,
        "" if known is None else f"{known.label} ({known.unit})",
        f"{drift.psi:.3f}",
        f"{drift.expected:.3f}",
        f"{drift.missing_then:.1%}",
        f"{drift.missing_now:.1%}",
        _verdict(drift),
    )


def _verdict(drift: Drift) -> str:
    grown = drift.verdict == "moved" and drift.feature in AGEING
    return "grows with age" if grown else drift.verdict
