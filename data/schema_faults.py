"""Values that don't fit: what msgspec says of them, taken apart; and values that are too deep."""

import re
from typing import NamedTuple

_AT = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_UNKNOWN = re.compile(r"unknown field `(?P<name>.*)`", re.DOTALL)
_MISSING = re.compile(r"missing required field `(?P<name>.*)`")
_NESTED = (dict, list)

DEEPEST = 64
"""Levels of nesting that are read: far above any event, far below what ends in a RecursionError."""


class SchemaFault(NamedTuple):
    """Where a value doesn't fit, and why.

    Attributes
    ----------
    path
        Such as ``legs[0].odds``; empty for the whole.
    unknown
        Whether the schema has no such field.
    missing
        Whether a required field isn't there.
    """

    path: str
    reason: str
    unknown: bool
    missing: bool


def schema_fault(message: str) -> SchemaFault:
    """Take a message of ``msgspec.ValidationError`` apart.

    Examples
    --------
    >>> schema_fault("Expected `int`, got `str` - at `$.amount`")[:2]
    ('amount', 'Expected `int`, got `str`')
    """
    at = _AT.search(message)
    path, reason = at["path"] if at else "", _AT.sub("", message)
    unknown, missing = _UNKNOWN.search(reason), _MISSING.search(reason)
    for named in (unknown, missing):
        if named:
            path = f"{path}.{named['name']}".lstrip(".")
    return SchemaFault(path, reason, unknown is not None, missing is not None)


def is_deep(value: object) -> bool:
    """Whether a decoded value is nested over ``DEEPEST`` levels."""
    layer = [value] if isinstance(value, _NESTED) else []
    for _ in range(DEEPEST):
        layer = [
            one
            for each in layer
            for one in (each.values() if isinstance(each, dict) else each)
            if isinstance(one, _NESTED)
        ]
        if not layer:
            return False
    return bool(layer)
