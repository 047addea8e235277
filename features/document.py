"""Command: render the catalogue as docs/features.md."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from data.errors import told_plainly
from data.page import keep_page
from features.catalogue import FEATURES, version
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


def main(
    check: Annotated[bool, typer.Option(help="Only compare, and fail if they differ.")] = False,
) -> None:
    """Write docs/features.md from the catalogue, or compare the two."""
    with told_plainly():
        keep_page(PAGE, render(), "features.document", check=check)


if __name__ == "__main__":
    typer.run(main)
