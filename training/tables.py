"""Reports as tables for people."""

from rich import box
from rich.console import Console
from rich.table import Table

from training.metrics import METRICS
from training.report import PERFECT_ECE, Figure, Report

_HEADINGS = {
    "auc": "AUC",
    "pr_auc": "PR-AUC",
    "brier": "Brier",
    "ece": "ECE",
    PERFECT_ECE: "perfect ECE",
    "top_decile_lift": "top-10% lift",
}


def print_report(report: Report, console: Console) -> None:
    """Print every slice of a report, the differences, and what the figures rest on."""
    parts = list(next(iter(report.models.values())))
    for part in parts:
        console.print(_slice_table(report, part), "")
    console.print(_differences_table(report, parts[0]), "")
    console.print(_basis(report), highlight=False)


def _slice_table(report: Report, part: str) -> Table:
    table = _table(f"{report.model_id}: {part}", "metric", list(report.models))
    for metric, heading in _HEADINGS.items():
        cells = (figures[part][metric] for figures in report.models.values())
        table.add_row(heading, *(_cell(figure) for figure in cells))
    return table


def _differences_table(report: Report, part: str) -> Table:
    leading = f"{next(iter(report.models))} - "
    differences = {
        name: figures[part]
        for name, figures in report.differences.items()
        if name.startswith(leading)
    }
    table = _table(f"paired differences: {part}", "metric", list(differences))
    for metric in METRICS:
        cells = (figures[metric] for figures in differences.values())
        table.add_row(_HEADINGS[metric], *(_cell(figure, sign="+") for figure in cells))
    return table


def _table(title: str, first: str, columns: list[str]) -> Table:
    table = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False
    )
    table.add_column(first, no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _cell(figure: Figure, sign: str = "") -> str:
    """Value and interval, short enough for four columns in a terminal of 80."""
    if figure.value is None:
        return "–"
    if figure.low is None or figure.high is None:
        return _short(figure.value, sign)
    low, high = _short(figure.low, sign), _short(figure.high, sign)
    return f"{_short(figure.value, sign)} {low}{'…' if sign else '–'}{high}"


def _short(value: float, sign: str) -> str:
    if abs(value) >= 1:
        return f"{value:{sign}.2f}"
    return f"{value:{sign}.3f}".replace("0.", ".", 1)


def _basis(report: Report) -> str:
    left_out = ", ".join(
        f"{count} {cause}" for cause, count in sorted(report.test.left_out.items())
    )
    return "\n".join(
        [
            report.definition,
            f"{report.test.rows:,} rows of {report.test.players:,} players, "
            f"{report.test.share:.1%} positive; protected exits left out: {left_out or 'none'}",
            f"{report.overlap.seen_in_training:,} of these players were in training too; "
            f"{report.overlap.rows_unseen:,} rows are of unseen players",
            "95 % intervals by resampling players",
            f"known_at assumed for {report.known_at_assumed_share:.1%} of the log's events; "
            f"by {' and '.join(report.not_assessed)}: not assessed",
            f"looks at this test set so far: {report.looks}",
        ]
    )
