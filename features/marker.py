"""How a marker of harm is declared: what it shows, by whose word, and which features tell it."""

from dataclasses import dataclass
from typing import Literal, get_args

Category = Literal[
    "spend",
    "patterns of spend",
    "time spent",
    "gambling behaviour",
    "customer-led contact",
    "use of management tools",
    "account indicators",
]
"""The seven categories that a remote licensee in Great Britain has to watch at least (UKGC Social
Responsibility Code 3.4.3, requirement 5)."""

CATEGORIES: tuple[Category, ...] = get_args(Category)

Area = Literal[
    "bet frequency",
    "stake size",
    "deposit pattern",
    "failed deposits",
    "cancelled withdrawals",
    "session duration",
    "number of products",
    "loss trajectory",
    "changes to tools",
]
"""The areas of EN 18144:2026, by press report: the standard itself was not read."""

AREAS: tuple[Area, ...] = get_args(Area)


@dataclass(frozen=True)
class Marker:
    """A marker of harm.

    Attributes
    ----------
    name
        What is seen, in plain words.
    features
        Features that tell it: names without their window.
    source
        Who names it as a marker.
    more_is_worse
        The study that shows more of it going with more harm, which is what allows a model to be
        held to it; None where none was found, and a model may then read it either way.
    banned_in
        Licences (ISO 3166) under which it cannot occur, since the law bans what it counts.
    """

    name: str
    category: Category
    area: Area | None
    features: tuple[str, ...]
    source: str
    more_is_worse: str | None = None
    banned_in: tuple[str, ...] = ()
