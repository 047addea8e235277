"""The envelope: what every event carries, whatever happened."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec

LARGEST_INTEGER = 2**53
"""Bound of every integer in the system: beyond it Redis's Lua and JSON readers lose digits."""

SCHEMA_VERSION: Literal[1] = 1

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Text = Annotated[str, msgspec.Meta(max_length=512)]
Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_INTEGER)]
Money = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_INTEGER, extra={"money": True})]
"""A non-negative amount in minor units of the event's ``currency`` (cents, öre, yen, fils)."""

Jurisdiction = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
"""ISO 3166 code of the licence under which the event happened: ``GB``, ``SE``, ``CA-ON``."""

Currency = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$")]
Device = Literal["desktop", "mobile_web", "app_ios", "app_android", "retail"]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Vertical = Literal["casino", "sports", "poker", "bingo", "lottery"]
UtcOffsetMinutes = Annotated[int, msgspec.Meta(ge=-14 * 60, le=14 * 60)]


class Event(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="event_type",
):
    """One thing that happened to one player's account.

    Three moments are kept apart. ``occurred_at`` is when it happened, ``known_at`` when the
    operator could first act on it, ``ingested_at`` when this system stored it. Everything computed
    *as of* t reads ``known_at < t`` and nothing else. ``occurred_at <= known_at`` always holds.

    Attributes
    ----------
    event_id
        Unique for ever within its ``source``; the pair is the key of deduplication.
    player_id
        Opaque account id. Scores are per account.
    person_id
        The person behind one or several accounts. Protections act per person; None means that
        the account stands for itself.
    utc_offset_minutes
        The player's local clock minus UTC when it happened, frozen at ingestion; None if the
        player's timezone is unknown, and then nothing is said about nights and weekends.
    currency, fx_to_base
        ISO 4217 code of every amount in the event, and units of the base currency that one unit
        of it bought at that moment. Both are None only for events without money.
    known_at_assumed
        True if ``known_at`` was not in the source but set to ``occurred_at`` plus a stated delay.
    is_activity
        True if the event counts as activity by its source's definition (real-money play, or
        approved deposits where a source has no play). Set at ingestion, never by the sender.
    is_test
        A test account's event: runs end to end, stays out of training and reports.
    ext
        What the source sent beside the contract, kept as it came.
    """

    event_id: Name
    player_id: Name
    brand_id: Name
    jurisdiction: Jurisdiction
    source: Name
    occurred_at: Annotated[datetime, msgspec.Meta(tz=True)]
    known_at: Annotated[datetime, msgspec.Meta(tz=True)]
    ingested_at: Annotated[datetime, msgspec.Meta(tz=True)]
    schema_version: Literal[1] = SCHEMA_VERSION
    person_id: Name | None = None
    session_id: Name | None = None
    device: Device | None = None
    utc_offset_minutes: UtcOffsetMinutes | None = None
    currency: Currency | None = None
    fx_to_base: Decimal | None = None
    known_at_assumed: bool = False
    is_activity: bool = False
    is_test: bool = False
    ext: dict[str, Any] | None = None
