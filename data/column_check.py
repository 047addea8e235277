"""Hold a mapping's columns against the files, before anything is read in bulk."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from data.contract import envelope_fields
from data.conversion.lists import opened
from data.mapping import Mapping
from data.mapping_file import MappingError
from data.readers import columns_of, read_batches
from data.reading.parts import InputError, Part

_JSON_ROWS_LOOKED_AT = 10_000
_DELIMITERS = (",", ";", "\t", "|")


def check_columns(parts: Sequence[Part], mapping: Mapping) -> None:
    """Check that every file has every mapped column.

    Rows of JSON lines have columns of their own, so there only those must stand in the first rows
    without which no row becomes an event: of required fields of every rule, and the columns that
    every filter looks at.

    Raises
    ------
    MappingError
        Listing every column that a file lacks and the place in the mapping that asks for it.
    InputError
        If a file is empty or can't be read.
    """
    faults = [fault for part in parts for fault in _faults_of(part, mapping)]
    if faults:
        raise MappingError("the mapping", faults)


def _faults_of(part: Part, mapping: Mapping) -> Iterator[str]:
    columns, uses = columns_of(part, mapping.input), list(mapping.uses())
    if columns is None:
        columns = _columns_of_json(part, mapping)
        needed = set(_of_every_row(mapping))
        uses = [use for use in uses if use in needed]
    elif len(columns) == 1 and (mark := _other_delimiter(columns[0], mapping)):
        yield (
            f"input.delimiter: {part.name} has one column by {mapping.input.delimiter!r}, "
            f"{columns[0]!r}: set it to {mark!r}"
        )
        return
    places: dict[str, list[str]] = {}
    for name, place in uses:
        if name not in columns:
            places.setdefault(name, []).append(place)
    for name, found in places.items():
        close = get_close_matches(name, columns, n=1, cutoff=0.75)
        remedy = f"did you mean {close[0]!r}" if close else f"it has {', '.join(columns)}"
        yield f"{', '.join(found)}: {part.name} has no column {name!r}; {remedy}"


def _columns_of_json(part: Part, mapping: Mapping) -> tuple[str, ...]:
    first = next(read_batches(part, mapping.input, _JSON_ROWS_LOOKED_AT), None)
    if first is None:
        return ()
    if first.rows.is_empty():
        raise InputError(
            f"{part.name} has no JSON object in its first {first.broken.height:,} lines, which "
            f"begin with {first.broken['value'][0]!r}: write one object a line, or give the file "
            "its own ending"
        )
    return tuple(opened(first.rows, mapping.input.lists)[0].columns)


def _other_delimiter(heading: str, mapping: Mapping) -> str | None:
    """A mark by which the one heading would be as many as the mapping needs."""
    found = [mark for mark in _DELIMITERS if mark != mapping.input.delimiter and mark in heading]
    return max(found, key=heading.count, default=None)


def _of_every_row(mapping: Mapping) -> Iterator[tuple[str, str]]:
    """Columns, with their places, that every row of JSON lines has which becomes an event."""
    required = {f"fields.{name}" for name, field in envelope_fields().items() if field.required}
    filters = [set(filter_) for rule in mapping.rules for filter_ in rule.when if filter_]
    common = set.intersection(*filters) if filters else set()
    for name, place in mapping.uses():
        if place in required or (place.endswith(".when") and name in common):
            yield name, place
