"""A rule: a stable id, what stands behind it, and words; some hold only between two days."""

from datetime import date

import msgspec

from campaigns.decision import Reason

_EPOCH = date(1970, 1, 1)


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may speak for or against an action.

    Attributes
    ----------
    id
        Never changes its meaning; a rule that does gets a new one.
    source
        The law, regulation, study or house rule behind it.
    text
        What it says, without the values of one player.
    """

    id: str
    source: str
    text: str

    def says(self, looked_at: str) -> Reason:
        """The rule speaking about the values that it looked at."""
        return Reason(rule_id=self.id, source=self.source, text=f"{self.text}: {looked_at}")


class DatedRule(Rule, frozen=True, kw_only=True, tag_field="kind"):
    """A rule of a jurisdiction's file.

    Attributes
    ----------
    from_
        First day, in UTC, on which it holds.
    until
        First day on which it holds no more; None while no end is known.
    confirmed
        False until the legal detail was read at its source.
    """

    from_: date = msgspec.field(name="from")
    until: date | None = None
    confirmed: bool = True

    def __post_init__(self) -> None:
        if self.until is not None and self.until <= self.from_:
            raise ValueError(f"{self.id} ends before it begins: put until after from")

    def holds_on(self, day: int) -> bool:
        """Whether it holds on a day, counted from 1970-01-01."""
        begun = (self.from_ - _EPOCH).days <= day
        return begun and (self.until is None or day < (self.until - _EPOCH).days)
