"""Command: render the event contract as docs/events.md."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from data.contract import Field, envelope_fields, fields_of
from data.errors import told_plainly
from data.event import LARGEST_INTEGER
from data.events import EVENT_TYPES
from data.mapping_check import SET_BY_INGESTION
from data.page import keep_page

PAGE = Path("docs/events.md")

_INTRODUCTION = """\
# Events

Rendered from the event contract by `python -m data.document`; a test holds the two together.

An event has the envelope's fields and those of its type. [data/README.md](../data/README.md) tells
what moments, identities and amounts mean. The third column tells of a field that isn't filled:

- *required*: a mapping without it is refused, a row whose cell is missing goes to the quarantine;
- *absent*: it stays empty, which means unknown and never nought;
- a value: what an event without the field means, and what import writes down;
- *set by ingestion*: no mapping may name it.

An *amount* is in minor units of its event's `currency` in the log; a mapping's `money.unit` says
whether files write 12.34 or 1234. *Yes or no* is written true, 1, false or 0.

Which measure needs which event stands in [features.md](features.md) under "What a tile counts". A
token of its column "Needs one of" is a `type` whose events can come, a `type.field` that is filled,
or a `type:state` that can come: a value of `status`, `state`, `action` or `exclusion_kind`.
"""

_TYPE_NAMES = {
    pa.string(): "text",
    pa.int64(): "whole number",
    pa.float64(): "number",
    pa.bool_(): "yes or no",
    pa.decimal128(18, 8): "number, 8 decimals",
    pa.timestamp("us", "UTC"): "moment",
    pa.date32(): "day",
}


def render() -> str:
    """The page's text."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    yield f"## The envelope of all {len(EVENT_TYPES)} types"
    yield from _table(envelope_fields().values())
    for event_type, struct in EVENT_TYPES.items():
        yield f"\n## `{event_type}`"
        if struct.__doc__:
            yield "\n" + struct.__doc__.splitlines()[0].replace("``", "`")
        own = fields_of(event_type).items()
        yield from _table(field for name, field in own if name not in envelope_fields())


def _table(fields: Iterable[Field]) -> Iterator[str]:
    yield "\n| Field | Type | Required or default | Allowed |"
    yield "|---|---|---|---|"
    for field in fields:
        cells = (f"`{field.name}`", _type(field), _if_not_filled(field), _allowed(field))
        yield f"| {' | '.join(cells)} |"


def _type(field: Field) -> str:
    plain = "amount" if field.money else _TYPE_NAMES[field.arrow_type]
    return "JSON" if field.nested else plain


def _if_not_filled(field: Field) -> str:
    if field.name in SET_BY_INGESTION:
        return "set by ingestion"
    if field.required:
        return "required"
    return "absent" if field.default is None else f"`{str(field.default).lower()}`"


def _allowed(field: Field) -> str:
    if field.choices:
        return ", ".join(f"`{choice}`" for choice in field.choices)
    if field.pattern is not None:
        return f"`{field.pattern}`"
    if field.max_length is not None:
        return f"{field.min_length or 0} to {field.max_length} characters"
    if field.minimum is None:
        return "any"
    if field.maximum is None:
        return f"at least {field.minimum:.16g}"
    most = "2^53" if field.maximum == LARGEST_INTEGER else f"{field.maximum:.16g}"
    return f"{field.minimum:.16g} to {most}"


def main(
    check: Annotated[bool, typer.Option(help="Only compare, and fail if they differ.")] = False,
) -> None:
    """Write docs/events.md from the event contract, or compare the two."""
    with told_plainly():
        keep_page(PAGE, render(), "data.document", check=check)


if __name__ == "__main__":
    typer.run(main)
