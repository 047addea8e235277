"""An HTML page that stands alone: no script, nothing from elsewhere, and a browser holds it to it.

The page's policy (Content-Security-Policy) lets nothing run and nothing load, so it may be sent
around and opened anywhere. Every text is escaped: names of sources and fields come from outside.
"""

from collections.abc import Iterable, Sequence
from html import escape

_HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem;
  color: #1b1b1b; background: #fff; }}
table {{ border-collapse: collapse; width: 100%; margin: 0 0 2rem; }}
th, td {{ text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ddd;
  vertical-align: top; }}
th {{ background: #f4f4f4; }}
tr.loud td:first-child {{ border-left: 4px solid #b3261e; }}
</style>
</head>
<body>
<h1>{title}</h1>
"""


def closed_page(title: str, parts: Iterable[str]) -> str:
    """A whole page of parts that ``paragraph``, ``heading`` and ``table`` made."""
    return "\n".join([_HEAD.format(title=escape(title)), *parts, "</body>", "</html>", ""])


def heading(text: str) -> str:
    """A heading of a part."""
    return f"<h2>{escape(text)}</h2>"


def paragraph(text: str) -> str:
    """A paragraph."""
    return f"<p>{escape(text)}</p>"


def table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], loud: Iterable[bool] | None = None
) -> str:
    """A table of texts.

    Parameters
    ----------
    loud
        For each row whether it is marked; by a bar at its edge, so that no meaning is in a colour
        alone if the row says it too.
    """
    rows = list(rows)
    marks = [False] * len(rows) if loud is None else list(loud)
    lines = [f"<table>\n<thead>{_row(columns, 'th')}</thead>\n<tbody>"]
    lines += [_row(row, "td", loud=mark) for row, mark in zip(rows, marks, strict=True)]
    return "\n".join([*lines, "</tbody>\n</table>"])


def _row(cells: Sequence[str], tag: str, *, loud: bool = False) -> str:
    inner = "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells)
    return f'<tr class="loud">{inner}</tr>' if loud else f"<tr>{inner}</tr>"
