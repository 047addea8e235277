"""Command: run the notebooks on a filled place, and render them to HTML."""

import os
from pathlib import Path
from typing import Annotated

import jupytext
import nbformat
import typer
from nbconvert import HTMLExporter
from nbconvert.preprocessors import CellExecutionError, ExecutePreprocessor
from rich.console import Console
from traitlets.config import Config

from data.drafts import write_atomically
from data.errors import DataError, told_plainly
from data.quiet import quiet

ROOT = Path(__file__).parents[1]
CELL_TIMEOUT_S = 600

app = typer.Typer(add_completion=False)


class NoPlace(DataError):
    """There is nothing to run notebooks on."""


class CellFailed(DataError):
    """A cell ended in an error; the message holds the cell and the error."""


@app.command()
def render(
    notebooks: Annotated[
        list[Path] | None, typer.Argument(help="Percent-format files; all of notebooks/.")
    ] = None,
    place: Annotated[Path, typer.Option(help="Folder that make demo filled.")] = Path(".demo/sim"),
    out: Annotated[Path, typer.Option(help="Folder of the pages.")] = Path(".demo/notebooks"),
) -> None:
    """Run each notebook in a fresh kernel and write it, with its results, as one HTML page."""
    console = Console(stderr=True)
    with told_plainly():
        quiet()
        if not (place / "feature_rows.parquet").is_file():
            raise NoPlace(f"{place} holds no feature rows: run make demo first")
        os.environ["PLAYER_PLACE"] = str(place.resolve())
        for path in notebooks or _all_notebooks():
            with console.status(f"running {path.name}"):
                page = _page(path)
            out.mkdir(parents=True, exist_ok=True)
            write_atomically(out / f"{path.stem}.html", page)
            console.print(f"{out / path.stem}.html", soft_wrap=True)


def _all_notebooks() -> list[Path]:
    folder = Path(__file__).parent
    return [path for path in sorted(folder.glob("*.py")) if "\n# %%" in path.read_text()]


def _page(path: Path) -> str:
    notebook = jupytext.read(path)
    # Sockets in a file, since a port would let anybody on the machine listen in.
    kernel = Config({"KernelManager": {"transport": "ipc"}})
    runner = ExecutePreprocessor(timeout=CELL_TIMEOUT_S, kernel_name="python3", config=kernel)
    try:
        runner.preprocess(notebook, {"metadata": {"path": str(ROOT)}})
    except CellExecutionError as fault:
        raise CellFailed(
            f"{path.name}: {fault.ename}: {fault.evalue}\n{_failed(notebook)}"
        ) from None
    nbformat.validate(notebook)
    page: str = HTMLExporter().from_notebook_node(notebook)[0]
    return page


def _failed(notebook: nbformat.NotebookNode) -> str:
    """Source of the cell that ended in an error."""
    failed = [
        str(cell.source)
        for cell in notebook.cells
        if any(output.output_type == "error" for output in cell.get("outputs", ()))
    ]
    return failed[0]


if __name__ == "__main__":
    app()
