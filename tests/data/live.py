"""Live events, for the tests of this folder."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from data.activity import Activity
from data.contract import fields_of
from data.instants import microseconds
from data.live_event import SET_BY_US
from data.live_items import Item, read_items
from data.live_log import LiveLog
from data.live_log_writer import LiveLogWriter
from data.live_row import Arrival

NOW = datetime(2024, 6, 1, tzinfo=UTC)
NOW_US = microseconds(NOW)
SKEW = timedelta(minutes=5)
ARRIVAL = Arrival(
    known_us=NOW_US,
    allowed_ahead_us=SKEW // timedelta(microseconds=1),
    base_currency="EUR",
    activity=Activity.of(["deposit:approved", "bingo.ticket"]),
)

DEPOSIT: dict[str, Any] = {
    "event_type": "deposit", "event_id": "e1", "source": "platform", "player_id": "anna",
    "brand_id": "brand", "jurisdiction": "MT", "occurred_at": "2024-05-31T12:00:00Z",
    "status": "approved", "amount": 1_000, "currency": "EUR",
}  # fmt: skip


def least(event_type: str) -> dict[str, Any]:
    """The smallest sound event of a type, by the contract."""
    event: dict[str, Any] = {"event_type": event_type}
    fields = fields_of(event_type)
    for name, field in fields.items():
        if field.required and name not in SET_BY_US:
            event[name] = DEPOSIT.get(name) if name in DEPOSIT and not field.choices else None
            if event[name] is None:
                kinds = {"bool": True, "int64": 1, "double": 1.0, "string": "x"}
                event[name] = field.choices[0] if field.choices else kinds[str(field.arrow_type)]
    if any(field.money for field in fields.values()):
        event["currency"] = "EUR"
    return event | {"event_id": f"least {event_type}"}


def item(sent: bytes | None = None, **changes: Any) -> Item:
    """A deposit with changes as it is sent, or other bytes, read; what is None is left out."""
    event = {name: value for name, value in (DEPOSIT | changes).items() if value is not None}
    (found,) = read_items([json.dumps(event).encode() if sent is None else sent], ARRIVAL)
    return found


def statuses(log: LiveLogWriter, *items: Item) -> list[str]:
    """What became of items that are appended at once."""
    return [outcome.status for outcome in log.append(items, NOW_US).outcomes]


def numbered(log: LiveLog) -> list[tuple[int, str]]:
    """Number and id of every event that the log holds."""
    return [(seq, row["event_id"]) for seq, row in log.after(0, most=1_000_000)]


def reopened(log: LiveLogWriter) -> LiveLogWriter:
    """The log as another process opens it."""
    log.close()
    return LiveLogWriter(log.path)
