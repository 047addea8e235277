"""One event as it is sent live: JSON of the contract in, a row of the log or what is wrong out.

The sender fills what happened; what this system says of it (when it became known, whether it
counts as activity, base amounts) is set here. A row holds the columns of ``event_schema()`` that
are filled, moments as µs since the epoch, dates and decimals as text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
import pyarrow as pa
from msgspec.structs import asdict

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
from data.live_checks import json_text, shown, wrong_moment, wrong_text
from data.live_row import Arrival, Refused, Row
from data.schema_faults import DEEPEST, is_deep, schema_fault
from data.tables import BASE_SUFFIX

_Held = Callable[[Any], int | str]

SET_BY_US = ("known_at", "ingested_at", "known_at_assumed", "is_activity")
"""Fields that no sender fills."""


def read_live_event(item: object, arrival: Arrival) -> Row | Refused:
    """Check an item, decoded from JSON, against the contract and complete it to a row."""
    if not isinstance(item, dict):
        return Refused("", None, "not a JSON object", "send one object for each event")
    if is_deep(item):
        return Refused("", None, f"nested over {DEEPEST} deep", "send it flatter")
    for name in SET_BY_US:
        if name in item:
            remedy = "leave it out; import history, whose past is known, with data.ingest"
            return Refused(name, shown(item[name]), "set by this service alone", remedy)
    struct = EVENT_TYPES.get(str(item.get("event_type")))
    if struct is None:
        return _unknown_type(item)
    now = instant_of(arrival.known_us)
    try:
        event = msgspec.convert(item | {"known_at": now, "ingested_at": now}, struct)
    except msgspec.ValidationError as fault:
        return _refused(str(fault), item)
    return _completed(event, arrival)


def rate_text(rate: Decimal) -> str:
    """A rate as rows hold it: 1, 0.088, 10; the same rate is always the same text."""
    return f"{rate.normalize():f}"


def _unknown_type(item: Mapping[str, Any]) -> Refused:
    stated = item.get("event_type")
    reason = "required but missing" if stated is None else "not a type of event"
    return Refused("event_type", shown(stated), reason, f"send one of: {', '.join(EVENT_TYPES)}")


def _refused(message: str, item: Mapping[str, Any]) -> Refused:
    fault = schema_fault(message)
    value = item.get(fault.path.partition(".")[0].partition("[")[0])
    if fault.missing:
        remedy = "send it; docs/events.md lists every field"
    elif fault.unknown:
        remedy = "leave it out, or send it inside ext"
    else:
        remedy = "send what was expected; docs/events.md lists every field"
    return Refused(fault.path, shown(value), fault.reason, remedy)


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
    wrong = wrong_text(row) or wrong_moment(event, row, plan.moments, arrival)
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
    held = {name: json_text for name, field in fields.items() if field.nested} | {
        name: _HELD[field.arrow_type] for name, field in fields.items() if field.arrow_type in _HELD
    }
    return _Plan(
        held=held,
        left_out=() if money else ("currency", "fx_to_base"),
        moments=tuple(name for name, how in held.items() if how is microseconds),
        money=money,
        state=state_field(event_type),
    )


_HELD: dict[Any, _Held] = {pa.timestamp("us", "UTC"): microseconds, pa.date32(): date.isoformat}


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
