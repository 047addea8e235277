"""Answers about events that were sent."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from serving.schema_types import example

EventStatus = Literal["accepted", "duplicate", "quarantined", "ignored"]


class EventAnswer(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What became of one item.

    Attributes
    ----------
    position
        Place of the item in the request, from 0.
    status
        ``accepted``: on the disk, and in every score from now on. ``duplicate``: known already,
        counted once. ``quarantined``: kept aside, with the reason. ``ignored``: the mapping leaves
        such items out.
    field, value, reason, remedy
        Of a quarantined item: where it is at fault, what stood there, what is wrong and what to do.
    """

    position: Annotated[int, Meta(ge=0, extra_json_schema=example(0))]
    status: EventStatus
    field: str | None = None
    value: str | None = None
    reason: str | None = None
    remedy: str | None = None


class EventsAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of a request's items.

    Attributes
    ----------
    items
        One for each item; of a stream (NDJSON) only those that weren't accepted.
    """

    accepted: int
    duplicates: int
    quarantined: int
    ignored: int
    items: list[EventAnswer]
