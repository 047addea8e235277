"""What a source's events can tell: by its mapping, before a row is read, or by its rows."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from data.contract import envelope_fields, fields_of
from data.mapping import Mapping as SourceMapping
from data.mapping import Rule
from data.mapping_cells import Origin

_STATE_FIELDS = ("status", "state", "action", "exclusion_kind")
_CLOCK = "utc_offset_minutes"


def state_field(event_type: str) -> str | None:
    """Name of the field that tells an event's state, or None if its type has none."""
    fields = fields_of(event_type)
    found = [name for name in _STATE_FIELDS if name in fields and fields[name].choices]
    return found[0] if found else None


def coverage(mapping: SourceMapping) -> frozenset[str]:
    """Tokens for ``Source.coverage``.

    ``deposit`` for a type that can come, ``deposit.method`` for a payload field that is filled,
    ``deposit:declined`` for a state that can come, and ``deposit.utc_offset_minutes`` if the
    player's clock is known.
    """
    return frozenset(token for rule in mapping.event_rules for token in _tokens(rule, mapping))


def told_by(rows: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Tokens of what rows of the log tell: the same for a source that has no mapping."""
    return frozenset(token for row in rows for token in _told(row))


def _told(row: Mapping[str, Any]) -> Iterator[str]:
    event_type = row["event_type"]
    yield event_type
    payload = fields_of(event_type).keys() - envelope_fields().keys()
    yield from (f"{event_type}.{name}" for name in payload & row.keys())
    if _CLOCK in row:
        yield f"{event_type}.{_CLOCK}"
    field = state_field(event_type)
    if field is not None and field in row:
        yield f"{event_type}:{row[field]}"


def _tokens(rule: Rule, mapping: SourceMapping) -> Iterator[str]:
    event_type, origins = str(rule.event_type), mapping.origins(rule)
    yield event_type
    payload = [name for name in origins if name not in envelope_fields()]
    yield from (f"{event_type}.{name}" for name in payload)
    if _CLOCK in origins or mapping.times.player_timezone is not None:
        yield f"{event_type}.{_CLOCK}"
    field = state_field(event_type)
    if field is not None and field in origins:
        yield from (f"{event_type}:{state}" for state in _states(field, rule, origins[field]))


def _states(field: str, rule: Rule, origin: Origin) -> set[str]:
    """States that a rule's events can have, as far as its filter and value map tell."""
    choices = {str(choice) for choice in fields_of(str(rule.event_type))[field].choices}
    return _reachable(rule, origin, choices) & choices


def _reachable(rule: Rule, origin: Origin, choices: set[str]) -> set[str]:
    if origin.column is None:
        return set(origin.stated)
    always = {value for value in (origin.otherwise, origin.if_missing) if value is not None}
    passes = rule.texts_let_through(origin.column)
    if not origin.values:
        return always | (choices if passes is None else passes)
    mapped = {to for text, to in origin.values.items() if passes is None or text in passes}
    return always | mapped
