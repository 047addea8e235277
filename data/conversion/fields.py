"""Fill an event's fields from texts: plain values and moments."""

import polars as pl
import pyarrow as pa

from data.contract import Field
from data.contract_checks import Check
from data.conversion.cells import cell, is_unlisted, read_plain, text_of
from data.conversion.draft import Draft
from data.conversion.moments import are_skipped, last_microseconds, read_moments
from data.mapping_cells import Origin

MOMENT = pa.timestamp("us", "UTC")
RATE = pa.decimal128(18, 8)

_UNREADABLE = {
    pa.int64(): "not a whole number within 64 bits",
    pa.float64(): "not a number",
    pa.bool_(): "neither true nor false",
    pa.date32(): "not a day",
    pa.string(): "not valid JSON",
}

_MOMENT_REMEDY = "repair the source, correct times.format, or read a date without a time by day"
_SKIPPED = "a local time that did not exist: the clock was put forward"


def text_name(field: str) -> str:
    """Column that holds a field's text while the draft grows."""
    return f"text of {field}"


def text_column(field: str) -> pl.Expr:
    return pl.col(text_name(field))


def fill_texts(draft: Draft) -> None:
    """Add the text of every filled field, and check that value maps know every text."""
    reading = draft.mapping.input
    fixed = {name: origin for name, origin in draft.origins.items() if origin.constant is not None}
    draft.grow(*(text_of(origin, reading).alias(text_name(name)) for name, origin in fixed.items()))
    draft.read(
        (text_of(origin, reading) if origin.column else cell(str(origin.day), reading)).alias(
            text_name(name)
        )
        for name, origin in draft.origins.items()
        if origin.column or origin.day
    )
    remedy = "list the text under values, or give otherwise"
    draft.check(
        (
            Check(name, is_unlisted(origin, reading), "no meaning in the value map", remedy)
            for name, origin in draft.origins.items()
            if origin.values and origin.otherwise is None
        ),
        raw=True,
    )


def fill_plain_values(draft: Draft) -> None:
    """Add every filled field that is neither money, rate nor moment."""
    plain = {
        name: draft.fields[name]
        for name in draft.origins
        if not (name == "event_id" or draft.fields[name].money)
        and draft.fields[name].arrow_type not in (MOMENT, RATE)
    }
    draft.grow(*(_plain_value(draft, field) for field in plain.values()))
    draft.check(
        unreadable(name, _UNREADABLE[field.arrow_type], "repair the source")
        for name, field in plain.items()
        if field.nested or field.arrow_type != pa.string()
    )


def fill_moments(draft: Draft) -> None:
    """Add every filled moment, in UTC."""
    for name, origin in draft.origins.items():
        if draft.fields[name].arrow_type == MOMENT and origin.delay is None:
            _fill_moment(draft, name, origin)


def unreadable(field: str, reason: str, remedy: str) -> Check:
    """Check that a field's text, where there is one, could be read."""
    return Check(field, _is_unread(field), reason, remedy)


def _plain_value(draft: Draft, field: Field) -> pl.Expr:
    times = draft.mapping.times
    value = read_plain(field, text_column(field.name), draft.mapping.input, times.day_format)
    return (-value if draft.origins[field.name].negate else value).alias(field.name)


def _fill_moment(draft: Draft, name: str, origin: Origin) -> None:
    mapping, texts = draft.mapping, draft.frame[text_name(name)]
    if origin.day is not None:
        draft.grow(last_microseconds(texts, mapping.times.day_format, mapping.timezone).alias(name))
        reason = f"not a day written as {mapping.times.day_format}"
        draft.check([unreadable(name, reason, "repair the source, or correct times.day_format")])
        return
    draft.grow(read_moments(texts, mapping.times).alias(name))
    if not (draft.frame[name].is_null() & texts.is_not_null()).any():
        return
    skipped = pl.lit(are_skipped(texts, mapping.times))
    reason = f"not a moment written as {mapping.times.format}, 1970 to 9999"
    draft.check(
        [
            Check(name, skipped, _SKIPPED, "give an offset, or correct times.timezone"),
            Check(name, ~skipped & _is_unread(name), reason, _MOMENT_REMEDY),
        ]
    )


def _is_unread(field: str) -> pl.Expr:
    return text_column(field).is_not_null() & pl.col(field).is_null()
