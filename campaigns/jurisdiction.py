"""What holds in a jurisdiction on a day: files of dated rules, one a licence."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from campaigns.gate_rules import ConsentPerProduct, GateRule, LegalAge, ReturnWait
from campaigns.moments import DAY_US
from campaigns.money_rules import CheckDue, MoneyMarker
from campaigns.offer_rules import (
    ActivePlayersOnly,
    FirstPlayOnly,
    MaxValue,
    MaxWagering,
    MinAge,
    MinValidity,
    NoBonus,
    OfferRule,
    SingleProduct,
)
from campaigns.player_state import PlayerState

ELSEWHERE = "elsewhere"
"""The file for every licence that has none of its own: as strict as any, and no bonus."""

_FOLDER = Path(__file__).with_name("jurisdictions")

AnyRule = (
    LegalAge | ReturnWait | ConsentPerProduct | MoneyMarker | CheckDue | NoBonus | MaxWagering
    | SingleProduct | MaxValue | MinValidity | FirstPlayOnly | ActivePlayersOnly | MinAge
)  # fmt: skip


class Jurisdiction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file.

    Attributes
    ----------
    code
        The licence as events name it: ``GB``, ``CA-ON``.
    timezone
        IANA name of the zone that calendar windows of money are counted in.
    """

    code: str
    name: str
    timezone: str
    rules: tuple[AnyRule, ...]

    def __post_init__(self) -> None:
        stem = self.code.lower()
        for rule in self.rules:
            if not rule.id.startswith(f"{stem}."):
                raise ValueError(f"{rule.id} is of another file: begin its id with {stem!r}")


class InForce(NamedTuple):
    """The rules of a jurisdiction that hold on one day, by what they act on."""

    gates: tuple[GateRule, ...]
    markers: tuple[MoneyMarker, ...]
    checks: tuple[CheckDue, ...]
    offers: tuple[OfferRule, ...]
    consent: tuple[ConsentPerProduct, ...]


def read_jurisdiction(content: bytes) -> Jurisdiction:
    """A jurisdiction from its file.

    Raises
    ------
    msgspec.ValidationError
        If the content is no such file; the message names the place and the remedy.
    """
    return msgspec.yaml.decode(content, type=Jurisdiction)


def timezone_of(code: str) -> str:
    """The zone of a licence's calendar days and months."""
    return JURISDICTIONS.get(code, JURISDICTIONS[ELSEWHERE]).timezone


JURISDICTIONS: dict[str, Jurisdiction] = {
    one.code: one
    for one in (read_jurisdiction(path.read_bytes()) for path in sorted(_FOLDER.glob("*.yaml")))
}
"""Code → what its file says."""


def in_force(state: PlayerState) -> InForce:
    """What holds for the player at the moment of the decision."""
    code = state.jurisdiction if state.jurisdiction in JURISDICTIONS else ELSEWHERE
    return _in_force_on(code, state.at_us // DAY_US)


@lru_cache(maxsize=256)
def _in_force_on(code: str, day: int) -> InForce:
    rules = [rule for rule in JURISDICTIONS[code].rules if rule.holds_on(day)]
    return InForce(
        gates=tuple(rule for rule in rules if isinstance(rule, GateRule)),
        markers=tuple(rule for rule in rules if isinstance(rule, MoneyMarker)),
        checks=tuple(rule for rule in rules if isinstance(rule, CheckDue)),
        offers=tuple(rule for rule in rules if isinstance(rule, OfferRule)),
        consent=tuple(rule for rule in rules if isinstance(rule, ConsentPerProduct)),
    )
