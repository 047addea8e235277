"""Texts of moments → UTC, by a stated timezone with its daylight-saving time."""

from functools import cache
from typing import Literal

import polars as pl

from data.mapping_cells import Times

UTC_US = pl.Datetime("us", "UTC")

_TICK_US = {"epoch_s": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}

_TAIL = (
    r"^(?:[.,](?<fraction>[0-9]+))?[ ]?"
    r"(?<offset>Z|UTC|(?<sign>[+-])(?<hours>[0-9]{2})(?::?(?<minutes>[0-9]{2}))?)?$"
)
"""What may follow the seconds of an ISO 8601 text: a fraction, then ``Z`` or an offset."""


def read_moments(texts: pl.Series, times: Times) -> pl.Series:
    """Moments in UTC; null where a text can't be read or names a local time that didn't exist.

    An offset in the text wins over the timezone. Of a local time that came twice the first is
    meant. Digits beyond the microsecond are cut off. Years are 1970 to 9999: a clock that is read
    in the wrong unit lands outside.
    """
    moment = pl.col("utc") if _has_utc(times) else _to_utc(pl.col("wall"), times.timezone)
    if times.format == "iso":
        explicit = (pl.col("wall") - pl.col("offset")).dt.replace_time_zone("UTC")
        moment = pl.when(pl.col("offset").is_null()).then(moment).otherwise(explicit)
    in_range = moment.dt.year().is_between(1970, 9999)
    return _as_written(texts, times).select(pl.when(in_range).then(moment)).to_series()


def are_skipped(texts: pl.Series, times: Times) -> pl.Series:
    """True for well written texts of a local time that the clock skipped."""
    if _has_utc(times):
        return pl.repeat(False, len(texts), dtype=pl.Boolean, eager=True)
    wall = pl.col("wall")
    if times.format == "iso":
        wall = pl.when(pl.col("offset").is_null()).then(wall)
    skipped = wall.is_not_null() & _to_utc(wall, times.timezone).is_null()
    return _as_written(texts, times).select(skipped).to_series()


def last_microseconds(texts: pl.Series, day_format: str, timezone: str) -> pl.Series:
    """Last moments of local days, in UTC; null where a text is no date."""
    start = texts.to_frame("day").select(
        pl.col("day").str.to_date(day_format, strict=False).cast(pl.Datetime("us"))
    )
    last = pl.col("day") + pl.duration(days=1, microseconds=-1)
    return start.select(_to_utc(last, timezone, "latest")).to_series()


def utc_offset_minutes(moment: pl.Expr, timezone: str) -> pl.Expr:
    """Minutes that a timezone's clock is ahead of UTC at each moment."""
    local = moment.dt.convert_time_zone(timezone)
    offset = local.dt.base_utc_offset() + local.dt.dst_offset()
    return offset.dt.total_minutes().cast(pl.Int64)


@cache
def is_timezone(name: str) -> bool:
    """Whether the name is in the IANA timezone database."""
    try:
        pl.select(pl.lit(0).cast(UTC_US).dt.convert_time_zone(name))
    except pl.exceptions.ComputeError:
        return False
    return True


@cache
def is_pattern(text: str) -> bool:
    """Whether the text is a pattern by which a moment or a day can be written and read again."""
    if text == "iso" or text in _TICK_US:
        return True
    if "%" not in text:
        return False
    moment = pl.lit(0).cast(UTC_US).dt.to_string(text)
    again = moment.str.to_datetime(text, time_unit="us", strict=False).is_not_null()
    try:
        return bool(pl.select(again | moment.str.to_date(text, strict=False).is_not_null()).item())
    except pl.exceptions.PolarsError:
        return False


def _has_utc(times: Times) -> bool:
    return times.format in _TICK_US or "%z" in times.format


def _to_utc(
    wall: pl.Expr, timezone: str, ambiguous: Literal["earliest", "latest"] = "earliest"
) -> pl.Expr:
    local = wall.dt.replace_time_zone(timezone, ambiguous=ambiguous, non_existent="null")
    return local.dt.convert_time_zone("UTC")


def _as_written(texts: pl.Series, times: Times) -> pl.DataFrame:
    """Column ``utc``, or the clock's ``wall`` time with the ``offset`` that an ISO text has."""
    text = pl.col("text")
    frame = texts.to_frame("text")
    if times.format in _TICK_US:
        return frame.select(_from_epoch(text, _TICK_US[times.format]).alias("utc"))
    if times.format == "iso":
        return _iso_parts(frame)
    parsed = text.str.to_datetime(times.format, time_unit="us", strict=False)
    return frame.select(parsed.alias("utc" if _has_utc(times) else "wall"))


def _from_epoch(text: pl.Expr, tick_us: int) -> pl.Expr:
    ticks = text.cast(pl.Decimal(38, 6), strict=False)
    us = pl.when(ticks.abs() < 2**60).then(ticks) * tick_us
    return pl.when(us.abs() < 2**60).then(us).cast(pl.Int64).cast(UTC_US)


def _iso_parts(frame: pl.DataFrame) -> pl.DataFrame:
    text, tail = pl.col("text"), pl.col("text").str.slice(19)
    seconds = text.str.slice(0, 19).str.replace("T", " ", literal=True)
    parts = frame.select(
        seconds.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False).alias("seconds"),
        tail.str.contains(_TAIL).alias("well_ended"),
        tail.str.extract_groups(_TAIL).alias("tail"),
    ).unnest("tail")
    micros = pl.col("fraction").str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64).fill_null(0)
    hours, minutes = (pl.col(name).cast(pl.Int64).fill_null(0) for name in ("hours", "minutes"))
    ahead = pl.when(pl.col("sign") == "-").then(-1).otherwise(1) * (hours * 60 + minutes)
    return parts.select(
        pl.when("well_ended")
        .then(pl.col("seconds") + pl.duration(microseconds=micros))
        .alias("wall"),
        pl.when(pl.col("offset").is_not_null()).then(pl.duration(minutes=ahead)).alias("offset"),
    )
