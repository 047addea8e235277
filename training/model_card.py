"""The model card: what a version is, what it was made from, how good it is, as Markdown.

References
----------
Mitchell et al., "Model cards for model reporting", FAT* 2019.
"""

from collections.abc import Sequence

from features.catalogue import FEATURE_INDEX, FEATURES
from training.metrics import METRICS
from training.record import RowCounts, TrainingRecord
from training.report import Figure, Report

TOP_FEATURES = 10


def model_card(
    record: TrainingRecord, important: Sequence[tuple[str, float]], report: Report | None = None
) -> str:
    """Markdown of a version's card.

    Parameters
    ----------
    important
        Feature names with their mean absolute contribution (log-odds), largest first.
    report
        The evaluation, once there is one.
    """
    sections = [
        f"# {record.model_id}",
        record.question,
        _definition(record),
        _data(record),
        _features(important),
        _results(report) if report else "## Results\n\nNot evaluated yet.",
        _use(),
    ]
    return "\n\n".join(sections) + "\n"


def _definition(record: TrainingRecord) -> str:
    params = record.params
    return (
        "## Definition\n\n"
        f"- Eligible: activity in the {params.lookback_days} days before the cutoff, not protected."
        f"\n- Positive: no activity in the {params.horizon_days} days from it.\n"
        f"- Activity: {record.activity}.\n"
        "- Protected exits (exclusion, block, restriction, closure, tightened limit) are a "
        "competing event: neither positive nor negative."
    )


def _data(record: TrainingRecord) -> str:
    rows = [
        "## Data",
        "",
        "| period | cutoffs | rows | players | positive | protected exits left out |",
        "|---|---|---|---|---|---|",
        _period("training", record.train_days, record.train),
        _period("calibration", record.calibration_days, record.calibration),
        "",
        f"Data digest `{record.data_digest}`, feature version `{record.feature_version}`. "
        f"When an event became known is assumed for {record.known_at_assumed_share:.1%} of them.",
    ]
    return "\n".join(rows)


def _period(name: str, days: Sequence[object], counts: RowCounts) -> str:
    left_out = sum(counts.left_out.values())
    return (
        f"| {name} | {days[0]} … {days[-1]} ({len(days)}) | {counts.rows:,} | {counts.players:,} | "
        f"{counts.share:.1%} | {left_out:,} |"
    )


def _features(important: Sequence[tuple[str, float]]) -> str:
    rows = [
        f"| `{name}` | {FEATURES[FEATURE_INDEX[name]].label} | {value:.3f} |"
        for name, value in important[:TOP_FEATURES]
    ]
    head = [
        "## What it looks at most",
        "",
        "| feature | meaning | mean contribution |",
        "|---|---|---|",
    ]
    return "\n".join(head + rows)


def _results(report: Report) -> str:
    lines = [
        "## Results",
        "",
        f"Test cutoffs {', '.join(day.isoformat() for day in report.test_cutoffs)}: "
        f"{report.test.rows:,} rows, {report.test.share:.1%} positive; "
        f"look {report.looks} at this test set. 95 % intervals by resampling players. "
        f"By {' and '.join(report.not_assessed)}: not assessed.",
    ]
    for part in next(iter(report.models.values())):
        lines += ["", f"### {part}", "", f"| model | {' | '.join(METRICS)} |"]
        lines += ["|---" * (len(METRICS) + 1) + "|"]
        for name, figures in report.models.items():
            cells = " | ".join(_cell(figures[part][metric]) for metric in METRICS)
            lines.append(f"| {name} | {cells} |")
    return "\n".join(lines)


def _cell(figure: Figure) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "–"
    return f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"


def _use() -> str:
    return (
        "## Use\n\n"
        "For deciding about contact and offers to unprotected players, behind the protections. "
        "It reads no marker of harm and says nothing about harm. Not for players that are "
        "excluded, blocked or restricted, and not beyond its horizon."
    )
