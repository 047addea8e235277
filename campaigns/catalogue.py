"""The offers that there are, as data: ``offers.yaml``."""

from pathlib import Path
from typing import Annotated

import msgspec

from data.currency import minor_unit_digits
from data.event import Vertical

NO_OFFER = "no_offer"
"""The arm that is always there: nothing is sent, nothing is spent."""

_FILE = Path(__file__).with_name("offers.yaml")

_Whole = Annotated[int, msgspec.Meta(ge=0)]
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    terms_version: str
    text: str
    product: Vertical
    qualifying_product: Vertical | None = None
    channels: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    paid: bool
    value_minor: _Whole = 0
    cost_minor: _Whole = 0
    wagering_multiple: _Whole = 0
    valid_days: Annotated[int, msgspec.Meta(ge=1)]
    churn_from: _Share = 0.0
    churn_to: _Share = 1.0
    worth_minor: _Whole

    def __post_init__(self) -> None:
        if not self.paid and (self.value_minor or self.cost_minor or self.wagering_multiple):
            raise ValueError(f"{self.id} costs something: set paid: true")
        if self.paid and not self.value_minor:
            raise ValueError(f"{self.id} is paid: say the most that it gives in value_minor")
        if self.churn_from >= self.churn_to:
            raise ValueError(f"{self.id} is for nobody: put churn_to above churn_from")
        if self.id == NO_OFFER:
            raise ValueError(f"{NO_OFFER} is always there: take it out")


class OfferTerms(_Entry, frozen=True, kw_only=True):
    """One offer.

    Attributes
    ----------
    qualifying_product
        What has to be played for it, if anything.
    channels
        In the order in which they are preferred.
    paid
        Whether it gives anything of value.
    value_minor, cost_minor
        The most that one player can get, and what an offer costs on average, in ``currency``.
    wagering_multiple
        Stakes that turn it into real money, in multiples of it; 0 if none are asked for.
    churn_from, churn_to
        Probabilities of leaving that it is meant for, both included.
    worth_minor
        Margin that it keeps, were the player sure to leave.
    """

    currency: str

    def expected_minor(self, churn: float) -> float:
        """Margin that the offer is expected to add, minus its cost."""
        return churn * self.worth_minor - self.cost_minor


class _Catalogue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    currency: str
    """One for all: offers are ranked against each other."""

    offers: tuple[_Entry, ...]

    def __post_init__(self) -> None:
        minor_unit_digits(self.currency)
        ids = [offer.id for offer in self.offers]
        if len(set(ids)) < len(ids):
            raise ValueError("an offer's id stands twice: keep one")


def read_catalogue(content: bytes) -> tuple[OfferTerms, ...]:
    """The offers of a catalogue, in its order.

    Raises
    ------
    msgspec.ValidationError
        If the content is no catalogue; the message names the place and the remedy.
    """
    catalogue = msgspec.yaml.decode(content, type=_Catalogue)
    return tuple(
        OfferTerms(**msgspec.structs.asdict(entry), currency=catalogue.currency)
        for entry in catalogue.offers
    )


CATALOGUE: tuple[OfferTerms, ...] = read_catalogue(_FILE.read_bytes())
