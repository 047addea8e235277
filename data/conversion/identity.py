"""Identity of events: the source's id, or one computed from the columns that tell rows apart."""

from hashlib import sha256

import polars as pl

from data.conversion.cells import text_of
from data.mapping_cells import Input, Origin

ID_DIGITS = 32
"""Hexadecimal digits of a computed id: 128 bits of a SHA-256, no clash among 10^15 rows."""


def event_ids(
    raw: pl.DataFrame, origin: Origin, reading: Input, suffix: str | None = None
) -> pl.Series:
    """Ids of raw rows; null where the source's is missing."""
    if origin.key:
        return _digests(raw, origin.key, suffix)
    text = text_of(origin, reading)
    ids = text if suffix is None else text + pl.lit(f":{suffix}")
    return raw.select(ids.alias("event_id")).to_series()


def _digests(raw: pl.DataFrame, key: tuple[str, ...], suffix: str | None) -> pl.Series:
    """SHA-256 over netstrings of the cells, so that no two keys look alike."""
    lengths = (pl.col(name).str.len_bytes().cast(pl.String) for name in key)
    parts = [
        pl.concat_str(length, pl.lit(":"), pl.col(name)).fill_null("-")
        for name, length in zip(key, lengths, strict=True)
    ]
    ending = [] if suffix is None else [pl.lit(f":{suffix}")]
    texts = raw.select(pl.concat_str(*parts, pl.lit(","), *ending)).to_series().to_list()
    ids = [sha256(text.encode()).hexdigest()[:ID_DIGITS] for text in texts]
    return pl.Series("event_id", ids, dtype=pl.String)
