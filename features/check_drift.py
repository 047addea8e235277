"""Command: hold feature rows of today beside those that a model learned from."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.drafts import prepare_place, write_atomically
from data.errors import told_plainly
from features.drift import DriftError, Reference, drifts
from features.drift_report import alarms_of, drift_page, drift_table, write_drift_metrics
from features.feature_rows import read_features

SHOWN = 20
"""Features on the terminal; the page has all."""

app = typer.Typer(add_completion=False)


class FeaturesMoved(DriftError):
    """Features have moved further than chance explains."""


@app.command()
def check_drift(
    reference: Annotated[
        Path, typer.Option(help="drift_reference.json of a model's run.", dir_okay=False)
    ],
    rows: Annotated[Path, typer.Option(help="Parquet with feature rows (features.build).")],
    out: Annotated[Path | None, typer.Option(help="HTML page to write.")] = None,
    metrics: Annotated[
        Path | None, typer.Option(help="Prometheus text file to write (name it *.prom).")
    ] = None,
) -> None:
    """Tell how far each feature has moved (PSI), and end with 1 if one has moved too far."""
    console = Console()
    with told_plainly():
        for path in (out, metrics):
            if path is not None:
                prepare_place(path)
        then = _read_reference(reference)
        names, values = read_features(rows)
        found = drifts(then, names, values)
        console.print(drift_table(found, SHOWN))
        if out is not None:
            write_atomically(out, drift_page(found, then.rows, len(values)))
        if metrics is not None:
            write_drift_metrics(found, metrics)
        moved = alarms_of(found)
        if moved:
            raise FeaturesMoved(
                f"{len(moved)} of {len(found)} features have moved, most of all {moved[0].feature} "
                f"(PSI {moved[0].psi:.2f}, by chance {moved[0].expected:.3f}): look for a fault of "
                "the feed with data.quality.check; if players changed, train the model again"
            )


def _read_reference(path: Path) -> Reference:
    try:
        return Reference.from_json(path.read_text())
    except (OSError, UnicodeDecodeError):
        raise DriftError(
            f"{path} can't be read: name drift_reference.json of a model's run"
        ) from None


if __name__ == "__main__":
    app()
