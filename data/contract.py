"""The contract's fields as values, so that columns are typed and checked by the same definition."""

from dataclasses import dataclass
from functools import cache

import pyarrow as pa
from msgspec import NODEFAULT, inspect

from data.event import Event
from data.events import EVENT_TYPES

_ARROW_TYPES: dict[type[inspect.Type], pa.DataType] = {
    inspect.StrType: pa.string(),
    inspect.LiteralType: pa.string(),
    inspect.IntType: pa.int64(),
    inspect.FloatType: pa.float64(),
    inspect.BoolType: pa.bool_(),
    inspect.DecimalType: pa.decimal128(18, 8),
    inspect.DateTimeType: pa.timestamp("us", "UTC"),
    inspect.DateType: pa.date32(),
    inspect.ListType: pa.string(),
    inspect.DictType: pa.string(),
}


@dataclass(frozen=True)
class Field:
    """One field of one event type.

    Attributes
    ----------
    arrow_type
        Column type; nested values (bet legs, reasons, ``ext``) are JSON text.
    nested
        True for JSON text.
    money
        True for an amount in minor units.
    default
        Value of an absent optional field; None where absence means unknown.
    choices
        The values allowed; empty where any value of the type is.
    minimum, maximum
        Inclusive bounds of a number.
    min_length, max_length, pattern
        Bounds of a text.
    """

    name: str
    arrow_type: pa.DataType
    required: bool
    nested: bool = False
    money: bool = False
    default: object = None
    choices: tuple[str | int, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


@cache
def fields_of(event_type: str) -> dict[str, Field]:
    """Fields of one event type by name, in the contract's order, ``event_type`` not among them."""
    return _fields(EVENT_TYPES[event_type])


@cache
def envelope_fields() -> dict[str, Field]:
    """Fields that every event carries."""
    return _fields(Event)


def _fields(struct: type[Event]) -> dict[str, Field]:
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    return {field.name: _describe(field) for field in info.fields}


def _describe(field: inspect.Field) -> Field:
    kind, money = _without_none(field.type), False
    if isinstance(kind, inspect.Metadata):
        money, kind = bool((kind.extra or {}).get("money")), kind.type
    arrow_type = _ARROW_TYPES[type(kind)]
    if isinstance(kind, inspect.LiteralType) and isinstance(kind.values[0], int):
        arrow_type = pa.int64()
    return Field(
        name=field.name,
        arrow_type=arrow_type,
        required=field.required,
        nested=isinstance(kind, inspect.ListType | inspect.DictType),
        money=money,
        default=None if field.default is NODEFAULT else field.default,
        choices=tuple(getattr(kind, "values", ())),
        minimum=getattr(kind, "ge", None),
        maximum=getattr(kind, "le", None),
        min_length=getattr(kind, "min_length", None),
        max_length=getattr(kind, "max_length", None),
        pattern=getattr(kind, "pattern", None),
    )


def _without_none(kind: inspect.Type) -> inspect.Type:
    if isinstance(kind, inspect.UnionType):
        (kind,) = (member for member in kind.types if not isinstance(member, inspect.NoneType))
    return kind
