"""Hold a mapping against the event contract: every fault at once, each with its remedy."""

import codecs
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import combinations

from data.contract import envelope_fields, fields_of
from data.conversion.moments import is_pattern, is_timezone
from data.coverage import coverage
from data.currency import UnknownCurrency, minor_unit_digits
from data.events import EVENT_TYPES
from data.mapping import Condition, Mapping, Rule
from data.origin_check import origin_faults
from data.play_events import COUNTED_WHEN
from data.unread_protection import PROTECTIVE_TYPES

SET_BY_INGESTION = frozenset(
    {"source", "ingested_at", "schema_version", "known_at_assumed", "is_activity", "ext"}
)
"""Envelope fields that no mapping fills: ingestion does."""


def faults_of(mapping: Mapping) -> list[str]:
    """Everything about a mapping that the contract refuses; empty if it can be used."""
    found = [*_header_faults(mapping), *_common_field_faults(mapping)]
    for number, rule in enumerate(mapping.rules, 1):
        found += [f"rules.{number}{fault}" for fault in _rule_faults(rule, mapping)]
    if not found:
        found += [*_activity_faults(mapping), *_identity_faults(mapping), *_list_faults(mapping)]
        found += _uncounted_faults(mapping)
    return list(dict.fromkeys(found))


def _header_faults(mapping: Mapping) -> Iterator[str]:
    yield from _currency_faults("base_currency", mapping.base_currency)
    zones = {"timezone": mapping.timezone, "times.timezone": mapping.times.timezone}
    for place, zone in zones.items():
        if not is_timezone(zone):
            yield f"{place}: {zone!r} is not an IANA timezone: name one such as Europe/Malta"
    patterns = {"times.format": mapping.times.format, "times.day_format": mapping.times.day_format}
    for place, pattern in patterns.items():
        if not is_pattern(pattern):
            yield f"{place}: {pattern!r} is no pattern: write one such as %d/%m/%Y %H:%M"
    if len(mapping.input.delimiter) != 1:
        yield f"input.delimiter: {mapping.input.delimiter!r} is not one character"
    try:
        codecs.lookup(mapping.input.encoding)
    except LookupError:
        yield f"input.encoding: {mapping.input.encoding!r} is unknown: write one such as latin1"
    for place, origin in mapping.times.origins.items():
        if origin.column is None and origin.constant is None:
            yield f"times.{place}: give column or constant"
        for zone in origin.stated:
            if not is_timezone(zone):
                yield f"times.{place}: {zone!r} is not an IANA timezone"


def _currency_faults(place: str, code: str) -> Iterator[str]:
    try:
        minor_unit_digits(code)
    except UnknownCurrency as fault:
        yield f"{place}: {fault}"


def _common_field_faults(mapping: Mapping) -> Iterator[str]:
    allowed = envelope_fields().keys() - SET_BY_INGESTION
    for name, origin in mapping.fields.items():
        if name not in allowed:
            yield f"fields.{name}: {_not_a_field(name, 'the envelope', allowed)}"
            continue
        for fault in origin_faults(envelope_fields()[name], origin, mapping):
            yield f"fields.{name}: {fault}"


def _rule_faults(rule: Rule, mapping: Mapping) -> Iterator[str]:
    if rule.protects is not None and rule.protects not in PROTECTIVE_TYPES:
        yield f".protects: {rule.protects!r} is none of {', '.join(sorted(PROTECTIVE_TYPES))}"
    if rule.event_type is None:
        return
    if rule.event_type not in EVENT_TYPES:
        known = _suggestion(rule.event_type, EVENT_TYPES)
        yield f".event_type: {rule.event_type!r} is not in the contract{known}"
        return
    fields = fields_of(rule.event_type)
    for name, origin in rule.fields.items():
        if name not in fields or name in SET_BY_INGESTION:
            own = fields.keys() - SET_BY_INGESTION
            yield f".fields.{name}: {_not_a_field(name, rule.event_type, own)}"
            continue
        for fault in origin_faults(fields[name], origin, mapping):
            yield f".fields.{name}: {fault}"
    for name, field in fields.items():
        if field.required and name not in SET_BY_INGESTION | mapping.origins(rule).keys():
            yield f" ({rule.event_type}): {name} is required: fill it under fields"
    yield from _money_faults(rule, mapping)


