"""Command: make a version champion, through the gate."""

import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.errors import told_plainly
from data.event_log import write_atomically
from data.quiet import quiet
from training.gates import PromotionRefused, refusals
from training.models import find_model
from training.registry import REPORT_FILE, Registry
from training.report import Report
from training.versions import Version, champion_beside, fetch_version

app = typer.Typer(add_completion=False)


@app.command()
def promote(
    place: Annotated[Path, typer.Option(help="Folder of the feature store and the registry.")],
    model: Annotated[str, typer.Option(help="Which model.")] = "churn",
    number: Annotated[
        str | None, typer.Option("--version", help="Which version; the newest if not given.")
    ] = None,
) -> None:
    """Move the alias 'champion' to an evaluated version that passes every gate.

    It must beat the recency baseline and the present champion by a paired interval on its test
    rows, be small enough to be explained in time, and answer as its manifest expects. Otherwise
    every reason is printed, and the exit code is 1. PLACE/promoted.json names the champion too.
    """
    with told_plainly():
        quiet()
        registry = Registry(place)
        find_model(model)
        version = fetch_version(registry, model, number or registry.latest(model))
        promote_version(registry, version)
        champion = json.dumps({"model": model, "version": version.number})
        write_atomically(place / "promoted.json", champion)
    Console(stderr=True).print(f"{model} version {version.number} is champion")


def promote_version(registry: Registry, version: Version) -> None:
    """Make a version champion.

    Raises
    ------
    PromotionRefused
        With every reason against it; the alias stays where it is.
    """
    model_id = version.record.model_id
    report = _report_of(registry, version)
    champion = champion_beside(registry, version)
    reasons = refusals(
        report, version.manifest, version.booster, champion.number if champion else None
    )
    if reasons:
        raise PromotionRefused(
            f"{model_id} version {version.number} may not become champion: " + "; ".join(reasons)
        )
    registry.make_champion(model_id, version.number)


def _report_of(registry: Registry, version: Version) -> Report:
    with tempfile.TemporaryDirectory() as temporary:
        model_id = version.record.model_id
        path = registry.fetch_file(model_id, version.number, REPORT_FILE, Path(temporary))
        if not path.is_file():
            raise PromotionRefused(
                f"{model_id} version {version.number} may not become champion: it was never "
                "evaluated; run training.evaluate first"
            )
        return Report.read(path)


if __name__ == "__main__":
    app()
