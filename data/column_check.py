"""Hold a mapping's columns against the files, before anything is read in bulk."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from data.mapping import Mapping
from data.mapping_file import MappingError
from data.readers import columns_of, read_batches
from data.reading.parts import Part

_JSON_ROWS_LOOKED_AT = 10_000


def check_columns(parts: Sequence[Part], mapping: Mapping) -> None:
    """Check that every file has every mapped column.

    Rows of JSON lines have columns of their own, so there only the columns of filters and of the
    fields of every rule must stand in the first rows.

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
        first = next(read_batches(part, mapping.input, _JSON_ROWS_LOOKED_AT), None)
        columns = tuple(first.rows.columns) if first else ()
        uses = [(name, place) for name, place in uses if _is_of_every_row(place)]
    places: dict[str, list[str]] = {}
    for name, place in uses:
        if name not in columns:
            places.setdefault(name, []).append(place)
    for name, found in places.items():
        close = get_close_matches(name, columns, n=1, cutoff=0.75)
        remedy = f"did you mean {close[0]!r}" if close else f"it has {', '.join(columns)}"
        yield f"{', '.join(found)}: {part.name} has no column {name!r}; {remedy}"


def _is_of_every_row(place: str) -> bool:
    return place.startswith("fields.") or place.endswith(".when")