def _money_faults(rule: Rule, mapping: Mapping) -> Iterator[str]:
    origins, fields = mapping.origins(rule), fields_of(str(rule.event_type))
    amounts = [name for name in origins if name in fields and fields[name].money]
    if not amounts:
        return
    currency = origins.get("currency")
    if currency is None:
        yield f".fields.{amounts[0]}: an amount needs its currency: fill currency under fields"
        return
    foreign = currency.constant not in (None, mapping.base_currency)
    if foreign and "fx_to_base" not in origins:
        yield (
            f".fields.currency: {currency.constant} is not the base currency "
            f"{mapping.base_currency}: fill fx_to_base under fields"
        )


def _activity_faults(mapping: Mapping) -> Iterator[str]:
    events = {token for token in coverage(mapping) if token.partition(":")[0] in EVENT_TYPES}
    for token in mapping.activity:
        if token not in events:
            can = ", ".join(sorted(events))
            yield f"activity: no rule gives {token!r}; the rules give {can}"


def _identity_faults(mapping: Mapping) -> Iterator[str]:
    numbered = [(n, rule) for n, rule in enumerate(mapping.rules, 1) if rule.event_type]
    for (first, one), (second, other) in combinations(numbered, 2):
        same_id = mapping.origins(one)["event_id"] == mapping.origins(other)["event_id"]
        if same_id and one.id_suffix == other.id_suffix and not _apart(one, other, mapping):
            yield (
                f"rules.{second}: a row that rules.{first} takes too would give two events one id: "
                "make their filters exclude each other, or give one an id_suffix"
            )


def _list_faults(mapping: Mapping) -> Iterator[str]:
    """Rules that read the objects of a list and would give all of a row the same id."""
    for number, rule in enumerate(mapping.rules, 1):
        if rule.event_type is None:
            continue
        origins = mapping.origins(rule)
        of_id = origins.pop("event_id").columns
        read = [*rule.columns_of_filters, *(one for it in origins.values() for one in it.columns)]
        for name in mapping.input.lists:
            if _any_below(name, read) and not _any_below(name, of_id):
                yield (
                    f"rules.{number}: the objects of a row's {name} would share one id: give "
                    "event_id a key with a column of the object"
                )


def _any_below(name: str, columns: Iterable[str]) -> bool:
    return any(column.startswith(f"{name}.") for column in columns)


def _uncounted_faults(mapping: Mapping) -> Iterator[str]:
    """Amounts that would never count: no rule gives the state in which they do."""
    can = coverage(mapping)
    for (event_type, amount), states in COUNTED_WHEN.items():
        if f"{event_type}.{amount}" in can and not {f"{event_type}:{s}" for s in states} & can:
            yield (
                f"{amount} of {event_type} counts at {' or '.join(states)}, and no rule gives that "
                f"state: add a rule with state {states[0]} and an id_suffix for the same rows, or "
                f"leave {amount} out if another source tells it"
            )


def _apart(one: Rule, other: Rule, mapping: Mapping) -> bool:
    """True if no row can fit both rules."""
    return all(
        any(_exclude(first[name], second[name], mapping) for name in first.keys() & second.keys())
        for first in one.when
        for second in other.when
    )


def _exclude(one: Condition, other: Condition, mapping: Mapping) -> bool:
    if one.among is None:
        one, other = other, one
    if one.among is None:
        return False
    missing = mapping.input.null_values
    texts = _with_missing_as_one(one.among, missing)
    if other.among is not None:
        return not texts & _with_missing_as_one(other.among, missing)
    return other.none_of is not None and texts <= _with_missing_as_one(other.none_of, missing)


def _with_missing_as_one(texts: Iterable[str], missing: Iterable[str]) -> set[str | None]:
    return {None if text in missing else text for text in texts}


def _not_a_field(name: str, owner: str, known: Iterable[str]) -> str:
    if name in SET_BY_INGESTION:
        return "set by ingestion, not by a mapping: remove it"
    return f"not a field of {owner}{_suggestion(name, known)}"


def _suggestion(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f": did you mean {close[0]!r}?" if close else f"; it has {', '.join(sorted(known))}"
