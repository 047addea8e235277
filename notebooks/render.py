"""Command: run the notebooks on a filled place, and render them to HTML."""

import os
from pathlib import Path
from typing import Annotated

import jupytext
import nbformat
import typer
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter
from nbconvert.preprocessors import CellExecutionError, ExecutePreprocessor
from rich.console import Console
from traitlets.config import Config

from data.drafts import write_atomically
from data.errors import DataError, told_plainly
from data.quiet import quiet

ROOT = Path(__file__).parents[1]
CELL_TIMEOUT_S = 600

CLOSED_PAGE = """\
{% extends 'index.html.j2' %}
{% block html_head_js %}
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
{% endblock %}
{% block html_head_js_mathjax %}{% endblock %}
{% block html_head_js_mermaidjs %}{% endblock %}
{% block jupyter_widgets %}{% endblock %}
"""
"""The exporter's page without its scripts, which browsers would fetch from strangers' servers."""

app = typer.Typer(add_completion=False)


class NoPlace(DataError):
    """There is nothing to run notebooks on."""


class CellFailed(DataError):
    """A cell did not end well; the message holds the cell and the error."""


@app.command()
def render(
    notebooks: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Percent-format files; all of notebooks/.", exists=True, dir_okay=False
        ),
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
    _run(notebook, path.name)
    nbformat.validate(notebook)
    exporter = HTMLExporter(raw_template=CLOSED_PAGE)
    page: str = exporter.from_notebook_node(notebook, {"metadata": {"name": path.stem}})[0]
    return page


def _run(notebook: nbformat.NotebookNode, name: str) -> None:
    # Sockets in a file, since a port would let anybody on the machine listen in.
    kernel = Config({"KernelManager": {"transport": "ipc"}})
    runner = ExecutePreprocessor(timeout=CELL_TIMEOUT_S, kernel_name="python3", config=kernel)
    try:
        runner.preprocess(notebook, {"metadata": {"path": str(ROOT)}})
    except CellExecutionError as fault:
        raise CellFailed(_told(notebook, name, f"{fault.ename}: {fault.evalue}")) from None
    except CellTimeoutError:
        raise CellFailed(_told(notebook, name, f"not over after {CELL_TIMEOUT_S} s")) from None
    except DeadKernelError:
        raise CellFailed(_told(notebook, name, "its process ended (no memory left?)")) from None


def _told(notebook: nbformat.NotebookNode, name: str, fault: str) -> str:
    """A fault with the number and the source of the cell that ran last."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    number, last = max((n, cell) for n, cell in enumerate(cells, 1) if "execution" in cell.metadata)
    return f"{name}, cell {number}: {fault}\n{last.source}"


if __name__ == "__main__":
    app()
