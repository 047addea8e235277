"""Command: make a version champion, through the gate."""

import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.drafts import write_atomically
from data.errors import told_plainly
from data.quiet import quiet
from training.gates import ChampionHolds, PromotionRefused, flaws, no_better_than
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
    or_keep: Annotated[
        bool, typer.Option("--or-keep", help="If the present champion holds, that is success too.")
    ] = False,
) -> None:
    """Move the alias 'champion' to an evaluated version that passes every gate.

    It must beat the recency baseline and the present champion by a paired interval on its test
    rows, be small enough to be explained in time, and answer as its manifest expects. Otherwise
    every reason is printed, and the exit code is 1. PLACE/promoted.json names the champion too.
    """
    console = Console(stderr=True)
    with told_plainly():
        quiet()
        registry = Registry(place)
        find_model(model)
        version = fetch_version(registry, model, number or registry.latest(model))
        try:
            promote_version(registry, version)
        except ChampionHolds as held:
            if not or_keep:
                raise
            console.print(str(held))
        champion = registry.champion(model)
        write_atomically(place / "promoted.json", json.dumps({"model": model, "version": champion}))
    console.print(f"{model} version {champion} is champion")


def promote_version(registry: Registry, version: Version) -> None:
    """Make a version champion, or leave the alias where it is.

    Raises
    ------
    PromotionRefused
        With every flaw of the version.
    ChampionHolds
        If it has none, but isn't reliably better than the present champion.
    """
    model_id = version.record.model_id
    report = _report_of(registry, version)
    champion = champion_beside(registry, version)
    rival = champion.number if champion else None
    reasons = flaws(report, version.manifest, version.booster, rival)
    if reasons:
        raise PromotionRefused(_told(version, reasons))
    if rival and (reasons := no_better_than(report, rival)):
        raise ChampionHolds(_told(version, reasons))
    registry.make_champion(model_id, version.number)


def _told(version: Version, reasons: list[str]) -> str:
    name = f"{version.record.model_id} version {version.number}"
    return f"{name} may not become champion: " + "; ".join(reasons)


def _report_of(registry: Registry, version: Version) -> Report:
    with tempfile.TemporaryDirectory() as temporary:
        model_id = version.record.model_id
        path = registry.fetch_file(model_id, version.number, REPORT_FILE, Path(temporary))
        if not path.is_file():
            never = "it was never evaluated; run training.evaluate first"
            raise PromotionRefused(_told(version, [never]))
        return Report.read(path)


if __name__ == "__main__":
    app()
