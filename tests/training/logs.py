"""Small literal logs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.event_log import EventLog, LogSettings, Source
from data.tables import event_schema


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def play(player: str, occurred: str, **fields: Any) -> dict[str, Any]:
    """A settled casino round that counts as activity."""
    return event("casino.round", player, occurred, is_activity=True, **fields)


def event(event_type: str, player: str, occurred: str, **fields: Any) -> dict[str, Any]:
    """An event known when it happened, unless ``known`` says otherwise."""
    known = fields.pop("known", occurred)
    return {
        "event_type": event_type,
        "player_id": player,
        "occurred_at": at(occurred),
        "known_at": at(known),
        "ingested_at": at(known),
        "brand_id": "brand",
        "jurisdiction": "MT",
        "source": "test",
        "schema_version": 1,
        "known_at_assumed": False,
        "is_activity": False,
        "is_test": False,
    } | fields


def build_log(
    root: Path, *events: dict[str, Any], timezone: str = "UTC", known_until: str = "2027-01-01"
) -> EventLog:
    """A log of the given events in a folder; its clock runs on to ``known_until``."""
    log = EventLog.create(root / "operator", LogSettings("EUR", timezone))
    rows = [
        row | {"event_id": f"e{number}"}
        for number, row in enumerate([*events, event("message", "nobody", known_until)])
    ]
    staged = root / "staged.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=event_schema()), staged)
    log.append([staged], Source("test", frozenset({"casino.round"}), "a settled round"))
    return log
