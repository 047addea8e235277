"""Rows of one rule on their way to becoming events."""

from collections.abc import Iterable

import polars as pl

from data.contract import Field, fields_of
from data.contract_checks import Check
from data.mapping import Mapping, Rule
from data.mapping_cells import Origin

REJECTED = pl.Schema(
    {
        "row": pl.Int64(),
        "event_id": pl.String(),
        "field": pl.String(),
        "column": pl.String(),
        "value": pl.String(),
        "reason": pl.String(),
        "remedy": pl.String(),
    }
)
"""Columns of rejected rows, one line a fault; ``row`` is the row's position in the batch."""


class Draft:
    """A frame that grows a column a field, beside the raw rows that it comes from.

    A row at fault stays until the end, so that all its faults are found at once.

    Attributes
    ----------
    raw
        The rule's raw rows: texts as they came.
    frame
        Column ``row`` and what has been read so far, in the order of ``raw``.
    fields
        The contract's fields of the event type.
    origins
        Where the filled ones come from; currency and rate only if an amount is filled.
    """

    def __init__(
        self, raw: pl.DataFrame, positions: pl.Series, rule: Rule, mapping: Mapping
    ) -> None:
        self.raw = raw
        self.frame = positions.cast(pl.Int64).alias("row").to_frame()
        self.rule = rule
        self.mapping = mapping
        self.fields: dict[str, Field] = fields_of(str(rule.event_type))
        self.origins = _needed(mapping.origins(rule), self.fields)
        self._faults: list[pl.DataFrame] = []

    @property
    def amounts(self) -> list[str]:
        """Fields of money, filled or not."""
        return [name for name, field in self.fields.items() if field.money]

    def read(self, columns: Iterable[pl.Expr]) -> None:
        """Add columns that are computed from the raw rows."""
        if columns := list(columns):
            self.frame = self.frame.hstack(self.raw.select(columns))

    def grow(self, *columns: pl.Expr | pl.Series) -> None:
        """Add columns that are computed from the columns so far."""
        self.frame = self.frame.with_columns(*columns)

    def check(self, checks: Iterable[Check], *, raw: bool = False) -> None:
        """Note the faults of all rows, by the columns so far or by the raw rows."""
        checks = list(checks)
        if not checks:
            return
        bad = (self.raw if raw else self.frame).select(
            check.bad.fill_null(False).alias(str(number)) for number, check in enumerate(checks)
        )
        for check, mask in zip(checks, bad.iter_columns(), strict=True):
            if mask.any():
                self._note(check, mask)

    def finish(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Sound rows, and the faults of the others in the columns of ``REJECTED``."""
        if not self._faults:
            return self.frame, REJECTED.to_frame()
        # What a field's first fault brings about in later checks is no news.
        faults = pl.concat(self._faults).unique(["row", "field"], keep="first", maintain_order=True)
        sound = self.frame.join(faults, on="row", how="anti", maintain_order="left")
        ids = self.frame.select("row", "event_id")
        return sound, faults.join(ids, on="row", how="left").select(REJECTED.names())

    def _note(self, check: Check, mask: pl.Series) -> None:
        origin = (self.origins | self.mapping.times.origins).get(check.field)
        column = next(iter(origin.columns), None) if origin else None
        unread = pl.lit(None, dtype=pl.String)
        note = self.frame.filter(mask).select(
            pl.col("row"),
            pl.lit(check.field).alias("field"),
            pl.lit(column, dtype=pl.String).alias("column"),
            (self.raw.filter(mask)[column] if column else unread).alias("value"),
            pl.lit(check.reason).alias("reason"),
            pl.lit(check.remedy).alias("remedy"),
        )
        self._faults.append(note)


def _needed(origins: dict[str, Origin], fields: dict[str, Field]) -> dict[str, Origin]:
    if any(fields[name].money for name in origins):
        return origins
    return {
        name: origin for name, origin in origins.items() if name not in ("currency", "fx_to_base")
    }
