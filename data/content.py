"""What an event says happened, apart from how it came here."""

from data.tables import BASE_SUFFIX, event_schema

_OF_THE_ARRIVAL = (
    "source", "event_id", "known_at", "ingested_at", "schema_version", "known_at_assumed",
    "is_activity", "ext",
)  # fmt: skip
"""Columns that tell how an event came here; the same event may come again with others."""

CONTENT = [
    name
    for name in event_schema().names
    if name not in _OF_THE_ARRIVAL and not name.endswith(BASE_SUFFIX)
]
"""Columns that tell what happened: with others the same id is another event."""

REASON = "another content under a known event id"
REMEDY = (
    "the log never changes: for a round or bet send a roll-back or void and the right one, each "
    "under an id of its own; for anything else import the corrected source into a new folder"
)
