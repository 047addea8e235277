"""The mapping file: how an operator's raw rows become events, as a typed object.

The language is described in ``data/README.md``. Here is its grammar alone: ``mapping_check`` holds
a mapping against the event contract, ``mapping_file`` reads one from a file.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from data.log_settings import LogSettings

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_KINDS = ("column", "constant", "day", "delay", "key")


def _duration(text: object) -> timedelta:
    found = re.fullmatch(r"(\d{1,6})([smhd])", str(text))
    if found is None:
        raise ValueError("write a whole number and s, m, h or d, such as 90s, 5m, 2h or 1d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _several(written: object) -> object:
    return (written,) if isinstance(written, str) else written


def _filters(written: object) -> object:
    return (written,) if isinstance(written, dict) else written


def _condition(written: object) -> object:
    return written if isinstance(written, dict) else {"among": written}


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_several)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Origin(_Strict):
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


class Condition(_Strict):
    """What a raw cell must be: one of some texts, none of some texts, or another number than one.

    A text that is no number passes ``other_than``, so that it is quarantined where it is used
    instead of being passed over; a missing cell doesn't. A text listed in ``input.null_values``
    stands for a missing cell.
    """

    among: Texts | None = None
    none_of: Texts | None = Field(default=None, alias="not")
    other_than: Decimal | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Condition":
        if [self.among, self.none_of, self.other_than].count(None) != 2:
            raise ValueError("give a text, a list of texts, {not: …} or {other_than: NUMBER}")
        return self


Filter = dict[str, Annotated[Condition, BeforeValidator(_condition)]]
"""Raw column → its condition; a row fits that fulfils all."""


class Rule(_Strict):
    """Which rows become which event, or are left out on purpose.

    ``when`` holds one filter or several, of which one has to fit. ``id_suffix`` keeps the ids of
    several events of one row apart.
    """

    when: Annotated[tuple[Filter, ...], BeforeValidator(_filters)] = ({},)
    ignore: bool = False
    event_type: str | None = None
    id_suffix: str | None = None
    fields: dict[str, Origin] = {}
    ext: Texts = ()

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Rule":
        if self.ignore and (self.event_type or self.fields or self.ext or self.id_suffix):
            raise ValueError("an ignore rule has nothing but when")
        if not self.ignore and self.event_type is None:
            raise ValueError("name the event_type, or say ignore: true")
        return self

    @property
    def columns_of_filters(self) -> tuple[str, ...]:
        """Raw columns that decide whether a row fits."""
        return tuple(dict.fromkeys(column for filter_ in self.when for column in filter_))

    def texts_let_through(self, column: str) -> frozenset[str] | None:
        """Texts that a fitting row can have in a column; None if the filters don't list them."""
        found = [filter_[column].among if column in filter_ else None for filter_ in self.when]
        if None in found:
            return None
        return frozenset(text for texts in found for text in texts or ())


class Input(_Strict):
    """How the file is written."""

    null_values: Texts = ("",)
    delimiter: str = ","
    encoding: str = "utf8"
    decimal_mark: Literal[".", ","] = "."


class Times(_Strict):
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


class MoneyReading(_Strict):
    """How amounts are written. Without ``half_even``, digits that the currency lacks are faults."""

    unit: Literal["major", "minor"] = "major"
    rounding: Literal["exact", "half_even"] = "exact"


class Mapping(_Strict):
    """A whole mapping file. ``fields`` hold for every rule; a rule's own come before them."""

    source: str
    base_currency: str
    timezone: str
    activity: Texts
    fields: dict[str, Origin] = {}
    rules: tuple[Rule, ...] = Field(min_length=1)
    ext: Texts = ()
    input: Input = Input()
    times: Times = Times()
    money: MoneyReading = MoneyReading()

    @property
    def settings(self) -> LogSettings:
        """Settings of the log that takes the events."""
        return LogSettings(base_currency=self.base_currency, timezone=self.timezone)

    @cached_property
    def event_rules(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if not rule.ignore)

    def origins(self, rule: Rule) -> dict[str, Origin]:
        """Contract field → origin for the events of one rule."""
        return {**self.fields, **rule.fields}

    def uses(self) -> Iterator[tuple[str, str]]:
        """Every raw column that is read, with the place in the mapping that reads it."""
        groups = [("fields", self.fields), ("times", self.times.origins)]
        for number, rule in enumerate(self.rules, 1):
            yield from ((name, f"rules.{number}.when") for name in rule.columns_of_filters)
            yield from ((name, f"rules.{number}.ext") for name in rule.ext)
            groups.append((f"rules.{number}.fields", rule.fields))
        yield from ((name, "ext") for name in self.ext)
        for place, origins in groups:
            for field, origin in origins.items():
                yield from ((name, f"{place}.{field}") for name in origin.columns)
