"""What is wrong with a live event that has the contract's form: its texts and its moments."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

import msgspec

from data.event import Event
from data.instants import instant_of, microseconds
from data.live_row import Arrival, Refused, Row
from data.player_events import OLDEST_YEARS

STATED = "occurred_at_stated"
"""``ext`` keeps a moment that was set back under this name."""


_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST_US = microseconds(datetime.max.replace(tzinfo=UTC))
_CONTROL = re.compile(r"[\x00-\x1f]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_IDS = ("source", "event_id", "player_id", "person_id", "brand_id")


def wrong_text(row: Row) -> Refused | None:
    """Refuse control characters, and ids that only look like another's."""
    text = "".join([value for value in row.values() if isinstance(value, str)])
    if not text.isprintable():
        for name, value in row.items():
            if isinstance(value, str) and _CONTROL.search(value):
                return Refused(name, value, "a control character in it", "send it without")
    is_plain = text.isascii()
    for name in _IDS:
        value = row.get(name, "")
        if value != value.strip() or not (is_plain or _INVISIBLE.search(value) is None):
            return Refused(name, value, "blanks around it or invisible characters", "send it bare")
    return None


def wrong_moment(
    event: Event, row: Row, moments: Sequence[str], arrival: Arrival
) -> Refused | None:
    """Refuse a moment out of reach; set back one that is ahead by no more than clocks may be."""
    if event.ext and STATED in event.ext:
        remedy = "keep it in ext under another name"
        return Refused("ext", shown(event.ext), f"{STATED} is set by this service alone", remedy)
    if event.occurred_at < _EARLIEST:
        stated = event.occurred_at.isoformat()
        return Refused("occurred_at", stated, "before 1990", "send the moment that it happened")
    ahead = row["occurred_at"] - arrival.known_us
    if ahead > arrival.allowed_ahead_us:
        stated = event.occurred_at.isoformat()
        remedy = "correct the sender's clock or timezone; moments are RFC 3339 with an offset"
        return Refused("occurred_at", stated, f"{ahead / 1e6:.3f} s in the future", remedy)
    for name in moments:
        if not 0 <= row.get(name, 0) <= _LATEST_US:
            stated = getattr(event, name).isoformat()
            return Refused(name, stated, "not within 1970 to 9999", "send the moment meant")
    if wrong := wrong_effect(row, arrival.known_us):
        return wrong
    if ahead > 0:
        kept = msgspec.json.decode(row.get("ext", "{}")) | {STATED: event.occurred_at.isoformat()}
        row |= {"occurred_at": arrival.known_us, "ext": json_text(kept)}
    return None


def wrong_effect(row: Row, known_us: int) -> Refused | None:
    """Refuse a return from an exclusion that lies ahead, and a birth that can't be the player's.

    Parameters
    ----------
    known_us
        Moment of arrival, µs since the epoch.
    """
    effective_us = row.get("effective_from", 0)
    if row.get("exclusion_kind") == "reinstatement" and effective_us > known_us:
        stated = instant_of(effective_us).isoformat()
        return Refused("effective_from", stated, "lies ahead", "send it when it takes effect")
    if born := row.get("birth_date"):
        today = instant_of(known_us).date()
        if not today.year - OLDEST_YEARS <= date.fromisoformat(born).year or born > str(today):
            remedy = "send the date of birth as YYYY-MM-DD"
            return Refused("birth_date", born, f"not within {OLDEST_YEARS} years", remedy)
    return None


def json_text(value: object) -> str:
    """A value as JSON."""
    return msgspec.json.encode(value).decode()


def shown(value: object) -> str | None:
    """A value as an answer shows it."""
    return value if value is None or isinstance(value, str) else json_text(value)
