"""The mapping file: how an operator's raw rows become events, as a typed object.

The language is described in ``data/README.md``. Here is its grammar alone: ``mapping_check`` holds
a mapping against the event contract, ``mapping_file`` reads one from a file.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from data.log_settings import LogSettings
from data.mapping_cells import Input, MoneyReading, Origin, Strict, Texts, Times


def _filters(written: object) -> object:
    return (written,) if isinstance(written, dict) else written


def _condition(written: object) -> object:
    return written if isinstance(written, dict) else {"among": written}


class Condition(Strict):
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


class Rule(Strict):
    """Which rows become which event, or are left out or set aside on purpose.

    ``when`` holds one filter or several, of which one has to fit. ``id_suffix`` keeps the ids of
    several events of one row apart. ``quarantine`` says why such rows can't become an event, and
    ``protects`` which event they may have told that protects a player.
    """

    when: Annotated[tuple[Filter, ...], BeforeValidator(_filters)] = ({},)
    ignore: bool = False
    quarantine: str | None = None
    protects: str | None = None
    event_type: str | None = None
    id_suffix: str | None = None
    fields: dict[str, Origin] = Field(default_factory=dict)
    ext: Texts = ()

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Rule":
        if self.ignore or self.quarantine is not None:
            given = (self.event_type, self.fields, self.ext, self.id_suffix)
            if any(given) or (self.ignore and self.quarantine is not None):
                raise ValueError("a rule with ignore or quarantine has nothing else but when")
        elif self.event_type is None:
            raise ValueError("name the event_type, or say ignore: true or quarantine: REASON")
        if self.protects is not None and self.quarantine is None:
            raise ValueError("protects belongs to quarantine: an event tells its own type")
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


class Mapping(Strict):
    """A whole mapping file. ``fields`` hold for every rule; a rule's own come before them."""

    source: str
    base_currency: str
    timezone: str
    activity: Texts
    fields: dict[str, Origin] = Field(default_factory=dict)
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
        """Rules that give events."""
        return tuple(rule for rule in self.rules if rule.event_type is not None)

    def origins(self, rule: Rule) -> dict[str, Origin]:
        """Contract field → origin for the events of one rule."""
        return {**self.fields, **rule.fields}

    def uses(self) -> Iterator[tuple[str, str]]:
        """Every raw column that is read, with the place in the mapping that reads it."""
        yield from ((name, "input.lists") for name in self.input.lists)
        groups = [("fields", self.fields), ("times", self.times.origins)]
        for number, rule in enumerate(self.rules, 1):
            yield from ((name, f"rules.{number}.when") for name in rule.columns_of_filters)
            yield from ((name, f"rules.{number}.ext") for name in rule.ext)
            groups.append((f"rules.{number}.fields", rule.fields))
        yield from ((name, "ext") for name in self.ext)
        for place, origins in groups:
            for field, origin in origins.items():
                yield from ((name, f"{place}.{field}") for name in origin.columns)
