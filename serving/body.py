"""Request bodies: decoded strictly, and refused with the place, the value and what to do."""

import re

import msgspec

from serving.errors import InvalidRequest, shown
from serving.schemas import ScoreRequest

_DECODER = msgspec.json.Decoder(ScoreRequest)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_AT = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_UNKNOWN = re.compile(r"unknown field `(?P<name>.*)`")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def read_score_request(body: bytes) -> ScoreRequest:
    """Decode the body of a request for scores.

    Raises
    ------
    InvalidRequest
        If it isn't JSON or doesn't follow the schema.
    """
    try:
        return _DECODER.decode(body)
    except msgspec.ValidationError as fault:
        raise _refused(str(fault), body) from fault
    except _UNREADABLE as fault:
        raise InvalidRequest(
            f"The body is not readable as JSON: {_plain(fault)}.",
            'Send UTF-8 JSON such as {"player_id": "player-000042"}.',
        ) from fault


def _refused(message: str, body: bytes) -> InvalidRequest:
    at = _AT.search(message)
    path = at["path"] if at else ""
    reason = _AT.sub("", message)
    unknown = _UNKNOWN.search(reason)
    if unknown:
        path = f"{path}.{unknown['name']}".lstrip(".")
    return InvalidRequest(
        f"{reason}.",
        _remedy(reason, unknown is not None),
        field=path or None,
        value=_value(path, body) if path else None,
    )


def _remedy(reason: str, unknown: bool) -> str:
    if unknown:
        return f"Leave it out; the fields are: {', '.join(ScoreRequest.__struct_fields__)}."
    if "exactly one" in reason:
        return "Send player_id for one player, or player_ids for many."
    if ">= 1" in reason:
        return "Name at least one player, by an id of at least one character."
    if "length" in reason:
        return "Keep within that length; send more players in several requests."
    return "Send what was expected; GET /schema shows every field with an example."


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
