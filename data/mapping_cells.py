"""How a mapping says where a field comes from and how files write it: its smallest parts."""

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_KINDS = ("column", "constant", "day", "delay", "key")


def _duration(text: object) -> timedelta:
    found = re.fullmatch(r"(\d{1,6})([smhd])", str(text))
    if found is None:
        raise ValueError("write a whole number and s, m, h or d, such as 90s, 5m, 2h or 1d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _several(written: object) -> object:
    return (written,) if isinstance(written, str) else written


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_several)]


class Strict(BaseModel):
    """A part of a mapping file: unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Origin(Strict):
    """Where a field's value comes from, and how a column's text is read.

    Attributes
    ----------
    column
        Raw column that holds the value.
    constant
        The value of every row.
    day
        Raw column that holds a date: the moment is that day's last microsecond in the operator's
        timezone.
    delay
        For ``known_at`` of a source that doesn't tell it: ``occurred_at`` plus this delay.
    key
        For ``event_id`` of a source without ids: the columns that tell rows apart. Rows that are
        equal in all of them are duplicates.
    values, otherwise
        Raw text → the contract's value, and what every text not listed means; without
        ``otherwise`` such a text is a fault.
    if_missing
        The value of a row whose cell is missing.
    negate
        Turn the sign of a number, for sources that write money out as negative.
    unit
        ``major`` (12.34) or ``minor`` (1234) for this amount, in place of ``money.unit``.
    """

    column: str | None = None
    constant: str | None = None
    day: str | None = None
    delay: Duration | None = None
    key: Texts = ()
    values: dict[str, str] = {}
    otherwise: str | None = None
    if_missing: str | None = None
    negate: bool = False
    unit: Literal["major", "minor"] | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Origin":
        given = [kind for kind in _KINDS if getattr(self, kind) not in (None, ())]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(_KINDS)}; found {given or 'none'}")
        read_from_column = self.values or self.negate or {self.otherwise, self.if_missing} != {None}
        if self.column is None and read_from_column:
            raise ValueError("values, otherwise, if_missing and negate belong to a column")
        if self.otherwise is not None and not self.values:
            raise ValueError("otherwise needs values: say first what the listed texts mean")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """Raw columns that are read."""
        return tuple(name for name in (self.column, self.day) if name is not None) + self.key

    @property
    def stated(self) -> tuple[str, ...]:
        """Values that the mapping itself writes down."""
        written = (self.constant, *self.values.values(), self.otherwise, self.if_missing)
        return tuple(dict.fromkeys(value for value in written if value is not None))


class Input(Strict):
    """How the file is written.

    ``lists`` are columns that hold a JSON list of objects: their row is read once for each object,
    whose fields are columns below the list's name (``blocks.type``).
    """

    null_values: Texts = ("",)
    delimiter: str = ","
    encoding: str = "utf8"
    decimal_mark: Literal[".", ","] = "."
    lists: Texts = ()


class Times(Strict):
    """How moments are written, and the clock that the player lives by.

    ``timezone`` holds for texts without an offset of their own. ``format`` is ``iso``, ``epoch_s``,
    ``epoch_ms``, ``epoch_us`` or a pattern such as ``%d/%m/%Y %H:%M``; ``day_format`` is a pattern.
    An event may be ``allowed_skew`` ahead of the moment it became known.
    """

    timezone: str = "UTC"
    format: str = "iso"
    day_format: str = "%Y-%m-%d"
    player_timezone: Origin | None = None
    allowed_skew: Duration = timedelta(0)

    @property
    def origins(self) -> dict[str, Origin]:
        """What is read beside the contract's fields."""
        return {"player_timezone": self.player_timezone} if self.player_timezone else {}


class MoneyReading(Strict):
    """How amounts are written. Without ``half_even``, digits that the currency lacks are faults."""

    unit: Literal["major", "minor"] = "major"
    rounding: Literal["exact", "half_even"] = "exact"
