"""Command: note what feature rows are like, for a model that was trained without a reference."""

from pathlib import Path
from typing import Annotated

import typer

from data.drafts import write_atomically
from data.errors import told_plainly
from features.drift import reference_of
from features.feature_rows import read_features

app = typer.Typer(add_completion=False)


@app.command()
def write_reference(
    rows: Annotated[Path, typer.Option(help="Parquet with the training's feature rows.")],
    out: Annotated[Path, typer.Option(help="JSON file to write.")],
) -> None:
    """Write the reference of feature rows that features.check_drift compares with.

    Training keeps one beside each model; this one is of every row in the file.
    """
    with told_plainly():
        names, values = read_features(rows)
        write_atomically(out, reference_of(names, values).to_json())


if __name__ == "__main__":
    app()
