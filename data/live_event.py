"""One event as it is sent live: JSON of the contract in, a row of the log or what is wrong out.

The sender fills what happened; what this system says of it (when it became known, whether it
counts as activity, base amounts) is set here. A row holds the columns of ``event_schema()`` that
are filled, moments as µs since the epoch, dates and decimals as text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
from msgspec.structs import asdict

from data.activity import Activity
from data.contract import fields_of
from data.coverage import state_field
from data.currency import (
    FX_DECIMALS,
    FX_LARGEST,
    UnknownCurrency,
    minor_unit_digits,
    to_base,
)
from data.event import LARGEST_INTEGER, Event
from data.events import EVENT_TYPES
from data.instants import instant_of, microseconds
from data.schema_faults import DEEPEST, is_deep, schema_fault
from data.tables import BASE_SUFFIX

Row = dict[str, Any]
_Held = Callable[[Any], int | str]

SET_BY_US = ("known_at", "ingested_at", "known_at_assumed", "is_activity")
"""Fields that no sender fills."""

STATED = "occurred_at_stated"
"""``ext`` keeps a moment that was set back under this name."""

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST_US = microseconds(datetime.max.replace(tzinfo=UTC))
_CONTROL = re.compile(r"[\x00-\x1f]")


class Refused(NamedTuple):
    """Why an item is no event of the log."""

    field: str
    value: str | None
    reason: str
    remedy: str


@dataclass(frozen=True)
class Arrival:
    """What holds for everything that arrives at one moment.

    Attributes
    ----------
    known_us
        The moment of arrival: live events are known as they are ingested.
    allowed_ahead_us
        By how much a sender's clock may be ahead; what is ahead is set back, and kept in ``ext``.
    activity
        What counts as activity.
    """

    known_us: int
    allowed_ahead_us: int
    base_currency: str
    activity: Activity


def read_live_event(item: object, arrival: Arrival) -> Row | Refused:
    """Check an item, decoded from JSON, against the contract and complete it to a row."""
    if not isinstance(item, dict):
        return Refused("", None, "not a JSON object", "send one object for each event")
    if is_deep(item):
        return Refused("", None, f"nested over {DEEPEST} deep", "send it flatter")
    for name in SET_BY_US:
        if name in item:
            remedy = "leave it out; import history, whose past is known, with data.ingest"
            return Refused(name, _shown(item[name]), "set by this service alone", remedy)
    struct = EVENT_TYPES.get(str(item.get("event_type")))
    if struct is None:
        return _unknown_type(item)
    now = instant_of(arrival.known_us)
    try:
        event = msgspec.convert(item | {"known_at": now, "ingested_at": now}, struct)
    except msgspec.ValidationError as fault:
        return _refused(str(fault), item)
    return _completed(event, arrival)


def wrong_text(row: Row) -> Refused | None:
    """Refuse control characters: no id has them, and one of them parts source and id in a key."""
    if "".join([value for value in row.values() if isinstance(value, str)]).isprintable():
        return None
    for name, value in row.items():
        if isinstance(value, str) and _CONTROL.search(value):
            return Refused(name, value, "a control character in it", "send it without")
    return None


def rate_text(rate: Decimal) -> str:
    """A rate as rows hold it: 1, 0.088, 10; the same rate is always the same text."""
    return f"{rate.normalize():f}"


def _unknown_type(item: Mapping[str, Any]) -> Refused:
    stated = item.get("event_type")
    reason = "required but missing" if stated is None else "not a type of event"
    return Refused("event_type", _shown(stated), reason, f"send one of: {', '.join(EVENT_TYPES)}")


def _refused(message: str, item: Mapping[str, Any]) -> Refused:
    fault = schema_fault(message)
    value = item.get(fault.path.partition(".")[0].partition("[")[0])
    if fault.missing:
        remedy = "send it; docs/events.md lists every field"
    elif fault.unknown:
        remedy = "leave it out, or send it inside ext"
    else:
        remedy = "send what was expected; docs/events.md lists every field"
    return Refused(fault.path, _shown(value), fault.reason, remedy)


def _shown(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else _json(value)


def _completed(event: Event, arrival: Arrival) -> Row | Refused:
    event_type = str(event.__struct_config__.tag)
    plan = _plan(event_type)
    row: Row = {"event_type": event_type}
    row |= {name: value for name, value in asdict(event).items() if value is not None}
    for name, held in plan.held.items():
        if name in row:
            row[name] = held(row[name])
    for name in plan.left_out:
        row.pop(name, None)
    row["is_activity"] = arrival.activity.counts(event_type, row.get(plan.state or ""))
    wrong = wrong_text(row) or _wrong_moment(event, row, plan, arrival)
    return wrong or _with_base_amounts(row, plan, arrival) or row


@dataclass(frozen=True)
class _Plan:
    """What to do with one event type, which without money has neither currency nor rate."""

    held: dict[str, _Held]
    left_out: tuple[str, ...]
    moments: tuple[str, ...]
    money: tuple[str, ...]
    state: str | None


@cache
def _plan(event_type: str) -> _Plan:
    fields = fields_of(event_type)
    money = tuple(name for name, field in fields.items() if field.money)
    held = {name: _json for name, field in fields.items() if field.nested} | {
        name: _HELD[field.arrow_type] for name, field in fields.items() if field.arrow_type in _HELD
    }
    return _Plan(
        held=held,
        left_out=() if money else ("currency", "fx_to_base"),
        moments=tuple(name for name, how in held.items() if how is microseconds),
        money=money,
        state=state_field(event_type),
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


_HELD: dict[Any, _Held] = {pa.timestamp("us", "UTC"): microseconds, pa.date32(): date.isoformat}


def _wrong_moment(event: Event, row: Row, plan: _Plan, arrival: Arrival) -> Refused | None:
    """Refuse a moment out of reach; set back one that is ahead by no more than clocks may be."""
    if event.ext and STATED in event.ext:
        remedy = "keep it in ext under another name"
        return Refused("ext", _shown(event.ext), f"{STATED} is set by this service alone", remedy)
    if event.occurred_at < _EARLIEST:
        shown = event.occurred_at.isoformat()
        return Refused("occurred_at", shown, "before 1990", "send the moment that it happened")
    ahead = row["occurred_at"] - arrival.known_us
    if ahead > arrival.allowed_ahead_us:
        shown = event.occurred_at.isoformat()
        remedy = "correct the sender's clock or timezone; moments are RFC 3339 with an offset"
        return Refused("occurred_at", shown, f"{ahead / 1e6:.3f} s in the future", remedy)
    for name in plan.moments:
        if not 0 <= row.get(name, 0) <= _LATEST_US:
            stated = getattr(event, name).isoformat()
            return Refused(name, stated, "not within 1970 to 9999", "send the moment meant")
    if ahead > 0:
        kept = msgspec.json.decode(row.get("ext", "{}")) | {STATED: event.occurred_at.isoformat()}
        row |= {"occurred_at": arrival.known_us, "ext": _json(kept)}
    return None


def _with_base_amounts(row: Row, plan: _Plan, arrival: Arrival) -> Refused | None:
    """Put each amount in the base currency beside it, converted once, half to even."""
    currency, rate = row.get("currency"), row.get("fx_to_base")
    amounts = [name for name in plan.money if name in row]
    if currency is None:
        remedy = "send the ISO 4217 code that the amounts are in"
        missing = Refused("currency", None, "missing beside an amount or a rate", remedy)
        return missing if amounts or rate is not None else None
    base = arrival.base_currency
    if wrong := _wrong_rate(currency, rate, base):
        return wrong
    row["fx_to_base"] = rate_text(rate) if rate is not None else "1"
    for name in amounts:
        amount = row[name] if rate is None else to_base(row[name], currency, rate, base)
        if amount > LARGEST_INTEGER:
            remedy = "repair the amount or the rate"
            return Refused(name, str(row[name]), "beyond ±2^53 in the base currency", remedy)
        row[name + BASE_SUFFIX] = amount
    return None


def _wrong_rate(currency: str, rate: Decimal | None, base: str) -> Refused | None:
    try:
        minor_unit_digits(currency)
    except UnknownCurrency as fault:
        return Refused("currency", currency, "not an ISO 4217 currency code", str(fault))
    if rate is None:
        remedy = f"send what one unit of it bought of {base} at that moment"
        reason = f"missing for a currency other than {base}"
        return Refused("fx_to_base", None, reason, remedy) if currency != base else None
    if not rate.is_finite() or not 0 < rate < FX_LARGEST or rate != round(rate, FX_DECIMALS):
        remedy = f"send a rate above 0 with at most {FX_DECIMALS} decimals"
        return Refused("fx_to_base", str(rate), "not a rate above 0", remedy)
    if currency == base and rate != 1:
        return Refused("fx_to_base", str(rate), f"not 1 for the base currency {base}", "send 1")
    return None
