"""Events of one type as rows of the log: envelope, payload, base amounts."""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.contract import Field, fields_of
from data.event import SCHEMA_VERSION
from data.simulator.arrays import Bools, Ints
from data.simulator.calendar import Calendar
from data.simulator.delivery import Delivered
from data.simulator.exchange import Rates, as_decimals, in_base
from data.simulator.ledger import holds
from data.simulator.markets import BRANDS, MARKETS
from data.simulator.player_ids import player_ids
from data.simulator.players import Profiles
from data.simulator.records import MISSING, Choice, Column, Frame, Numbered
from data.tables import BASE_SUFFIX, event_schema, payload_fields

SOURCE = "simulator"

_ACTIVITY = {"casino.round": "settled", "sports.bet": "placed"}
"""Event type → its state that counts as activity; both are real-money play here."""

ACTIVITY = ", ".join(f"{event_type}:{state}" for event_type, state in _ACTIVITY.items())


@dataclass(frozen=True)
class Operator:
    """What every event's envelope is filled from. Nothing hidden is among it."""

    calendar: Calendar
    profiles: Profiles
    rates: Rates

    @cached_property
    def player_ids(self) -> pa.Array:
        return player_ids(np.arange(len(self.profiles)))

    @cached_property
    def person_ids(self) -> pa.Array:
        return pa.array([f"person-{number:06d}" for number in self.profiles.person.tolist()])


def event_table(operator: Operator, event_type: str, known: Delivered) -> pa.RecordBatch:
    """What is known of one event type, with all columns of ``event_schema()``."""
    columns = {
        name: _arrow(column, event_schema().field(name).type)
        for name, column in known.frame.columns.items()
    }
    columns |= _missing_defaults(event_type, columns, len(known.number))
    columns |= _envelope(operator, event_type, known)
    if any(field.money for field in fields_of(event_type).values()):
        columns |= _money(operator, event_type, known.frame, columns)
    arrays = [
        columns[field.name] if field.name in columns else _nulls(len(known.number), field.type)
        for field in event_schema()
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=event_schema())


def _nulls(count: int, arrow_type: pa.DataType) -> pa.Array:
    """Part of an array that is made once: most columns of most events are empty."""
    return _made_nulls(1 << count.bit_length(), arrow_type).slice(0, count)


@cache
def _made_nulls(count: int, arrow_type: pa.DataType) -> pa.Array:
    return pa.nulls(count, arrow_type)


def _envelope(operator: Operator, event_type: str, known: Delivered) -> dict[str, pa.Array]:
    profiles, part, count = operator.profiles, known.frame, len(known.number)
    market, player = profiles.market[part.player], pa.array(part.player)
    offset = operator.calendar.offset_minutes(profiles.zone[part.player], part.at_us)
    known_at = _arrow(known.known_us, pa.timestamp("us", "UTC"))
    return {
        "event_type": _same(event_type, count),
        "event_id": _arrow(Numbered(f"{event_type}-", known.number), pa.string()),
        "player_id": operator.player_ids.take(player),
        "person_id": operator.person_ids.take(player),
        "brand_id": pa.array(BRANDS).take(pa.array(profiles.brand[part.player])),
        "jurisdiction": _LICENCES.take(pa.array(market)),
        "source": _same(SOURCE, count),
        "occurred_at": _arrow(part.at_us, pa.timestamp("us", "UTC")),
        "known_at": known_at,
        "ingested_at": known_at,
        "schema_version": pa.array(np.full(count, SCHEMA_VERSION)),
        "utc_offset_minutes": pa.array(offset),
        "known_at_assumed": pa.array(np.zeros(count, dtype=bool)),
        "is_activity": pa.array(_is_activity(event_type, part)),
        "is_test": pa.array(profiles.is_test[part.player]),
    }


_LICENCES = pa.array([market.jurisdiction for market in MARKETS])
_CURRENCIES = pa.array([market.currency for market in MARKETS])


def _is_activity(event_type: str, part: Frame) -> Bools:
    if event_type not in _ACTIVITY:
        return np.zeros(len(part.player), dtype=bool)
    real_money = np.asarray(part.columns["stake_real"]) > 0
    return np.asarray(holds(part.columns["state"], _ACTIVITY[event_type]) & real_money)


def _missing_defaults(
    event_type: str, columns: dict[str, pa.Array], count: int
) -> dict[str, pa.Array]:
    """Payload fields that the contract gives a value when nothing is said."""
    wanted = [field for field in _payload(event_type) if field.default is not None]
    return {
        field.name: pa.repeat(pa.scalar(field.default, field.arrow_type), count)
        for field in wanted
        if field.name not in columns
    }


def _payload(event_type: str) -> list[Field]:
    return [field for name, field in fields_of(event_type).items() if name in payload_fields()]


def _money(
    operator: Operator, event_type: str, part: Frame, columns: dict[str, pa.Array]
) -> dict[str, pa.Array]:
    market = operator.profiles.market[part.player]
    rate_units = operator.rates.of(market, operator.calendar.utc_day(part.at_us))
    amounts = [field.name for field in _payload(event_type) if field.money]
    return {
        "currency": _CURRENCIES.take(pa.array(market)),
        "fx_to_base": as_decimals(rate_units),
    } | {
        name + BASE_SUFFIX: pa.array(in_base(columns[name].to_numpy(), market, rate_units))
        for name in amounts
        if name in columns
    }


def _same(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text), count)


def _arrow(column: Column, arrow_type: pa.DataType) -> pa.Array:
    if isinstance(column, Choice):
        codes = pa.array(column.codes, mask=column.codes < 0)
        return pa.array(column.names, pa.string()).take(codes)
    if isinstance(column, Numbered):
        numbers = pa.array(column.numbers, mask=column.numbers == MISSING).cast(pa.string())
        return pc.binary_join_element_wise(column.prefix, numbers, "")
    if column.dtype.kind == "i":
        return _arrow_integers(column.astype(np.int64), arrow_type)
    return pa.array(column, arrow_type)


def _arrow_integers(column: Ints, arrow_type: pa.DataType) -> pa.Array:
    absent = column == MISSING
    plain = pa.array(column, mask=absent) if absent.any() else pa.array(column)
    return (
        plain.cast(pa.int32()).cast(arrow_type)
        if pa.types.is_date32(arrow_type)
        else plain.cast(arrow_type)
    )
