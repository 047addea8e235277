"""Recorded samples of vendors' events, imported and sent live by the project's mappings."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from data.import_report import ImportReport
from data.ingest import ingest
from data.instants import microseconds
from data.live_items import Item
from data.live_mapped import read_mapped_items
from data.mapping_file import read_mapping
from tests.data.imports import events, quarantine

VENDORS = ("fast_track", "optimove", "smartico", "webhook")

NOW = datetime(2025, 1, 1, tzinfo=UTC)
"""When items are sent live: after every sample."""

Event = dict[str, Any]

PLAYED = (
    "round_id", "state", "game_type", "stake_real", "stake_bonus", "win_real", "win_bonus"
)  # fmt: skip
"""What is looked at of a round."""

ORDER = ("occurred_at", "player_id", "event_type", "event_id")
"""By which events are listed."""


def mapping_path(vendor: str) -> Path:
    """The vendor's mapping."""
    return Path(__file__).parents[3] / f"data/mappings/{vendor}.yaml"


def sample_path(vendor: str) -> Path:
    """The vendor's sample: an object a line."""
    return Path(__file__).with_name(f"{vendor}.jsonl")


@cache
def imported(vendor: str) -> tuple[ImportReport, list[Event], list[dict[str, str]]]:
    """Report, events by their moment and player, and quarantine of an import of the sample."""
    with TemporaryDirectory() as folder:
        root = Path(folder) / "operator"
        report = ingest(mapping_path(vendor), sample_path(vendor), root)
        found = events(root).sort(ORDER)
        return report, found.to_dicts(), quarantine(root)


def sent_live(vendor: str) -> list[list[Item]]:
    """What each line of the sample becomes when it is sent live."""
    lines = sample_path(vendor).read_bytes().splitlines()
    return read_mapped_items(lines, read_mapping(mapping_path(vendor)), microseconds(NOW))


def told(vendor: str, event_type: str, *fields: str) -> list[tuple[Any, ...]]:
    """Fields of the imported events of one type, by their moment."""
    _, found, _ = imported(vendor)
    return [
        tuple(event[name] for name in fields)
        for event in found
        if event["event_type"] == event_type
    ]


def reasons(vendor: str) -> list[tuple[int, str, str]]:
    """Row, field and reason of what an import sets aside."""
    return [(int(row["row"]), row["field"], row["reason"]) for row in imported(vendor)[2]]


def moments(vendor: str, event_type: str) -> list[str]:
    """Moments of the imported events of one type, as ISO texts in UTC."""
    return [moment.isoformat() for (moment,) in told(vendor, event_type, "occurred_at")]
