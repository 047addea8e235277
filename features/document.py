"""Command: render the catalogue as docs/features.md."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from data.errors import told_plainly
from data.page import keep_page
from features.catalogue import FEATURES, version
from features.harm_markers import HARM_MARKERS, features_of
from features.marker import CATEGORIES
from features.measures import MEASURES
from features.services import SERVICES

PAGE = Path("docs/features.md")

_INTRODUCTION = """\
# Features

Rendered from the catalogue by `python -m features.document`; a test holds the two together.

Every feature is computed by one implementation, offline and at request time, from what was known
strictly before the as-of moment. Windows are sawtooth: a window of W at time t covers
`[floor(t, hop) - W, t)`, with a hop of 5 minutes for 1 h, an hour for 24 h, a day (UTC) above. So
`7d` holds the seven whole days before today and today so far.

*Absent* is not zero: where no source can tell what a feature reads, it is NaN for everybody. A
measure needs one of the ways listed below; one that adds up needs, of every kind of event in its
list that the sources have, one way. A share compares two windows, not pairs of events: where a bet
is placed before the window and settled or voided in it, it can lie outside 0 to 1.
Amounts are minor units of the operator's base currency. *Purpose* says which models may read a
feature: markers of harm serve protection alone and never feed a model of marketing.
"""

_MARKERS = """\
Categories are the seven of the UKGC's Social Responsibility Code 3.4.3, requirement 5; areas are
those of EN 18144:2026 by press report: the standard itself was not read. *More is worse* names the
study that shows it; without one a model may read the marker either way. *Banned in* names the
licences under which the law bans what is counted, so that its absence says nothing there. Features
are named without their windows.
"""


def render() -> str:
    """The page's text."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    yield f"{len(FEATURES)} features, version `{version()}`."
    yield ""
    yield "| Feature | What it is | Unit | Purpose | Why |"
    yield "|---|---|---|---|---|"
    for feature in FEATURES:
        cells = (f"`{feature.name}`", feature.label, feature.unit, feature.purpose, feature.why)
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield from _markers()
    yield "## Services"
    yield ""
    yield "A service is the input contract of one version of one model."
    yield ""
    for model, service in SERVICES.items():
        yield f"- `{service.name}` of model `{model}`: {len(service.feature_names)} features"
    yield ""
    yield "## What a tile counts"
    yield ""
    yield "| Measure | Merge | Unit | Needs one of | Absent beside |"
    yield "|---|---|---|---|---|"
    for measure in MEASURES:
        needs = ", ".join(f"`{token}`" for token in measure.needs) or "any event"
        beside = ", ".join(f"`{kind}`" for kind in measure.hidden_in)
        yield f"| `{measure.name}` | {measure.merge} | {measure.unit} | {needs} | {beside} |"


def _markers() -> Iterator[str]:
    yield "## Markers of harm"
    yield ""
    yield _MARKERS
    yield "| Marker | Category | Area | Features | Source | More is worse | Banned in |"
    yield "|---|---|---|---|---|---|---|"
    for marker in HARM_MARKERS:
        names = ", ".join(f"`{name}`" for name in marker.features)
        banned = ", ".join(marker.banned_in)
        cells = (
            marker.name, marker.category, marker.area or "", names,
            marker.source, marker.more_is_worse or "no evidence", banned,
        )  # fmt: skip
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield "| Category | Markers | Features |"
    yield "|---|--:|--:|"
    for category in CATEGORIES:
        markers = [marker for marker in HARM_MARKERS if marker.category == category]
        told = sum(len(features_of(marker)) for marker in markers)
        yield f"| {category} | {len(markers)} | {told} |"
    yield ""


def main(
    check: Annotated[bool, typer.Option(help="Only compare, and fail if they differ.")] = False,
) -> None:
    """Write docs/features.md from the catalogue, or compare the two."""
    with told_plainly():
        keep_page(PAGE, render(), "features.document", check=check)


if __name__ == "__main__":
    typer.run(main)
