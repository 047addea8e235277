"""Request bodies: decoded strictly, and refused with the place, the value and what to do."""

import re
from functools import cache
from typing import TypeVar

import msgspec

from data.schema_faults import SchemaFault, schema_fault
from serving.errors import InvalidRequest, shown

Message = TypeVar("Message", bound=msgspec.Struct)

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def read_body(body: bytes, message: type[Message], example: object) -> Message:
    """Decode the body of a request.

    Parameters
    ----------
    message
        The struct that it has to follow.
    example
        A sound one, for the remedy.

    Raises
    ------
    InvalidRequest
        If it isn't JSON or doesn't follow the schema.
    """
    try:
        read: Message = _decoder(message).decode(body)
    except msgspec.ValidationError as fault:
        raise _refused(schema_fault(str(fault)), body, message) from fault
    except _UNREADABLE as fault:
        raise InvalidRequest(
            f"The body is not readable as JSON: {_plain(fault)}.",
            f"Send UTF-8 JSON such as {msgspec.json.encode(example).decode()}.",
        ) from fault
    return read


@cache
def _decoder(message: type[Message]) -> msgspec.json.Decoder[Message]:
    return msgspec.json.Decoder(message)


def _refused(fault: SchemaFault, body: bytes, message: type[msgspec.Struct]) -> InvalidRequest:
    return InvalidRequest(
        f"{fault.reason}.",
        _remedy(fault, message),
        field=fault.path or None,
        value=None if fault.missing or not fault.path else _value(fault.path, body),
    )


def _remedy(fault: SchemaFault, message: type[msgspec.Struct]) -> str:
    if fault.unknown:
        return f"Leave it out; the fields are: {', '.join(message.__struct_fields__)}."
    if allowed := _allowed(fault.path, message):
        return f"Send one of: {', '.join(allowed)}."
    if "exactly one" in fault.reason:
        return "Send player_id for one player, or player_ids for many."
    if ">= 1" in fault.reason:
        return "Name at least one player, by an id of at least one character."
    if "length" in fault.reason:
        return "Keep within that length; send more players in several requests."
    return "Send what was expected; GET /schema shows every field with an example."


def _allowed(path: str, message: type[msgspec.Struct]) -> list[str]:
    """The values of a field that takes none but those that its type lists."""
    described = msgspec.inspect.type_info(message)
    assert isinstance(described, msgspec.inspect.StructType)
    for field in described.fields:
        if field.encode_name == path and isinstance(field.type, msgspec.inspect.LiteralType):
            return list(map(str, field.type.values))
    return []


def _value(path: str, body: bytes) -> str | None:
    """What stands at a path; None where the body can't be followed to it."""
    try:
        found = msgspec.json.decode(body)
        for name, index in _STEP.findall(path):
            found = found[name or int(index)]
    except (*_UNREADABLE, LookupError, TypeError):
        return None
    return shown(found)


def _plain(fault: Exception) -> str:
    return "it is nested too deeply" if isinstance(fault, RecursionError) else str(fault)
