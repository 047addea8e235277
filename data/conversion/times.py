"""Fill when an event became known, within the allowed skew of clocks, and the player's clock."""

from datetime import datetime

import polars as pl

from data.contract_checks import Check
from data.conversion.cells import text_of
from data.conversion.draft import Draft
from data.conversion.moments import is_timezone, utc_offset_minutes
from data.mapping_cells import Origin

STATED_SUFFIX = "_stated"
"""``ext`` keeps a moment that was set back under its name with this suffix."""

_ZONE = "player_timezone"
_OFFSETS = {"row": pl.Int64, "utc_offset_minutes": pl.Int64}


def fill_known_at(draft: Draft, ingested_at: datetime) -> None:
    """Add ``known_at`` and whether it is assumed; hold ``occurred_at <= known_at <= ingested_at``.

    An assumed moment is never later than ingestion, for the row is here by then. A moment that is
    ahead by no more than the allowed skew is set back and the stated one kept for ``ext``.
    """
    now = pl.lit(ingested_at, dtype=pl.Datetime("us", "UTC"))
    delay = draft.origins["known_at"].delay
    if delay is not None:
        draft.grow(pl.min_horizontal(pl.col("occurred_at") + delay, now).alias("known_at"))
    draft.grow(pl.lit(delay is not None).alias("known_at_assumed"), now.alias("ingested_at"))
    _set_back(draft, "known_at", "ingested_at", "in the future")
    _set_back(draft, "occurred_at", "known_at", "later than it became known")


def _set_back(draft: Draft, name: str, bound: str, reason: str) -> None:
    skew = draft.mapping.times.allowed_skew
    ahead = pl.col(name) - pl.col(bound)
    remedy = "correct the timezone or the source's clock, wait, or state times.allowed_skew"
    draft.check([Check(name, ahead > skew, reason, remedy)])
    is_ahead = ahead > pl.duration(seconds=0)
    if draft.frame.select(is_ahead.any()).item():
        draft.grow(
            pl.when(is_ahead).then(pl.col(name)).alias(name + STATED_SUFFIX),
            pl.min_horizontal(name, bound).alias(name),
        )


def fill_utc_offset(draft: Draft) -> None:
    """Add the player's clock at the event, if the mapping tells the player's timezone."""
    origin = draft.mapping.times.player_timezone
    if origin is None or "utc_offset_minutes" in draft.origins:
        return
    if origin.constant is not None:
        draft.grow(_offset(origin.constant))
    else:
        _fill_offset_by_column(draft, origin)


def _fill_offset_by_column(draft: Draft, origin: Origin) -> None:
    draft.read([text_of(origin, draft.mapping.input).alias(_ZONE)])
    zones = draft.frame[_ZONE].drop_nulls().unique()
    unknown = [zone for zone in zones if not is_timezone(zone)]
    bad = pl.col(_ZONE).is_in(unknown)
    remedy = "map it with values to a name such as Europe/Malta, or list it in null_values"
    draft.check([Check(_ZONE, bad, "not an IANA timezone", remedy)])
    known = draft.frame.filter(~bad).select("row", _ZONE, "occurred_at")
    parts = [
        part.select("row", _offset(str(zone)))
        for (zone,), part in known.partition_by(_ZONE, as_dict=True).items()
    ]
    offsets = pl.concat([pl.DataFrame(schema=_OFFSETS), *parts])
    draft.grow(
        draft.frame.join(offsets, on="row", how="left", maintain_order="left")["utc_offset_minutes"]
    )


def _offset(zone: str) -> pl.Expr:
    return utc_offset_minutes(pl.col("occurred_at"), zone).alias("utc_offset_minutes")
