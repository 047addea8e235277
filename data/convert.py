"""Raw rows → events of the contract: a pure function of the rows, the mapping and the clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import polars as pl
import pyarrow as pa

from data.activity import Activity
from data.contract import fields_of
from data.contract_checks import required_check, value_checks
from data.conversion.cells import fulfils
from data.conversion.draft import Draft
from data.conversion.fields import (
    fill_moments,
    fill_plain_values,
    fill_texts,
    text_column,
    text_name,
)
from data.conversion.identity import event_ids
from data.conversion.lists import opened
from data.conversion.money import fill_money
from data.conversion.set_aside import set_aside, unmatched, whom
from data.conversion.times import STATED_SUFFIX, fill_known_at, fill_utc_offset
from data.coverage import state_field
from data.event import SCHEMA_VERSION
from data.mapping import Mapping, Rule
from data.tables import event_schema

_NOBODY = pl.DataFrame(
    schema={"row": pl.Int64, "player_id": pl.String, "event_type": pl.String},
)


@dataclass(frozen=True)
class Converted:
    """What became of a batch.

    Attributes
    ----------
    events
        Columns of ``event_schema()``, in the order of the rows; one row may give several events.
    rows
        Position in the batch of each event's row; a list's items have the position of their row.
    rejected
        Columns of ``REJECTED``, one line a fault.
    unread
        ``row``, ``player_id`` and ``event_type`` of what rejected rows may have told.
    columns
        Raw columns, those of opened lists among them.
    ignored
        How many rows ``ignore`` rules left out; of a row with a list, at least one item.
    """

    events: pl.DataFrame
    rows: pl.Series
    rejected: pl.DataFrame
    unread: pl.DataFrame
    columns: tuple[str, ...]
    ignored: int


def convert(rows: pl.DataFrame, mapping: Mapping, ingested_at: datetime) -> Converted:
    """Convert a batch of any size.

    Parameters
    ----------
    rows
        Raw rows, every column a text; a mapped column that isn't there counts as missing cells.
    mapping
        A mapping that fits the contract, as ``read_mapping`` gives it.
    ingested_at
        Moment of ingestion, with a timezone: nothing is known later than it.
    """
    rows, places = opened(rows, mapping.input.lists)
    columns = tuple(rows.columns)
    rows = _trimmed(_with_absent_columns(rows, mapping).rechunk(), mapping)
    shares, ignored, left = _share_out(rows, mapping)
    sounds, faults, unread = [], [unmatched(rows, left, mapping)], [_NOBODY]
    for rule, share in shares:
        if not share.any():
            continue
        if rule.quarantine is None:
            sound, found = _draft(rows, share, rule, mapping, ingested_at).finish()
            sounds.append(sound)
        else:
            found = set_aside(rows, share, rule, mapping)
        faults.append(found)
        if not found.is_empty():
            unread.append(whom(rows, found["row"].unique(), rule, mapping))
    sound, rejected, meant = _together(sounds), pl.concat(faults), pl.concat(unread)
    return Converted(
        events=_laid_out(sound),
        rows=places.gather(sound["row"]).alias("row"),
        rejected=rejected.with_columns(places.gather(rejected["row"]).alias("row")),
        unread=meant.with_columns(places.gather(meant["row"]).alias("row")),
        columns=columns,
        ignored=places.filter(ignored).n_unique(),
    )


def _with_absent_columns(rows: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    absent = {name for name, _ in mapping.uses()} - set(rows.columns)
    return rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in sorted(absent))


def _trimmed(rows: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """Cells without white space around them: in an id or a status it is never meant."""
    return rows.with_columns(pl.col(sorted({name for name, _ in mapping.uses()})).str.strip_chars())


def _share_out(
    rows: pl.DataFrame, mapping: Mapping
) -> tuple[list[tuple[Rule, pl.Series]], pl.Series, pl.Series]:
    """Rows of each rule but those that ignore, rows ignored, rows left.

    Rules are tried in order: an ignore rule takes those that no earlier rule took, any other every
    row that fits. What is ignored or set aside is seen by no later rule.
    """
    nothing = pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)
    shares, taken, ignored, hidden = [], nothing, nothing, nothing
    for rule in mapping.rules:
        fits = _fits(rows, rule, mapping) & ~hidden
        if rule.ignore:
            fits = fits & ~taken
            ignored = ignored | fits
        else:
            shares.append((rule, fits))
            taken = taken | fits
        if rule.event_type is None:
            hidden = hidden | fits
    return shares, ignored, ~(taken | ignored)


def _fits(rows: pl.DataFrame, rule: Rule, mapping: Mapping) -> pl.Series:
    every = pl.repeat(True, pl.len(), dtype=pl.Boolean)
    ways = [
        pl.all_horizontal(every, *(fulfils(name, wanted, mapping.input) for name, wanted in way))
        for way in (filter_.items() for filter_ in rule.when)
    ]
    return rows.select(pl.any_horizontal(ways)).to_series()


def _draft(
    rows: pl.DataFrame, share: pl.Series, rule: Rule, mapping: Mapping, ingested_at: datetime
) -> Draft:
    draft = Draft(rows.filter(share), share.arg_true(), rule, mapping)
    fill_texts(draft)
    draft.grow(event_ids(draft.raw, draft.origins["event_id"], mapping.input, rule.id_suffix))
    fill_plain_values(draft)
    fill_moments(draft)
    fill_known_at(draft, ingested_at)
    fill_utc_offset(draft)
    fill_money(draft)
    draft.grow(*_set_by_ingestion(rule, mapping))
    draft.grow(*_with_defaults(draft))
    _fill_ext(draft)
    _check_contract(draft)
    return draft


def _set_by_ingestion(rule: Rule, mapping: Mapping) -> Iterable[pl.Expr]:
    yield pl.lit(rule.event_type).alias("event_type")
    yield pl.lit(mapping.source).alias("source")
    yield pl.lit(SCHEMA_VERSION, dtype=pl.Int64).alias("schema_version")
    activity, field = Activity.of(mapping.activity), state_field(str(rule.event_type))
    is_activity = pl.lit(activity.counts(str(rule.event_type), None))
    if field is not None:
        choices = fields_of(str(rule.event_type))[field].choices
        states = [one for one in choices if activity.counts(str(rule.event_type), str(one))]
        is_activity = is_activity | pl.col(field).is_in(states).fill_null(False)
    yield is_activity.alias("is_activity")


def _with_defaults(draft: Draft) -> Iterable[pl.Expr]:
    """The contract's values of fields that aren't filled, or whose cell is missing."""
    for name, field in draft.fields.items():
        if field.default is not None and not field.money:
            given = [pl.col(name)] if name in draft.frame.columns else []
            yield pl.coalesce(*given, pl.lit(field.default)).alias(name)


def _fill_ext(draft: Draft) -> None:
    """Keep raw columns, and moments that were set back, as one JSON object a row."""
    kept = list(dict.fromkeys(draft.mapping.ext + draft.rule.ext))
    stated = [name for name in draft.frame.columns if name.endswith(STATED_SUFFIX)]
    if kept:
        draft.grow(draft.raw.select(pl.struct(kept).struct.json_encode().alias("ext")).to_series())
    if not stated:
        return
    moments = draft.frame.select(pl.col(stated).dt.to_string("iso:strict"))
    both = moments.hstack(draft.raw.select(kept)) if kept else moments
    full = both.select(pl.struct(pl.all()).struct.json_encode()).to_series()
    was_set_back = moments.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    plain = pl.col("ext") if kept else pl.lit(None, dtype=pl.String)
    draft.grow(pl.when(was_set_back).then(full).otherwise(plain).alias("ext"))


def _check_contract(draft: Draft) -> None:
    for name, field in draft.fields.items():
        if field.required and text_name(name) in draft.frame.columns:
            draft.check([required_check(field, text_column(name))])
        if name in draft.origins and draft.origins[name].constant is None:
            draft.check(value_checks(field, pl.col(name)))


def _together(sound: list[pl.DataFrame]) -> pl.DataFrame:
    """Events of all rules by their row."""
    kinds = {"row": pl.Int64(), **_no_events().schema}
    frames = [
        frame.select(pl.col(name).cast(kinds[name]) for name in frame.columns if name in kinds)
        for frame in sound
    ]
    nothing = pl.DataFrame(schema={"row": pl.Int64, "event_type": pl.String})
    return pl.concat([nothing, *frames], how="diagonal").sort("row", maintain_order=True)


def _laid_out(together: pl.DataFrame) -> pl.DataFrame:
    """The log's columns; absent ones empty."""
    return together.select(
        pl.col(name) if name in together.columns else pl.lit(None, dtype=kind).alias(name)
        for name, kind in _no_events().schema.items()
    )


@cache
def _no_events() -> pl.DataFrame:
    frame = pl.from_arrow(pa.Table.from_batches([], event_schema()))
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a table of columns was expected")
    return frame
